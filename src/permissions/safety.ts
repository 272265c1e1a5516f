// What asks whatever the allow rules say: files that later run something, and deletions that cannot be wanted.
import type { DecisionRecord, Mode, Rule } from '../contracts/permission.ts';
import { isInternalHost } from '../util/internalHost.ts';
import type { Facts } from './facts.ts';
import type { Part } from './parts/part.ts';
import { isInside, type Places, pathsOf, samePath, toPosix } from './paths/places.ts';
import { isPowerShell } from './powershell/powershell.ts';
import { mayMatchBelow } from './rules/matchPath.ts';
import { parseRule } from './rules/rules.ts';
import { baseName } from './shell/crude.ts';

export type FoundSafety = DecisionRecord['safety'][number];
type Safety = Omit<FoundSafety, 'action'>;

const FOLDERS = new Set([
  ...[
    '.git',
    '.hg',
    '.githooks',
    '.vscode',
    '.vs',
    '.idea',
    '.husky',
    '.lefthook',
    '.lefthook-local',
    '.cargo',
    '.devcontainer',
    '.yarn',
    '.mvn',
    '.claude',
    '.ssh',
    '.gnupg',
  ],
  // Settings of other agents and editors that start programs.
  ...['.cursor', '.windsurf', '.kiro', '.roo', '.gemini', '.codex', '.zed', '.continue'],
]);
const FILES = new Set([
  ...['.gitconfig', '.gitmodules', '.gitattributes', '.bashrc', '.bash_profile', '.bash_login', '.bash_aliases'],
  ...[
    '.bash_logout',
    '.zshrc',
    '.zprofile',
    '.zshenv',
    '.zlogin',
    '.zlogout',
    '.profile',
    '.envrc',
    '.npmrc',
    '.yarnrc',
  ],
  ...['.yarnrc.yml', '.pnp.cjs', '.pnp.loader.mjs', '.pnpmfile.cjs', 'bunfig.toml', '.bunfig.toml', '.bazelrc'],
  ...[
    '.bazelversion',
    '.bazeliskrc',
    '.pre-commit-config.yaml',
    'lefthook.yml',
    'lefthook.yaml',
    'gradle-wrapper.properties',
  ],
  ...[
    'maven-wrapper.properties',
    '.devcontainer.json',
    '.ripgreprc',
    'pyrightconfig.json',
    '.mcp.json',
    '.claude.json',
  ],
  ...['opencode.json', '.netrc'],
]);
const PATTERNS = [
  ...[/^\.?lefthook(-local)?\./, /^\.envrc\./, /\.code-workspace$/, /^\.pre-commit-config\./],
  // Programs that others start without a look at them.
  /^(gradle|maven)-wrapper\.jar$/,
  // Start files of shells, editors and debuggers that are read from the folder they are started in.
  /^\.(cshrc|tcshrc|kshrc|login|inputrc|vimrc|exrc|nvimrc|nvim\.lua|gdbinit|lldbinit|dir-locals(-2)?\.el|direnvrc)$/,
];

/** `critical` holds in every mode, `protected` is lifted by bypass alone. Rules matter where a program would read past them. */
export function safetyOf(facts: Facts, rules: readonly Rule[], mode: Mode): FoundSafety[] {
  return facts.parts.flatMap((part, action) =>
    partSafety(part, facts, rules, mode).map((safety) => ({ action, ...safety })),
  );
}

function partSafety(part: Part, { places, tool }: Facts, rules: readonly Rule[], mode: Mode): Safety[] {
  const { action, doubt } = part;
  const found: Array<Safety | undefined> = [];
  if (part.refused !== undefined) found.push({ class: 'critical', because: part.refused, refused: true });
  if (doubt?.class === 'critical') found.push({ class: 'critical', because: doubt.because });
  if (action.kind === 'delete' || action.kind === 'write') {
    const paths = [action.path, action.realPath];
    if (action.kind === 'delete' || action.of === undefined) found.push(criticalRemoval(paths, places));
    if (action.kind === 'delete') found.push(removalOutside(action.realPath, places));
    found.push(protectedWrite(paths, places));
  }
  for (const { path, realPath } of part.removals)
    found.push(criticalRemoval([path, realPath], places) ?? removalOutside(realPath, places));
  if ((action.kind === 'read' || action.kind === 'search') && part.deep)
    found.push(readsPastRules(action.realPath, places, rules));
  if (action.kind === 'fetch' && /^http:/i.test(action.url) && !isInternalHost(action.host)) {
    found.push({ class: 'protected', because: { code: 'permissions.plainHttp', args: { host: action.host } } });
  }
  if (action.kind === 'fetch') found.push(otherPort(action.url, action.host));
  if (
    mode === 'bypassPermissions' &&
    action.kind === 'run' &&
    doubt !== undefined &&
    (mayRemove(part, action.command, tool) || mayReplaceOutside(part, places))
  ) {
    found.push({ class: 'critical', because: { code: 'permissions.critical.hidden', args: {} } });
  }
  return found.filter((safety) => safety !== undefined);
}

