// What is wrong with a rule by the way it is written: it would match something else than its author thinks, or nothing.
import type { Finding } from '../../contracts/finding.ts';
import type { Because, Rule } from '../../contracts/permission.ts';
import { nearNames } from '../../util/nearNames.ts';
import { splitRule } from '../../util/ruleSyntax.ts';
import { parseRule } from '../rules/rules.ts';

const SHELL = ['Bash', 'Monitor', 'PowerShell'];
const PATHS = ['Read', 'Glob', 'Grep', 'LS', 'LSP', 'Edit', 'Write', 'NotebookEdit', 'MultiEdit', 'Cd'];
const OTHERS = [
  ...[
    'WebFetch',
    'WebSearch',
    'Agent',
    'Task',
    'Skill',
    'TodoWrite',
    'TaskCreate',
    'TaskGet',
    'TaskList',
    'TaskUpdate',
  ],
  ...['TaskOutput', 'TaskStop', 'AskUserQuestion', 'EnterPlanMode', 'ExitPlanMode', 'BashOutput', 'KillShell'],
  ...['Diagnostics', 'ToolSearch', 'ListMcpResources', 'ReadMcpResource', 'SlashCommand', 'KillBash'],
];
const TOOLS = [...SHELL, ...PATHS, ...OTHERS];
/** Folders at the root of a disk; a project seldom has them. */
const ROOT_FOLDERS =
  /^\/(Users|home|root|etc|tmp|var|usr|opt|mnt|media|private|Volumes|Library|System|Applications|bin|sbin|boot|proc|dev|sys)(\/|$)/;

type Made = { level: Finding['level']; because: Because; fix?: string };

/** `home` as a rule would write it, with `/` between folders. */
export function lintForm(rule: Rule, home: string): Finding[] {
  const strange = unknownTool(rule);
  const found = strange === undefined ? [...problemOf(rule), ...misread(rule, home)] : [strange];
  return found.map(({ level, because, fix }) => ({
    level,
    because,
    rule,
    ...(fix === undefined ? {} : { fix: { kind: 'replace' as const, text: fix } }),
  }));
}

/** What the engine itself says of the rule, and how to say it right. */
function problemOf(rule: Rule): Made[] {
  const { problem, meanings } = parseRule(rule);
  if (problem === undefined) return [];
  const fix = problem.args['instead'] ?? hostFix(rule.text);
  return [
    { level: meanings.length > 0 ? 'warning' : 'error', because: problem, ...(fix === undefined ? {} : { fix }) },
  ];
}

/** `WebFetch(https://example.com/docs)` and `WebFetch(example.com)` speak of a host. */
function hostFix(text: string): string | undefined {
  const { tool, specifier } = splitRule(text) ?? {};
  if (tool !== 'WebFetch' || specifier === undefined) return undefined;
  const address = specifier.replace(/^domain:/, '').trim();
  const url = /^[a-z]+:\/\//i.test(address) ? address : `https://${address}`;
  const host = URL.canParse(url.replace('://*.', '://')) ? new URL(url.replace('://*.', '://')).hostname : '';
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(host)) return undefined;
  return `WebFetch(domain:${url.includes('://*.') ? '*.' : ''}${host})`;
}

function misread(rule: Rule, home: string): Made[] {
  const parts = splitRule(rule.text);
  if (parts === undefined) return [];
  const { tool, specifier } = parts;
  if (specifier === undefined) return [];
  const again = (text: string, name = tool) => `${name}(${text})`;
  if (SHELL.includes(tool)) return commandForms(rule, specifier, again);
  if (PATHS.includes(tool)) return pathForms(rule, specifier, home, again);
  if (specifier !== specifier.trim() && specifier.trim() !== '')
    return [made('error', 'policy.blank', { rule: rule.text }, again(specifier.trim()))];
  return [];
}

function unknownTool(rule: Rule): Made | undefined {
  const { tool } = splitRule(rule.text) ?? { tool: '*' };
  if (TOOLS.includes(tool) || tool.includes('*') || /^mcp__[^_]/.test(tool)) return undefined;
  const rest = rule.text.slice(tool.length);
  const server = /^mcp_+(.+)$/i.exec(tool)?.[1];
  if (server !== undefined)
    return made('error', 'policy.mcpName', { rule: rule.text, instead: `mcp__${server}${rest}` });
  const [near] = nearNames(tool, TOOLS, 1);
  if (near === undefined) {
    // Tools of other programs have such names.
    return tool.includes('_') ? undefined : made('warning', 'policy.unknownTool', { rule: rule.text, tool });
  }
  const sure = near.toLowerCase() === tool.toLowerCase() ? near + rest : undefined;
  return made('error', 'policy.misspelt', { rule: rule.text, tool, near }, sure);
}

type Again = (text: string) => string;

function commandForms(rule: Rule, pattern: string, again: Again): Made[] {
  const middle = /:\*(?=.)/.test(pattern.trim());
  if (middle) {
    const instead = again(
      pattern
        .trim()
        .replace(/:\*(?=.)/g, ' *')
        .replace(/ \* +/g, ' * '),
    );
    return [made('error', 'policy.colonStar', { rule: rule.text, instead }, instead)];
  }
  const glued = /(?:^|\s)([\w.-]*\w)\*$/.exec(pattern)?.[1];
  if (rule.behavior !== 'allow' || glued === undefined) return [];
  const instead = again(`${pattern.slice(0, -1)} *`);
  return [made('info', 'policy.gluedStar', { rule: rule.text, example: `${glued}xyz`, instead })];
}

function pathForms(rule: Rule, pattern: string, home: string, again: Again): Made[] {
  const text = rule.text;
  if (pattern !== pattern.trim() && pattern.trim() !== '')
    return [made('error', 'policy.blank', { rule: text }, again(pattern.trim()))];
  const windows = /^([A-Za-z]):[\\/](.*)$/s.exec(pattern);
  if (windows !== null) {
    const instead = again(`//${(windows[1] ?? '').toLowerCase()}/${(windows[2] ?? '').replaceAll('\\', '/')}`);
    return [made('error', 'policy.windowsPath', { rule: text, instead }, instead)];
  }
  const variable = /^(\$\{?\w+\}?|%\w+%)(?=[\\/]|$)/.exec(pattern)?.[0];
  if (variable !== undefined) {
    const isHome = /^(\$\{?HOME\}?|%USERPROFILE%)$/.test(variable);
    const fix = isHome ? again(`~${pattern.slice(variable.length).replaceAll('\\', '/')}`) : undefined;
    return [made('error', 'policy.variable', { rule: text, variable }, fix)];
  }
  if (!/^\/(?!\/)/.test(pattern) || rule.anchor === '/') return [];
  const own = home.length > 1 && (pattern === home || pattern.startsWith(`${home}/`));
  if (!own && !ROOT_FOLDERS.test(pattern)) return [];
  const instead = again(own ? `~${pattern.slice(home.length)}` : `/${pattern}`);
  const meant = `${(rule.anchor ?? '').replace(/\/$/, '')}${pattern}`;
  return [made('error', 'policy.anchor', { rule: text, meant, instead }, instead)];
}

function made(level: Finding['level'], code: string, args: Record<string, string>, fix?: string): Made {
  return { level, because: { code, args }, ...(fix === undefined ? {} : { fix }) };
}
