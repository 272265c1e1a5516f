// The order of decisions: which of deny, trust, plan, ask, safety, allow and mode has the word. Pure, and closed when in doubt.
import type { Because, Behavior, DecisionStep, Mode, Rule, RuleMatch } from '../contracts/permission.ts';
import type { Facts } from './facts.ts';
import type { Part } from './parts/part.ts';
import { matchRules } from './rules/matchRules.ts';
import { type FoundSafety, safetyOf } from './safety.ts';

export type Verdict = {
  kind: Behavior;
  step: DecisionStep;
  because: Because;
  winner?: Rule;
  matches: RuleMatch[];
  safety: FoundSafety[];
};

/** `matches` are those of the rules, for who knows them already. */
export function evaluate(
  facts: Facts,
  rules: readonly Rule[],
  mode: Mode,
  matches: RuleMatch[] = matchRules(facts, rules),
): Verdict {
  const safety = safetyOf(facts, rules, mode);
  const verdict = firstThatApplies(facts, mode, matches, safety);
  const closed: Pick<Verdict, 'kind' | 'because'> =
    mode === 'dontAsk' && verdict.kind === 'ask' ? { kind: 'deny', because: say('permissions.dontAsk') } : verdict;
  return { ...verdict, ...closed, matches, safety };
}

type Bare = Pick<Verdict, 'kind' | 'step' | 'because' | 'winner'>;

function firstThatApplies(facts: Facts, mode: Mode, matches: RuleMatch[], safety: FoundSafety[]): Bare {
  const denied = matches.find((match) => match.rule.behavior === 'deny')?.rule;
  if (denied !== undefined)
    return { kind: 'deny', step: 'deny', because: byRule('permissions.denied', denied), winner: denied };
  if (!facts.trusted && (facts.parts.length === 0 || !facts.parts.every(isPlainRead))) {
    return { kind: 'deny', step: 'trust', because: say('permissions.untrusted') };
  }
  const refused = facts.parts.find((part) => part.refused !== undefined)?.refused;
  if (refused !== undefined) return { kind: 'deny', step: 'critical', because: refused };
  const covered = coverages(facts, mode, matches);
  const planned = mode === 'plan' ? refusedInPlan(facts, covered) : undefined;
  if (planned !== undefined) return { kind: 'deny', step: 'mode', because: planned };
  const asked = matches.find((match) => match.rule.behavior === 'ask')?.rule;
  if (asked !== undefined)
    return { kind: 'ask', step: 'ask', because: byRule('permissions.asked', asked), winner: asked };
  const critical = safety.find((found) => found.class === 'critical');
  if (critical !== undefined) return { kind: 'ask', step: 'critical', because: critical.because };
  const guarded = safety.find((found) => found.class === 'protected');
  if (guarded !== undefined && mode !== 'bypassPermissions')
    return { kind: 'ask', step: 'protected', because: guarded.because };
  if (facts.parts.length === 0)
    return { kind: 'ask', step: 'notUnderstood', because: say('permissions.noActions', { tool: facts.tool }) };
  const open = covered.indexOf(undefined);
  if (open >= 0) return uncovered(facts, open, covered);
  return allowed(covered, mode);
}

type Cover = { by: 'builtin' | 'mode' } | { by: 'allow'; rule: Rule };

/** By what each part may run without a question; undefined when by nothing. */
export function coverages(facts: Facts, mode: Mode, matches: readonly RuleMatch[]): Array<Cover | undefined> {
  const allowing = new Map<number, Rule>();
  for (const { rule, action } of matches)
    if (rule.behavior === 'allow' && !allowing.has(action)) allowing.set(action, rule);
  return facts.parts.map((part, index) => coverage(part, index, facts, mode, allowing));
}

function coverage(
  part: Part,
  index: number,
  facts: Facts,
  mode: Mode,
  allowing: ReadonlyMap<number, Rule>,
): Cover | undefined {
  if (part.doubt?.class === 'critical') return undefined;
  if (part.doubt !== undefined)
    return mode === 'bypassPermissions' && part.action.kind === 'run' ? { by: 'mode' } : undefined;
  if (isBuiltin(part)) return { by: 'builtin' };
  // Before the rules: what the mode covers no rule decides.
  if (isCoveredByMode(part, facts, mode)) return { by: 'mode' };
  const rule = allowing.get(index) ?? ruleOfCommand(part, facts, allowing);
  return rule && { by: 'allow', rule };
}

