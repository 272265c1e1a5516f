// Tries rules on the parts of a call.
import type { Rule, RuleMatch } from '../../contracts/permission.ts';
import { isInternalHost } from '../../util/internalHost.ts';
import { isObject } from '../../util/jsonValue.ts';
import { wildcard } from '../../util/wildcard.ts';
import type { Facts } from '../facts.ts';
import type { Part } from '../parts/part.ts';
import type { Places } from '../paths/places.ts';
import { isPowerShell, powershellAllowed, powershellCaught } from '../powershell/powershell.ts';
import { commandAllowed, commandCaught, mayBecome } from './matchCommand.ts';
import { hostMatches } from './matchHost.ts';
import { mayMatchBelow, pathMatches } from './matchPath.ts';
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
  const value = isObject(facts.input) ? facts.input[meaning.name] : undefined;
  return ['string', 'number', 'boolean'].includes(typeof value) && wildcard(meaning.value, String(value));
}

function matchesPart(meaning: RuleMeaning, rule: Rule, part: Part, facts: Facts): boolean {
  switch (meaning.kind) {
    case 'tool':
      return matchesTool(meaning.tool, rule, part, facts);
    case 'command':
      return matchesCommand(meaning, rule, part, facts);
    case 'path':
      return matchesPath(meaning, rule, part, facts.places);
    case 'host':
      return (
        part.action.kind === 'fetch' &&
        part.action.host !== '' &&
        hostMatches(meaning.host, part.action.host) &&
        !(rule.behavior === 'allow' && part.doubt !== undefined)
      );
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
      return tool === 'Read' || (isOfTheTool(action) && tool === facts.tool);
    case 'write':
    case 'delete':
      return tool === 'Edit' || (isOfTheTool(action) && tool === facts.tool);
    case 'run':
      // Who takes away bash means commands; who allows it means bash.
      if (tool === 'Bash') return !allow || !isPowerShell(facts.tool);
      return tool === facts.tool || (!allow && opens(tool, part));
    case 'fetch':
      // Whoever allows the web does not mean the own network.
      return tool === facts.tool && !(allow && (isInternalHost(action.host) || part.doubt !== undefined));
    case 'mcp':
      return allow && whyByName(action) !== undefined
        ? namesServerTool(tool, action)
        : meansServerTool(tool, action, facts.tool);
    case 'agent':
      return tool === 'Agent' || tool === facts.tool;
    default:
      return tool === facts.tool;
  }
}

/** The program may open some file, or does so in text that is not understood. */
function opens(tool: string, part: Part): boolean {
  const access = tool === 'Read' ? 'read' : tool === 'Edit' ? 'write' : undefined;
  return part.mentions.some((mention) => mention.access === access);
}

type McpPart = Extract<Part['action'], { kind: 'mcp' }>;

/** The server, a pattern, or the tool by one of its names. */
export function meansServerTool(rule: string, action: McpPart, name: string): boolean {
  return namesOf(action).some((one) => mcpMatches(rule, action.server, one, name));
}

/**
 * Why only its whole name allows a tool. `mcp__a__b` and `mcp__a__*` were written for the server `a`: they must not let all of
 * a server run that came to be called `a__b` or `a_`.
 */
export function whyByName({ destructive, server }: McpPart): 'destructive' | 'serverName' | undefined {
  if (destructive) return 'destructive';
  return /__|_$/.test(server) ? 'serverName' : undefined;
}

/** Who allowed a server, or tools by a pattern, did not look at this one: what may destroy data is allowed by its name alone. */
function namesServerTool(rule: string, action: McpPart): boolean {
  return namesOf(action).some((one) => rule === `mcp__${action.server}__${one}`);
}

const namesOf = ({ tool, full = tool }: McpPart): string[] => [tool, full];

function mcpMatches(pattern: string, server: string, tool: string, name: string): boolean {
  if (!pattern.startsWith('mcp__')) return false;
  const rest = pattern.slice('mcp__'.length);
  return rest === server || rest === `${server}__*` || wildcard(pattern, `mcp__${server}__${tool}`) || pattern === name;
}

/** The old name of the agent tool, and the server a tool belongs to. */
function sameFamily(rule: string, tool: string): boolean {
  return (rule === 'Agent' && tool === 'Task') || (rule.startsWith('mcp__') && tool.startsWith(`${rule}__`));
}

function matchesCommand(
  { pattern, tool }: RuleMeaning & { kind: 'command' },
  rule: Rule,
  part: Part,
  facts: Facts,
): boolean {
  const { action } = part;
  if (action.kind !== 'run') return false;
  const powershell = isPowerShell(facts.tool);
  // A rule speaks of its own language; to refuse and to ask, one for bash speaks of PowerShell as well.
  if (isPowerShell(tool) !== powershell && (rule.behavior === 'allow' || !powershell)) return false;
  if (part.unread) return rule.behavior === 'deny';
  if (powershell && rule.behavior !== 'allow') return powershellCaught(pattern, part.candidates);
  if (powershell) return 'argv' in action && powershellAllowed(pattern, action.argv);
  if (rule.behavior !== 'allow')
    return (
      part.candidates.some((words) => commandCaught(pattern, words)) ||
      (part.inner !== undefined && mayBecome(pattern, part.inner.slice(0, -1)))
    );
  if (!('argv' in action)) return false;
  if (commandAllowed(pattern, action.argv)) return true;
  // To what `xargs` starts its input adds words: a rule for exact words does not speak of it.
  if (part.inner !== undefined && commandAllowed(pattern, part.inner)) return true;
  // A wrapper is covered by name only where the rule also says what it runs.
  if (part.wrapped === undefined) return false;
  const named = pattern.replace(/\*.*$/s, '').replace(/:$/, '').trim().split(/\s+/).length;
  const says = !pattern.includes('*') || named > part.wrapped.length - action.argv.length;
  return says && commandAllowed(pattern, part.wrapped);
}

/** A path that the call itself names, neither one of its commands nor the shell for them. */
function isOfTheTool(action: { of?: number; redirect?: true }): boolean {
  return action.of === undefined && action.redirect !== true;
}

function matchesPath(meaning: RuleMeaning & { kind: 'path' }, rule: Rule, part: Part, places: Places): boolean {
  const { action } = part;
  const allow = rule.behavior === 'allow';
  if ('path' in action) {
    const writes = action.kind === 'write' || action.kind === 'delete';
    // Who may not read a file may not replace it either; who may edit it may read it.
    const speaks = meaning.access === 'read' ? !writes || rule.behavior === 'deny' : writes || allow;
    if (rule.behavior === 'deny' && speaks && isAmongUnlisted(meaning.pattern, rule, part, places)) return true;
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

/** A literal name that a pattern of the shell may stand for, in a folder whose names are not known. */
function isAmongUnlisted(pattern: string, rule: Rule, { unlisted = [] }: Part, places: Places): boolean {
  const name = pattern.slice(pattern.lastIndexOf('/') + 1);
  if (name === '' || /[*?[\\]/.test(name)) return false;
  return unlisted.some(
    ({ folder, names }) => new RegExp(names, 'su').test(name) && mayMatchBelow(rule, pattern, folder, places),
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
