// Looks at rules without a call: which can never match, which another one makes pointless, which say too much. Coverage
// is not guessed from the texts: calls that stand for a rule are put to the engine itself.
import type { Finding } from '../contracts/finding.ts';
import type { Because, Rule } from '../contracts/permission.ts';
import { decide } from './decide.ts';
import { type Facts, lookUpFacts } from './facts.ts';
import { lintForm } from './lintForm.ts';
import { matchRules } from './matchRules.ts';
import { toPosix } from './places.ts';
import { parseRule } from './rules.ts';
import type { ShellReader } from './shell/script.ts';
import { broadProbes, type Probe } from './tooBroad.ts';
import { type Witness, witnessesOf } from './witness.ts';

export type LintPlaces = {
  /** The start folder of a conversation. */
  root: string;
  home: string;
  platform: NodeJS.Platform;
  /** Without one, rules for commands are looked at by their form alone. */
  shell?: ShellReader;
  /** The organisation keeps all allow rules to itself. */
  managedOnly?: boolean;
  /** Files of parent folders: their allow rules do not count. */
  tightenOnly?: ReadonlySet<string>;
};

/** In the order of the rules. Nothing on the disk is looked at. */
export async function lintRules(rules: readonly Rule[], places: LintPlaces): Promise<Finding[]> {
  const home = toPosix(places.home, places.platform);
  const looks = await Promise.all(rules.map((rule) => lookAt(rule, rules, home, places)));
  const probes = await Promise.all(
    broadProbes(places).map(async (probe) => ({ probe, facts: await factsOf(probe, places) })),
  );
  return looks.flatMap(({ rule, findings, seen }) => {
    if (seen === undefined) return findings;
    const whole = reach(rule, seen, looks, rules) ?? effect(rule, seen);
    if (whole !== undefined) return [...findings, whole];
    const broad = tooBroad(rule, probes);
    return broad === undefined ? findings : [...findings, broad];
  });
}

/** A call that the rule speaks of, and all rules that speak of it too. */
type Seen = { witness: Witness; facts: Facts; by: Set<Rule> };
/** `seen` is absent where the form of the rule already says that it does not count. */
type Looked = { rule: Rule; findings: Finding[]; seen?: Seen[] };

async function lookAt(rule: Rule, rules: readonly Rule[], home: string, places: LintPlaces): Promise<Looked> {
  const dropped = notCounted(rule, places);
  if (dropped !== undefined) return { rule, findings: [finding('warning', rule, dropped)] };
  const findings = lintForm(rule, home);
  const { meanings } = parseRule(rule);
  const unread = places.shell === undefined && meanings.some(({ kind }) => kind === 'command');
  if (findings.some(({ level }) => level === 'error') || meanings.length === 0 || unread) return { rule, findings };
  const seen: Seen[] = [];
  for (const witness of witnessesOf(rule, places)) {
    const facts = await factsOf(witness, places);
    const near = rules.filter((other) => other === rule || maySpeakOf(other, witness));
    seen.push({ witness, facts, by: new Set(matchRules(facts, near).map((match) => match.rule)) });
  }
  return { rule, findings, seen };
}

/** Saves the engine the rules for something else altogether. Deny and ask rules for paths hold for commands as well. */
function maySpeakOf(rule: Rule, { actions }: Witness): boolean {
  const [action] = actions;
  return parseRule(rule).meanings.some(({ kind }) => {
    if (kind === 'command') return action?.kind === 'run';
    if (kind === 'path')
      return action !== undefined && ('path' in action || (action.kind === 'run' && rule.behavior !== 'allow'));
    return kind !== 'host' || action?.kind === 'fetch';
  });
}

function notCounted({ behavior, scope, file = '', text }: Rule, places: LintPlaces): Because | undefined {
  if (behavior !== 'allow') return undefined;
  if (places.managedOnly && scope !== 'managed') return say('policy.managedOnly', { rule: text });
  return places.tightenOnly?.has(file) ? say('policy.parentFolder', { rule: text }) : undefined;
}

function factsOf({ tool, input, actions }: Witness, { root, home, platform, shell }: LintPlaces): Promise<Facts> {
  const place = { cwd: root, root, home, platform, workingDirectories: [], symlinks: {}, trusted: true };
  return lookUpFacts({ ...place, tool, input, actions, ...(shell === undefined ? {} : { shell }) });
}

