// The rule that came closest without deciding: what it shares with the call, where they part, and why that is so.
import type { Because, Behavior, CanonicalAction, NearMiss, Rule, RuleMatch } from '../contracts/permission.ts';
import { wildcard } from '../util/wildcard.ts';
import type { Facts } from './facts.ts';
import type { Part } from './parts/part.ts';
import { toPosix } from './paths/places.ts';
import { isPowerShell } from './powershell/powershell.ts';
import { fullPattern, pathMatches } from './rules/matchPath.ts';
import { matchRules, meansServerTool, whyByName } from './rules/matchRules.ts';
import { parseRule, type RuleMeaning } from './rules/rules.ts';

export type NearestQuery = {
  facts: Facts;
  /** Every rule, also those that do not count here. */
  rules: readonly Rule[];
  matches: readonly RuleMatch[];
  /** Rules that would have changed the result. */
  wanted: readonly Behavior[];
  /** The parts to look at. */
  parts: readonly number[];
  /** Why a rule does not count here, or undefined when it does. */
  idle(rule: Rule): Because | undefined;
};

type Compared = { shared: string; partsAt: string; rulePartsAt: string; length: number; because?: Because };

/** Same tool, longest common words or folders in front; of two that share as much, the first. */
export function nearestRule({ facts, rules, matches, wanted, parts, idle }: NearestQuery): NearMiss | undefined {
  let best: { miss: NearMiss; length: number } | undefined;
  const matched = new Map<Rule, Set<number>>();
  for (const match of matches) matched.set(match.rule, (matched.get(match.rule) ?? new Set()).add(match.action));
  for (const rule of rules) {
    if (!wanted.includes(rule.behavior)) continue;
    const unused = idle(rule);
    if (unused !== undefined) {
      // It says just this, and does not count.
      const met = matchRules(facts, [rule]).find((one) => parts.includes(one.action));
      if (met !== undefined)
        return { rule, action: met.action, shared: '', partsAt: '', rulePartsAt: '', because: unused };
    }
    for (const index of parts) {
      const part = facts.parts[index];
      if (part === undefined || matched.get(rule)?.has(index)) continue;
      for (const meaning of parseRule(rule).meanings) {
        const compared = compare(meaning, rule, part, facts);
        if (compared === undefined || compared.length <= (best?.length ?? 0)) continue;
        const { length, because = unused, ...rest } = compared;
        best = { miss: { rule, action: index, ...rest, ...(because === undefined ? {} : { because }) }, length };
      }
    }
  }
  return best?.miss;
}

function compare(meaning: RuleMeaning, rule: Rule, part: Part, facts: Facts): Compared | undefined {
  const { action } = part;
  switch (meaning.kind) {
    case 'command':
      // A rule for another language is not near, whatever its words are.
      return action.kind === 'run' && isPowerShell(meaning.tool) === isPowerShell(facts.tool)
        ? compareCommand(meaning.pattern, rule, action)
        : undefined;
    case 'path':
      return 'path' in action ? comparePath(meaning, rule, part, action, facts) : undefined;
    case 'host':
      return action.kind === 'fetch' ? compareHost(meaning.host, action.host) : undefined;
    case 'tool':
      return action.kind === 'mcp' && meaning.tool.startsWith('mcp__')
        ? compareServerTool(meaning.tool, rule, action, facts.tool)
        : undefined;
    case 'named':
      return action.kind === meaning.action
        ? prefix(meaning.pattern.split(/[ :]/), action.name.split(/[ :]/), ' ')
        : undefined;
    case 'input':
      return undefined;
  }
}

function compareServerTool(
  tool: string,
  { behavior }: Rule,
  action: CanonicalAction & { kind: 'mcp' },
  name: string,
): Compared {
  const compared = prefix(tool.slice('mcp__'.length).split('__'), [action.server, action.tool], '__');
  // It would cover the tool, if the server said less of it, or had another name.
  const why = behavior === 'allow' ? whyByName(action) : undefined;
  return why !== undefined && meansServerTool(tool, action, name)
    ? { ...compared, length: compared.length + 1, because: { code: `permissions.nearest.${why}`, args: {} } }
    : compared;
}

function compareCommand(pattern: string, rule: Rule, action: CanonicalAction & { kind: 'run' }): Compared | undefined {
  const words = pattern.replace(/:\*$/, ' *').trim().split(/\s+/);
  if (!('argv' in action)) {
    // Nothing was read, so the text stands for the words; no allow rule can cover it as it is.
    const compared = prefix(words, action.command.slice(0, 500).trim().split(/\s+/), ' ');
    return rule.behavior === 'allow' && compared.length > 0
      ? { ...compared, because: { code: 'permissions.nearest.notUnderstood', args: {} } }
      : undefined;
  }
  const compared = prefix(words, action.argv, ' ');
  const rest = words.slice(compared.length);
  const wide = pattern.includes('*') && rest.every((word) => word === '*');
  return wide && compared.length > 0 && rule.behavior === 'allow'
    ? { ...compared, because: { code: 'permissions.nearest.exactOnly', args: { program: action.argv[0] ?? '' } } }
    : compared;
}

function comparePath(
  meaning: RuleMeaning & { kind: 'path' },
  rule: Rule,
  { isFolder }: Part,
  action: CanonicalAction & { path: string; realPath: string },
  { places }: Facts,
): Compared | undefined {
  const writes = action.kind === 'write' || action.kind === 'delete';
  if (meaning.access === 'read' ? writes : !writes && rule.behavior !== 'allow') return undefined;
  const compared = prefix(
    fullPattern(rule, meaning.pattern, places).split('/'),
    toPosix(action.path, places.platform).split('/'),
    '/',
  );
  if (action.path === action.realPath || rule.behavior !== 'allow') return compared;
  const ends = [action.path, action.realPath].map((path) =>
    pathMatches(rule, meaning.pattern, { path, realPath: path }, isFolder, places),
  );
  // One end of the link is covered, the other is not.
  return ends[0] === ends[1]
    ? compared
    : {
        ...compared,
        length: compared.length + 1,
        because: { code: 'permissions.nearest.link', args: { path: action.path, target: action.realPath } },
      };
}

function compareHost(rule: string, host: string): Compared {
  const turned = (name: string) => name.split('.').reverse();
  const compared = prefix(turned(rule), turned(host), '.');
  // A common ending such as `.com` alone says nothing.
  const length = compared.length > 1 ? compared.length : 0;
  return { ...compared, shared: turned(compared.shared).join('.'), length };
}

/** A `*` in a word of the rule stands for part of that word; from a `*` or `**` of its own on nothing is shared. */
function prefix(rule: string[], actual: string[], separator: string): Compared {
  let length = 0;
  while (length < rule.length && length < actual.length) {
    const [one = '', other = ''] = [rule[length], actual[length]];
    if (one !== other && (/^\*+$/.test(one) || !one.includes('*') || !wildcard(one, other))) break;
    length += 1;
  }
  const shared = actual.slice(0, length).join(separator);
  return {
    shared,
    partsAt: actual[length] ?? '',
    rulePartsAt: rule[length] ?? '',
    length: shared === '' ? 0 : length,
  };
}
