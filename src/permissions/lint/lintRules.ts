// Looks at rules without a call: which can never match, which another one makes pointless, which say too much. Coverage
// is not guessed from the texts: calls that stand for a rule are put to the engine itself.
import type { Finding } from '../../contracts/finding.ts';
import type { Because, Rule } from '../../contracts/permission.ts';
import { createTurns } from '../../util/turns.ts';
import { decide } from '../decide.ts';
import { type Facts, lookUpFacts } from '../facts.ts';
import { toPosix } from '../paths/places.ts';
import { matchRules } from '../rules/matchRules.ts';
import { parseRule } from '../rules/rules.ts';
import type { ShellReader } from '../shell/script.ts';
import { lintForm } from './lintForm.ts';
import { createMaySpeakOf } from './maySpeakOf.ts';
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

/**
 * In the order of the rules. Nothing on the disk is looked at. Works in turns, for hundreds of rules take their time;
 * rejects once the signal is aborted.
 */
export async function lintRules(rules: readonly Rule[], places: LintPlaces, signal?: AbortSignal): Promise<Finding[]> {
  const home = toPosix(places.home, places.platform);
  const turn = createTurns(signal);
  const maySpeakOf = createMaySpeakOf(places);
  const looks: Looked[] = [];
  for (const rule of rules) looks.push(await lookAt(rule, rules, { home, places, maySpeakOf, turn }));
  const probes: Probed[] = [];
  for (const probe of broadProbes(places)) {
    await turn();
    probes.push({ probe, facts: await factsOf(probe, places), speaks: maySpeakOf(probe) });
  }
  const order = new Map(rules.map((rule, index) => [rule, index]));
  const findings: Finding[] = [];
  for (const { rule, findings: own, seen } of looks) {
    await turn();
    findings.push(...own);
    if (seen === undefined) continue;
    const more = reach(rule, seen, looks, order) ?? effect(rule, seen) ?? tooBroad(rule, probes);
    if (more !== undefined) findings.push(more);
  }
  return findings;
}

type Look = {
  home: string;
  places: LintPlaces;
  maySpeakOf(witness: Witness): (rule: Rule) => boolean;
  turn(): Promise<void>;
};
type Probed = { probe: Probe; facts: Facts; speaks(rule: Rule): boolean };
/** A call that the rule speaks of, and all rules that speak of it too. */
type Seen = { witness: Witness; facts: Facts; by: Set<Rule> };
/** `seen` is absent where the form of the rule already says that it does not count. */
type Looked = { rule: Rule; findings: Finding[]; seen?: Seen[] };

async function lookAt(rule: Rule, rules: readonly Rule[], look: Look): Promise<Looked> {
  const { home, places, maySpeakOf, turn } = look;
  const dropped = notCounted(rule, places);
  if (dropped !== undefined) return { rule, findings: [finding('warning', rule, dropped)] };
  const findings = lintForm(rule, home);
  const { meanings } = parseRule(rule);
  const unread = places.shell === undefined && meanings.some(({ kind }) => kind === 'command');
  if (findings.some(({ level }) => level === 'error') || meanings.length === 0 || unread) return { rule, findings };
  const seen: Seen[] = [];
  for (const witness of witnessesOf(rule, places)) {
    await turn();
    const facts = await factsOf(witness, places);
    const speaks = maySpeakOf(witness);
    const near = rules.filter((other) => other === rule || speaks(other));
    seen.push({ witness, facts, by: new Set(matchRules(facts, near).map((match) => match.rule)) });
  }
  return { rule, findings, seen };
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
function reach(
  rule: Rule,
  all: Seen[],
  looks: readonly Looked[],
  order: ReadonlyMap<Rule, number>,
): Finding | undefined {
  const seen = all.filter(({ by }) => by.has(rule));
  const [first] = seen;
  if (first === undefined) return undefined;
  const speaksOfAll = (other: Rule) => other !== rule && seen.every(({ by }) => by.has(other));
  const stricter = inOrder(first.by, order).find((other) => strictness(other) > strictness(rule) && speaksOfAll(other));
  if (stricter !== undefined) {
    const code = stricter.behavior === 'deny' ? 'policy.denied' : 'policy.asked';
    return finding('warning', rule, say(code, { rule: rule.text, other: stricter.text, source: sourceOf(stricter) }));
  }
  const place = order.get(rule) ?? 0;
  const same = inOrder(first.by, order)
    .flatMap((other) => looks[order.get(other) ?? -1] ?? [])
    .find(
      (other) =>
        other.rule !== rule &&
        counts(other.rule, rule) &&
        other.seen !== undefined &&
        speaksOfAll(other.rule) &&
        // Of two that say the same, the later one is too much.
        ((order.get(other.rule) ?? 0) < place || !other.seen.every(({ by }) => by.has(rule))),
    );
  if (same === undefined) return undefined;
  const args = { rule: rule.text, other: same.rule.text, source: sourceOf(same.rule) };
  if (same.rule.text !== rule.text) return finding('info', rule, say('policy.covered', args));
  return { ...finding('warning', rule, say('policy.duplicate', args)), fix: { kind: 'remove' } };
}

function inOrder(rules: ReadonlySet<Rule>, order: ReadonlyMap<Rule, number>): Rule[] {
  return [...rules].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
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

function tooBroad(rule: Rule, probes: readonly Probed[]): Finding | undefined {
  if (rule.behavior !== 'allow') return undefined;
  const met = probes.find(
    ({ facts }) => matchRules(facts, [rule]).length > 0 && decide(facts, [rule], 'default').record.winner === rule,
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