/** Behind another port of a public host is another program, which a rule for the host did not mean. */
function otherPort(url: string, host: string): Safety | undefined {
  const port = URL.canParse(url) ? new URL(url).port : '';
  if (port === '' || host === '' || isInternalHost(host)) return undefined;
  return { class: 'protected', because: { code: 'permissions.otherPort', args: { host, port } } };
}

function removalOutside(path: string, places: Places): Safety | undefined {
  if (places.workingDirectories.some((folder) => isInside(path, folder, places))) return undefined;
  return { class: 'critical', because: { code: 'permissions.critical.outside', args: { path } } };
}

/** A program that walks a folder knows no rules, so what a rule keeps from being read would be read. */
function readsPastRules(folder: string, places: Places, rules: readonly Rule[]): Safety | undefined {
  const rule = rules.find(
    (candidate) =>
      candidate.behavior !== 'allow' &&
      parseRule(candidate).meanings.some(
        (meaning) =>
          meaning.kind === 'path' &&
          meaning.access === 'read' &&
          mayMatchBelow(candidate, meaning.pattern, folder, places),
      ),
  );
  return (
    rule && {
      class: 'protected',
      because: { code: 'permissions.readsPastRule', args: { path: folder, rule: rule.text } },
    }
  );
}

/** Text that is not understood may hide a removal of anything; only in bypass would it run all the same. */
function mayRemove(part: Part, command: string, tool: string): boolean {
  const removes = /^(rm|rmdir|unlink|shred|srm|del|erase|rd|ri|Remove-Item|clc|Clear-Content|iex|Invoke-Expression)$/i;
  // The name of what runs; of PowerShell any text may hold it.
  const unknown = isPowerShell(tool) ? /[$*?[{]/ : /^\S*[$`*?[{]/;
  return (
    part.unread === true ||
    /\$'|-delete\b|\beval\b/.test(command) ||
    // A method of .NET.
    (isPowerShell(tool) && /(\.|::)[`'"]?(delete|move|moveto|replace)\b/i.test(command)) ||
    part.candidates.some(([name = '']) => removes.test(baseName(name)) || unknown.test(name))
  );
}

/** Likewise what lies outside the working folders, or nobody knows where, may be overwritten. */
function mayReplaceOutside({ mentions }: Part, places: Places): boolean {
  return mentions.some(
    ({ path, realPath, replaces }) =>
      replaces === true &&
      (/[$`*?[{]/.test(path) || !places.workingDirectories.some((folder) => isInside(realPath, folder, places))),
  );
}

/** Why a write to the path is protected, or undefined. Letter case and characters that do not show are of no account. */
function protectedWrite(paths: string[], places: Places): Safety | undefined {
  for (const path of paths) {
    const name = protectedName(path, places);
    if (name !== undefined)
      return { class: 'protected', because: { code: 'permissions.protected', args: { path, name } } };
  }
  return undefined;
}

function protectedName(path: string, places: Places): string | undefined {
  const segments = below(path, places).map(plain);
  for (const [index, segment] of segments.entries()) {
    if (segment === '.claude' && segments[index + 1] === 'worktrees' && segments.length > index + 3) continue;
    if (FOLDERS.has(segment)) return segment;
    if (segment === 'git' && segments[index - 1] === '.config') return '.config/git';
    // Also in front of the last one: a folder of that name is as good as the file.
    if (FILES.has(segment) || PATTERNS.some((pattern) => pattern.test(segment))) return segment;
  }
  return undefined;
}

/** The part of the path that the workspace decides on: a workspace may itself lie in a folder called `.claude`. */
function below(path: string, places: Places): string[] {
  const roots = [places.root, ...places.workingDirectories].filter((root) => isInside(path, root, places));
  const longest = Math.max(0, ...roots.map((root) => toPosix(root, places.platform).replace(/\/+$/, '').length));
  return toPosix(path, places.platform).slice(longest).split('/').filter(Boolean);
}

function plain(segment: string): string {
  return segment
    .normalize('NFKC')
    .replace(/[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}]/gu, '')
    .replace(/[. ]+$/, '')
    .toLowerCase();
}

/** Why removing or replacing the path asks in every mode, or undefined. */
function criticalRemoval(paths: string[], places: Places): Safety | undefined {
  const api = pathsOf(places.platform);
  for (const path of paths) {
    const root = api.parse(path).root;
    const system = samePath(path, root, places) || samePath(api.dirname(path), root, places);
    const holdsWorkspace = [places.root, places.realRoot, ...places.workingDirectories].some((folder) =>
      isInside(folder, path, places),
    );
    const holdsHome = isInside(places.home, path, places) || isInside(places.realHome, path, places);
    if (system || holdsWorkspace || holdsHome)
      return { class: 'critical', because: { code: 'permissions.critical.folder', args: { path } } };
  }
  return undefined;
}