function isBuiltin({ action }: Part): boolean {
  switch (action.kind) {
    case 'read':
    case 'search':
      return action.insideWorkingDirectories;
    case 'run':
      return 'argv' in action && action.effect === 'none';
    case 'nothing':
    case 'interact':
    case 'agent':
      return true;
    default:
      return false;
  }
}

/** The rule that lets a command run also lets it touch what lies inside the working folders, and no more. */
function ruleOfCommand({ action }: Part, facts: Facts, allowing: ReadonlyMap<number, Rule>): Rule | undefined {
  if (!('of' in action) || action.of === undefined || !action.insideWorkingDirectories) return undefined;
  const command = action.of;
  return facts.parts[command]?.doubt === undefined ? allowing.get(command) : undefined;
}

function isCoveredByMode({ action }: Part, facts: Facts, mode: Mode): boolean {
  if (mode === 'acceptEdits') {
    if (action.kind === 'run') return 'argv' in action && action.effect === 'files';
    if (action.kind !== 'write' && action.kind !== 'delete') return false;
    if (!action.insideWorkingDirectories) return false;
    if (action.of === undefined)
      return action.kind === 'write' && !(action.redirect === true && action.exists === true);
    const command = facts.parts[action.of]?.action;
    if (command?.kind !== 'run' || !('argv' in command) || command.effect !== 'files') return false;
    // A command may make files, never replace one.
    const name = command.argv[0] ?? '';
    if (action.kind === 'delete') return name === 'mv' || action.created === true;
    return action.exists === false || ['mkdir', 'touch', 'sed'].includes(name);
  }
  if (mode !== 'bypassPermissions') return false;
  if (action.kind === 'write') return action.insideWorkingDirectories || action.exists === false;
  return action.kind !== 'delete' || action.insideWorkingDirectories;
}

function isPlainRead({ action }: Part): boolean {
  if (action.kind === 'read' || action.kind === 'search') return action.of === undefined && action.redirect !== true;
  return action.kind === 'nothing' || action.kind === 'interact';
}

/** Planning reads; what would change something waits for the plan to be approved. */
function refusedInPlan(facts: Facts, covered: Array<Cover | undefined>): Because | undefined {
  for (const [index, part] of facts.parts.entries()) {
    const { action } = part;
    const changes = action.kind === 'write' || action.kind === 'delete';
    if (changes && (action.of === undefined || covered[action.of]?.by !== 'allow'))
      return say('permissions.plan.write', { path: action.path });
    if (action.kind === 'run' && 'argv' in action && covered[index] === undefined)
      return say('permissions.plan.command');
  }
  return undefined;
}

function uncovered(facts: Facts, index: number, covered: Array<Cover | undefined>): Bare {
  const doubted = facts.parts.find((part, at) => part.doubt !== undefined && covered[at] === undefined);
  if (doubted?.doubt !== undefined) return { kind: 'ask', step: 'notUnderstood', because: doubted.doubt.because };
  const action = facts.parts[index]?.action;
  const named =
    action !== undefined && 'path' in action
      ? { path: action.realPath }
      : action?.kind === 'fetch'
        ? { host: action.host }
        : {};
  const place = action !== undefined && 'path' in action && !action.insideWorkingDirectories ? 'Outside' : '';
  return {
    kind: 'ask',
    step: 'mode',
    because: say(`permissions.ask.${action?.kind ?? 'run'}${place}`, { tool: facts.tool, ...named }),
  };
}

function allowed(covered: Array<Cover | undefined>, mode: Mode): Bare {
  const ruled = covered.find((cover) => cover?.by === 'allow');
  if (ruled?.by === 'allow')
    return { kind: 'allow', step: 'allow', because: byRule('permissions.allowed', ruled.rule), winner: ruled.rule };
  if (covered.some((cover) => cover?.by === 'mode'))
    return { kind: 'allow', step: 'mode', because: say(`permissions.mode.${mode}`) };
  return { kind: 'allow', step: 'builtin', because: say('permissions.builtin') };
}

function byRule(code: string, rule: Rule): Because {
  if (rule.file === undefined) return say(`${code}.rule`, { rule: rule.text });
  return say(`${code}.ruleFrom`, {
    rule: rule.text,
    source: rule.line === undefined ? rule.file : `${rule.file}:${rule.line}`,
  });
}

export function say(code: string, args: Record<string, string> = {}): Because {
  return { code, args };
}
