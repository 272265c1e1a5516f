// Rule texts as the engine understands them, and what is wrong with those it does not.
import type { Because, Rule } from '../../contracts/permission.ts';
import { splitRule } from '../../util/ruleSyntax.ts';

/** What a rule speaks of. `tool` names may hold `*`. */
export type RuleMeaning =
  /** The tool as a whole, whatever it would do. */
  | { kind: 'tool'; tool: string }
  | { kind: 'command'; pattern: string; tool: string }
  | { kind: 'path'; access: 'read' | 'write'; pattern: string }
  | { kind: 'host'; host: string }
  | { kind: 'named'; action: 'agent' | 'skill'; pattern: string }
  /** A top-level value of the input. */
  | { kind: 'input'; tool: string; name: string; value: string };

export type ParsedRule = { rule: Rule; meanings: RuleMeaning[]; problem?: Because };

const READ_TOOLS = new Set(['Read', 'Glob', 'Grep', 'LS', 'LSP']);
const WRITE_TOOLS = new Set(['Edit', 'Write', 'NotebookEdit', 'MultiEdit']);
const SHELL_TOOLS = new Set(['Bash', 'Monitor', 'PowerShell']);
/** Values that have rules of their own kind and are not matched as plain input. */
const PRIMARY = new Set(['command', 'file_path', 'path', 'notebook_path', 'url']);

const parsed = new WeakMap<Rule, ParsedRule>();

/** Never throws. Without a meaning the rule matches nothing; `problem` says why, or what was made of it. */
export function parseRule(rule: Rule): ParsedRule {
  const known = parsed.get(rule);
  if (known !== undefined) return known;
  const fresh = { rule, ...meaningsOf(rule) };
  parsed.set(rule, fresh);
  return fresh;
}

/** What is wrong with rules as they are written, for the notices about settings files. */
export function ruleProblems(rules: readonly Rule[]): Array<{ rule: Rule; because: Because }> {
  return rules.flatMap((rule) => {
    const { problem } = parseRule(rule);
    return problem === undefined ? [] : [{ rule, because: problem }];
  });
}

function meaningsOf({ text, behavior }: Rule): Pick<ParsedRule, 'meanings' | 'problem'> {
  const parts = splitRule(text);
  if (parts === undefined) return nothing('permissions.rule.malformed', text);
  const { tool, specifier } = parts;
  if (specifier === undefined || specifier === '*') return wholeTool(tool, text, behavior);
  if (specifier.trim() === '' || specifier === ':*') return nothing('permissions.rule.empty', text);
  if (tool.includes('*')) return nothing('permissions.rule.globWithSpecifier', text);
  if (SHELL_TOOLS.has(tool)) return commandRule(specifier, text, tool, behavior);
  if (READ_TOOLS.has(tool) || WRITE_TOOLS.has(tool)) return pathRule(tool, specifier, text, behavior);
  if (tool === 'WebFetch') return hostRule(specifier, text, behavior);
  if (tool === 'Agent' || tool === 'Task')
    return { meanings: [{ kind: 'named', action: 'agent', pattern: specifier }] };
  if (tool === 'Skill') return { meanings: [{ kind: 'named', action: 'skill', pattern: specifier }] };
  return inputRule(tool, specifier, text, behavior);
}

function wholeTool(tool: string, text: string, behavior: Rule['behavior']): Pick<ParsedRule, 'meanings' | 'problem'> {
  const name = tool === 'Task' ? 'Agent' : tool;
  // An allow rule may leave open which tool of one server, never which server.
  if (behavior === 'allow' && name.includes('*') && !/^mcp__[^*]*[^*_][^*]*__[^*]*\*/.test(name)) {
    return nothing('permissions.rule.allowsTooMuch', text);
  }
  return { meanings: [{ kind: 'tool', tool: name }] };
}

function commandRule(
  pattern: string,
  text: string,
  tool: string,
  behavior: Rule['behavior'],
): Pick<ParsedRule, 'meanings' | 'problem'> {
  if (/^\*+$/.test(pattern.trim())) return wholeTool(tool, text, behavior);
  const meanings: RuleMeaning[] = [{ kind: 'command', pattern, tool }];
  const input = /^(run_in_background|timeout|description):(.*)$/.exec(pattern);
  if (input !== null && behavior !== 'allow')
    meanings.push({ kind: 'input', tool, name: input[1] ?? '', value: input[2] ?? '' });
  return { meanings };
}

function pathRule(
  tool: string,
  specifier: string,
  text: string,
  behavior: Rule['behavior'],
): Pick<ParsedRule, 'meanings' | 'problem'> {
  if (specifier.startsWith('!')) return nothing('permissions.rule.negated', text);
  if (specifier.split('/').includes('..')) return nothing('permissions.rule.parentFolder', text);
  const input = inputParts(specifier);
  if (
    input !== undefined &&
    behavior !== 'allow' &&
    /^(offset|limit|pages|replace_all|edit_mode|output_mode|type|glob|pattern)$/.test(input.name)
  ) {
    return { meanings: [{ kind: 'input', tool, ...input }] };
  }
  const access = READ_TOOLS.has(tool) ? 'read' : 'write';
  const canonical = access === 'read' ? 'Read' : 'Edit';
  const meanings: RuleMeaning[] = [{ kind: 'path', access, pattern: specifier }];
  if (tool === canonical) return { meanings };
  const problem = { code: 'permissions.rule.useInstead', args: { rule: text, instead: `${canonical}(${specifier})` } };
  return behavior === 'allow' ? { meanings: [], problem } : { meanings, problem };
}

function hostRule(
  specifier: string,
  text: string,
  behavior: Rule['behavior'],
): Pick<ParsedRule, 'meanings' | 'problem'> {
  const host = /^domain:(.+)$/.exec(specifier)?.[1];
  if (host === undefined) return inputRule('WebFetch', specifier, text, behavior);
  if (/[/:@\s]/.test(host)) return nothing('permissions.rule.notAHost', text);
  if (host === '*') return wholeTool('WebFetch', text, behavior);
  return { meanings: [{ kind: 'host', host: host.toLowerCase().replace(/\.$/, '') }] };
}

function inputRule(
  tool: string,
  specifier: string,
  text: string,
  behavior: Rule['behavior'],
): Pick<ParsedRule, 'meanings' | 'problem'> {
  const input = inputParts(specifier);
  if (input === undefined || behavior === 'allow' || PRIMARY.has(input.name))
    return nothing('permissions.rule.neverMatches', text);
  return { meanings: [{ kind: 'input', tool, ...input }] };
}

function inputParts(specifier: string): { name: string; value: string } | undefined {
  const match = /^([A-Za-z_][\w-]*):(.*)$/s.exec(specifier);
  return match === null ? undefined : { name: match[1] ?? '', value: match[2] ?? '' };
}

function nothing(code: string, rule: string): Pick<ParsedRule, 'meanings' | 'problem'> {
  return { meanings: [], problem: { code, args: { rule } } };
}
