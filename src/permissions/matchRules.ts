// Tries rules on the parts of a call: which match, and which one came closest without.
import type { CanonicalAction, NearMiss, Rule, RuleMatch } from '../contracts/permission.ts';
import { wildcard } from '../util/wildcard.ts';
import type { Facts } from './facts.ts';
import { commandAllowed, commandCaught } from './matchCommand.ts';
import { hostMatches, isInternalHost } from './matchHost.ts';
import { pathMatches } from './matchPath.ts';
import type { Part } from './part.ts';
import type { Places } from './places.ts';
import { parseRule, type RuleMeaning } from './rules.ts';

/** Every rule on every part, in the order of the rules. */
export function matchRules(facts: Facts, rules: readonly Rule[]): RuleMatch[] {
  const matches: RuleMatch[] = [];
  for (const rule of rules) {
    const { meanings } = parseRule(rule);
    if (rule.behavior !== 'allow' && meanings.some((meaning) => matchesCall(meaning, facts)))
      matches.push({ rule, action: -1 });
    for (const [action, part] of facts.parts.entries()) {
      if (meanings.some((meaning) => matchesPart(meaning, rule, part, facts))) matches.push({ rule, action });
    }
  }
  return matches;
}

/** Deny and ask rules also speak of the call as a whole, whatever its parts are. */
function matchesCall(meaning: RuleMeaning, facts: Facts): boolean {
  if (meaning.kind === 'tool') return wildcard(meaning.tool, facts.tool) || sameFamily(meaning.tool, facts.tool);
  if (meaning.kind !== 'input' || !wildcard(meaning.tool, facts.tool)) return false;
  const value = isRecord(facts.input) ? facts.input[meaning.name] : undefined;
  return ['string', 'number', 'boolean'].includes(typeof value) && wildcard(meaning.value, String(value));
}

function matchesPart(meaning: RuleMeaning, rule: Rule, part: Part, facts: Facts): boolean {
  switch (meaning.kind) {
    case 'tool':
      return matchesTool(meaning.tool, rule, part, facts);
    case 'command':
      return matchesCommand(meaning.pattern, rule, part);
    case 'path':
      return matchesPath(meaning, rule, part, facts.places);
    case 'host':
      return part.action.kind === 'fetch' && part.action.host !== '' && hostMatches(meaning.host, part.action.host);
    case 'named':
      return part.action.kind === meaning.action && namedMatches(meaning.pattern, part.action.name);
    case 'input':
      return false;
  }
}

/** A rule for a whole tool speaks of what such tools do, through whatever tool it is done. */
function matchesTool(tool: string, rule: Rule, part: Part, facts: Facts): boolean {
  const { action } = part;
  const allow = rule.behavior === 'allow';
  switch (action.kind) {
    case 'read':
    case 'search':
      return tool === 'Read' || (action.of === undefined && tool === facts.tool);
    case 'write':
    case 'delete':
      return tool === 'Edit' || (action.of === undefined && tool === facts.tool);
    case 'run':
      return tool === 'Bash' || tool === facts.tool;
    case 'fetch':
      // Whoever allows the web does not mean the own network.
      return tool === facts.tool && !(allow && isInternalHost(action.host));
    case 'mcp':
      return mcpMatches(tool, action.server, action.tool, facts.tool);
    case 'agent':
      return tool === 'Agent' || tool === facts.tool;
    default:
      return tool === facts.tool;
  }
}

function mcpMatches(pattern: string, server: string, tool: string, name: string): boolean {
  if (!pattern.startsWith('mcp__')) return false;
  const rest = pattern.slice('mcp__'.length);
  return rest === server || rest === `${server}__*` || wildcard(pattern, `mcp__${server}__${tool}`) || pattern === name;
}

/** The old name of the agent tool, and the server a tool belongs to. */
function sameFamily(rule: string, tool: string): boolean {
  return (rule === 'Agent' && tool === 'Task') || (rule.startsWith('mcp__') && tool.startsWith(`${rule}__`));
}

