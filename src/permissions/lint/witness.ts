// Calls that stand for all that a rule speaks of: where it leaves something open, a word stands that no other rule names.
import type { Action, Rule } from '../../contracts/permission.ts';
import { type Places, pathsOf } from '../paths/places.ts';
import { isPowerShell } from '../powershell/powershell.ts';
import { parseRule, type RuleMeaning } from '../rules/rules.ts';

export type Witness = {
  tool: string;
  input: unknown;
  actions: Action[] /** The call as a person would write it. */;
  shown: string;
};

type Where = Pick<Places, 'root' | 'home' | 'platform'>;

const WORD = 'any-word';
const WORDS = 'any-word other-word';

/** Several, so that a rule for some of the calls alone does not pass for one that speaks of all. May be empty. */
export function witnessesOf(rule: Rule, where: Where): Witness[] {
  return parseRule(rule).meanings.flatMap((meaning) => ofMeaning(meaning, rule, where));
}

/** The command as the tool for commands would be called. */
export function commandWitness(command: string, cwd: string, tool = 'Bash'): Witness {
  return { tool, input: { command }, actions: [{ kind: 'run', command, cwd }], shown: command };
}

export function pathWitness(kind: 'read' | 'write', path: string): Witness {
  const tool = kind === 'read' ? 'Read' : 'Edit';
  return { tool, input: { file_path: path }, actions: [{ kind, path }], shown: path };
}

export function fetchWitness(host: string): Witness {
  const url = `https://${host}/`;
  return { tool: 'WebFetch', input: { url }, actions: [{ kind: 'fetch', url }], shown: url };
}

function ofMeaning(meaning: RuleMeaning, rule: Rule, where: Where): Witness[] {
  switch (meaning.kind) {
    case 'tool':
      return wholeTool(meaning.tool, where);
    case 'command':
      return commands(meaning.pattern).map((command) =>
        commandWitness(command, where.root, isPowerShell(meaning.tool) ? meaning.tool : 'Bash'),
      );
    case 'path':
      return paths(meaning.pattern, rule, where).map((path) => pathWitness(meaning.access, path));
    case 'host':
      return [fetchWitness(meaning.host.replaceAll('*', 'any-host'))];
    case 'named':
      return filled(meaning.pattern).map((name) => named(meaning.action, name));
    case 'input':
      return [
        {
          tool: meaning.tool.replaceAll('*', WORD),
          input: { [meaning.name]: meaning.value.replaceAll('*', WORD) },
          actions: [],
          shown: `${meaning.name}:${meaning.value}`,
        },
      ];
  }
}

function wholeTool(pattern: string, where: Where): Witness[] {
  const tool = pattern.replaceAll('*', 'any');
  const api = pathsOf(where.platform);
  const inside = api.join(where.root, 'any-folder', 'any-file');
  const outside = api.resolve(where.root, api.parse(where.root).root, 'any-folder', 'any-file');
  switch (tool) {
    case 'Bash':
    case 'Monitor':
    case 'PowerShell':
      return [WORD, WORDS].map((command) => ({ ...commandWitness(command, where.root), tool }));
    case 'Read':
    case 'Glob':
    case 'Grep':
    case 'LS':
      return [inside, outside].map((path) => ({ ...pathWitness('read', path), tool }));
    case 'Edit':
    case 'Write':
    case 'MultiEdit':
    case 'NotebookEdit':
      return [inside, outside].map((path) => ({ ...pathWitness('write', path), tool }));
    case 'WebFetch':
      return [fetchWitness('any-host.example')];
    case 'WebSearch':
      return [{ tool, input: { query: WORDS }, actions: [{ kind: 'webSearch', query: WORDS }], shown: WORDS }];
    case 'Agent':
    case 'Task':
      return [named('agent', WORD)];
    case 'Skill':
      return [named('skill', WORD)];
    default:
      return [otherTool(tool)];
  }
}

function otherTool(tool: string): Witness {
  const [, server, name] = /^mcp__(.+?)(?:__(.*))?$/s.exec(tool) ?? [];
  if (server === undefined) return { tool, input: {}, actions: [], shown: tool };
  const full = `mcp__${server}__${name || 'any-tool'}`;
  const action: Action = { kind: 'mcp', server, tool: name || 'any-tool', input: {} };
  return { tool: full, input: {}, actions: [action], shown: full };
}

function named(kind: 'agent' | 'skill', name: string): Witness {
  const tool = kind === 'agent' ? 'Agent' : 'Skill';
  return { tool, input: {}, actions: [{ kind, name }], shown: `${tool} ${name}` };
}

function commands(pattern: string): string[] {
  return filled(pattern.trim().replace(/:\*$/, ' *'));
}

/** A ` *` at the end also stands for nothing. */
function filled(pattern: string): string[] {
  if (!pattern.includes('*')) return [pattern];
  const rest = / \*$|:\*$/.test(pattern) ? [pattern.slice(0, -2)] : [];
  return [...rest, pattern].flatMap((text) =>
    text.includes('*') ? [text.replaceAll('*', WORD), text.replaceAll('*', WORDS)] : [text],
  );
}

/** Absolute paths that the pattern should match; the engine says whether it does. */
function paths(pattern: string, rule: Rule, { root, home, platform }: Where): string[] {
  const api = pathsOf(platform);
  const [base, rest] = pattern.startsWith('//')
    ? [api.parse(root).root, drive(pattern.slice(2), platform)]
    : /^~(\/|$)/.test(pattern)
      ? [home, pattern.slice(1)]
      : pattern.startsWith('/')
        ? [rule.anchor ?? root, pattern.slice(1)]
        : [root, pattern.replace(/^(\.\/)+/, '')];
  const anywhere = !/^(\.?\/|~)/.test(pattern) && !pattern.replace(/\/$/, '').includes('/');
  const folders = anywhere ? ['', 'any-folder'] : [''];
  const [shallow, deep] = [spelled(rest, 'any-file'), spelled(rest, 'any-folder/any-file')];
  const names = pattern.endsWith('/') ? [`${shallow}any-file`] : [...new Set([shallow, deep, `${shallow}/any-file`])];
  return folders.flatMap((folder) => names.map((name) => api.resolve(base, folder, name.replace(/^\/+/, ''))));
}

/** `c/x` after `//` is a drive on Windows. */
function drive(rest: string, platform: NodeJS.Platform): string {
  return platform === 'win32' ? rest.replace(/^([A-Za-z])(?=\/|$)/, '$1:/') : rest;
}

/** A text that the pattern matches: `**` as `below`, a class as its first character, an escape as what it escapes. */
function spelled(pattern: string, below: string): string {
  return pattern.replace(/\\(.)|\*\*|\*|\?|\[([!^]?)([^\]]*)\]/g, (whole, escaped, negated, characters) => {
    if (escaped !== undefined) return escaped;
    if (whole === '**') return below;
    if (whole === '*') return 'any-file';
    if (whole === '?') return 'q';
    return negated === '' ? String(characters).charAt(0) : 'q';
  });
}