/** Whether the rule says anything that others do not say already, or overrule. */
function reach(rule: Rule, all: Seen[], looks: readonly Looked[], rules: readonly Rule[]): Finding | undefined {
  const seen = all.filter(({ by }) => by.has(rule));
  if (seen.length === 0) return undefined;
  const speaksOfAll = (other: Rule) => other !== rule && seen.every(({ by }) => by.has(other));
  const stricter = rules.find((other) => strictness(other) > strictness(rule) && speaksOfAll(other));
  if (stricter !== undefined) {
    const code = stricter.behavior === 'deny' ? 'policy.denied' : 'policy.asked';
    return finding('warning', rule, say(code, { rule: rule.text, other: stricter.text, source: sourceOf(stricter) }));
  }
  const place = rules.indexOf(rule);
  const same = looks.find(
    (other) =>
      other.rule !== rule &&
      counts(other.rule, rule) &&
      other.seen !== undefined &&
      speaksOfAll(other.rule) &&
      // Of two that say the same, the later one is too much.
      (rules.indexOf(other.rule) < place || !other.seen.every(({ by }) => by.has(rule))),
  );
  if (same === undefined) return undefined;
  const args = { rule: rule.text, other: same.rule.text, source: sourceOf(same.rule) };
  if (same.rule.text !== rule.text) return finding('info', rule, say('policy.covered', args));
  return { ...finding('warning', rule, say('policy.duplicate', args)), fix: { kind: 'remove' } };
}

function strictness({ behavior }: Rule): number {
  return ['allow', 'ask', 'deny'].indexOf(behavior);
}

/** A rule of another person's file may go away, so only one of the same file or of the organisation makes a rule needless. */
function counts(other: Rule, rule: Rule): boolean {
  return other.behavior === rule.behavior && (other.file === rule.file || other.scope === 'managed');
}

/** Whether the rule by itself does what it is there for. */
function effect(rule: Rule, all: Seen[]): Finding | undefined {
  const [first] = all;
  // What a tool without a path, a command or an address does is not known here.
  if (first === undefined || first.witness.actions.length === 0) return undefined;
  const seen = all.filter(({ by }) => by.has(rule));
  if (rule.behavior !== 'allow') {
    return seen.length > 0 ? undefined : finding('error', rule, say('policy.neverMatches', { rule: rule.text }));
  }
  const example = first.witness.shown;
  if (seen.length === 0) {
    if (all.some(({ facts }) => facts.parts.filter(({ action }) => action.kind === 'run').length > 1))
      return finding('error', rule, say('policy.severalCommands', { rule: rule.text }));
    const unclear = all.some(({ facts }) => facts.parts.some(({ doubt }) => doubt?.class === 'notUnderstood'));
    const code = unclear ? 'policy.notUnderstood' : 'policy.allowsNothing';
    return finding('error', rule, say(code, { rule: rule.text, example }));
  }
  const verdicts = all.map(({ witness, facts }) => ({ witness, decision: decide(facts, [rule], 'default') }));
  if (verdicts.some(({ decision }) => decision.kind === 'allow')) return undefined;
  const guarded = verdicts.find(({ decision }) => ['critical', 'protected'].includes(decision.record.step));
  if (guarded !== undefined)
    return finding('warning', rule, say('policy.guarded', { rule: rule.text, example: guarded.witness.shown }));
  return finding('error', rule, say('policy.allowsNothing', { rule: rule.text, example }));
}

function tooBroad(rule: Rule, probes: ReadonlyArray<{ probe: Probe; facts: Facts }>): Finding | undefined {
  if (rule.behavior !== 'allow') return undefined;
  const met = probes.find(
    ({ probe, facts }) =>
      maySpeakOf(rule, probe) &&
      matchRules(facts, [rule]).length > 0 &&
      decide(facts, [rule], 'default').record.winner === rule,
  );
  return met && finding('warning', rule, say(met.probe.code, { rule: rule.text, example: met.probe.shown }));
}

function sourceOf({ file, line, scope }: Rule): string {
  return file === undefined ? scope : line === undefined ? file : `${file}:${line}`;
}

function finding(level: Finding['level'], rule: Rule, because: Because): Finding {
  return { level, because, rule };
}

function say(code: string, args: Record<string, string>): Because {
  return { code, args };
}