function matchesCommand(pattern: string, rule: Rule, part: Part): boolean {
  const { action } = part;
  if (action.kind !== 'run') return false;
  if (part.unread) return rule.behavior === 'deny';
  if (rule.behavior !== 'allow') return part.candidates.some((words) => commandCaught(pattern, words));
  if (!('argv' in action)) return false;
  if (commandAllowed(pattern, action.argv)) return true;
  // A wrapper is covered by name only where the rule says the whole command.
  return part.wrapped !== undefined && !pattern.includes('*') && commandAllowed(pattern, part.wrapped);
}

function matchesPath(meaning: RuleMeaning & { kind: 'path' }, rule: Rule, part: Part, places: Places): boolean {
  const { action } = part;
  const allow = rule.behavior === 'allow';
  if ('path' in action) {
    const writes = action.kind === 'write' || action.kind === 'delete';
    // Who may not read a file may not replace it either; who may edit it may read it.
    const speaks = meaning.access === 'read' ? !writes || rule.behavior === 'deny' : writes || allow;
    return speaks && pathMatches(rule, meaning.pattern, action, part.isFolder, places);
  }
  if (allow || action.kind !== 'run') return false;
  if (part.unread) return rule.behavior === 'deny';
  return part.mentions.some(
    (mention) =>
      (mention.access === meaning.access || (meaning.access === 'read' && rule.behavior === 'deny')) &&
      pathMatches(rule, meaning.pattern, mention, true, places),
  );
}

/** `name *` also stands for the name alone. */
function namedMatches(pattern: string, name: string): boolean {
  if (pattern.endsWith(' *') || pattern.endsWith(':*')) {
    const base = pattern.slice(0, -2);
    return name === base || name.startsWith(`${base} `);
  }
  return wildcard(pattern, name);
}

/** The allow rule that shares most with a part without matching it. */
export function nearestRule(facts: Facts, rules: readonly Rule[], matches: readonly RuleMatch[]): NearMiss | undefined {
  let best: { miss: NearMiss; length: number } | undefined;
  for (const rule of rules) {
    if (rule.behavior !== 'allow') continue;
    for (const [action, part] of facts.parts.entries()) {
      if (matches.some((match) => match.rule === rule && match.action === action)) continue;
      for (const meaning of parseRule(rule).meanings) {
        const compared = compare(meaning, part.action);
        if (compared === undefined || compared.shared.length === 0 || compared.length <= (best?.length ?? 0)) continue;
        best = { miss: { rule, action, shared: compared.shared, partsAt: compared.partsAt }, length: compared.length };
      }
    }
  }
  return best?.miss;
}

type Compared = { shared: string; partsAt: string; length: number };

function compare(meaning: RuleMeaning, action: CanonicalAction): Compared | undefined {
  if (meaning.kind === 'command' && action.kind === 'run' && 'argv' in action) {
    return prefix(meaning.pattern.replace(/:\*$/, ' *').trim().split(/\s+/), action.argv, ' ');
  }
  if (meaning.kind === 'path' && 'path' in action) {
    return prefix(meaning.pattern.replace(/^\/\//, '/').split('/'), action.path.split(/[\\/]/), '/');
  }
  if (meaning.kind === 'host' && action.kind === 'fetch') {
    const compared = prefix(meaning.host.split('.').reverse(), action.host.split('.').reverse(), '.');
    return { ...compared, shared: compared.shared.split('.').reverse().join('.') };
  }
  if (meaning.kind === 'tool' && action.kind === 'mcp' && meaning.tool.startsWith('mcp__')) {
    return prefix(meaning.tool.slice(5).split('__'), [action.server, action.tool], '__');
  }
  return undefined;
}

function prefix(rule: string[], actual: string[], separator: string): Compared {
  let length = 0;
  while (length < rule.length && length < actual.length && rule[length] === actual[length]) length += 1;
  return { shared: actual.slice(0, length).join(separator), partsAt: actual[length] ?? '', length };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
