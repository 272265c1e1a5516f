// Ways to remember a yes: narrow rules that speak of this call and little more.
import type { Offer, OfferScope } from '../contracts/permission.ts';
import { hasGap, hasInvisible } from '../util/invisible.ts';
import type { Facts } from './facts.ts';
import type { Part } from './parts/part.ts';
import { INVISIBLE, isInside, pathsOf, toPosix } from './paths/places.ts';
import { ruleWords } from './shell/ruleWords.ts';

const MAX_RULES = 5;

/** How many words say what a program does; after them only details follow. */
const SUBCOMMANDS: Record<string, number> = {
  ...{ git: 2, npm: 2, pnpm: 2, yarn: 2, bun: 2, cargo: 2, go: 2, docker: 2, kubectl: 2, gh: 3, glab: 3, dotnet: 2 },
  ...{ mvn: 2, gradle: 2, './gradlew': 2, make: 2, just: 2, poetry: 2, uv: 2, pip: 2, pip3: 2, brew: 2, terraform: 2 },
  ...{ helm: 2, deno: 2, bundle: 2, composer: 2, flutter: 2, dart: 2, rustup: 2, swift: 2, mix: 2, nx: 2, turbo: 2 },
};
/** After these words anything may run, or one more word is needed to say what. */
const ONE_MORE = new Set([
  ...['run', 'run-script', 'task', 'compose', 'workspace', 'stash', 'remote', 'submodule', 'worktree', 'pip', 'pkg'],
]);
const RUNS_ANYTHING = new Set([
  'exec',
  'x',
  'dlx',
  'eval',
  'shell',
  'sh',
  'foreach',
  'bisect',
  'config',
  'filter-branch',
  'rebase',
  ...['difftool', 'mergetool', 'init', 'create', 'explore', 'cmd', 'script', 'tool', 'ssh', 'alias', 'extension'],
  ...['exec:exec', 'exec:java', 'set', 'node', 'bun', 'deno', 'tsx', 'ts-node', 'bash', 'zsh', 'dash', 'fish', 'env'],
  ...['python', 'ruby', 'perl', 'php', 'lua', 'irb', 'iex', 'ipython', 'Rscript', 'xargs', 'sudo', 'npx', 'uvx'],
]);
/** `python3.12` is python. */
const runsAnything = (word: string) => RUNS_ANYTHING.has(word.replace(/^.*\//, '').replace(/(?<=[a-z])[\d.]+$/, ''));
/** What follows these words is a program with its arguments. */
const RUNS_THE_REST = /^(docker|podman) (compose )?run\b|^rustup run\b/;

/** With another word behind it, this brings another package, whose scripts run. */
const INSTALLS =
  /^((npm|pnpm|yarn|bun|pip3?|cargo|go|brew|poetry|uv|bundle|composer|dotnet|flutter|dart|rustup)( pip| pkg)?|uv pip) (i|install|add|get|require|update|upgrade)$/;

/** A whole command in a rule must be possible to read over in one look. */
const MAX_EXACT = 200;

/** Not yet tried: the caller keeps those that would have let the call run. `open`: the parts that nothing covers. */
export function possibleOffers(facts: Facts, open: readonly number[]): Offer[] {
  // Who may have overlooked a part must not be asked to say yes for good.
  if (hasGap(commandOf(facts.input))) return [];
  const rules = new Set<string>();
  for (const index of open) {
    const part = facts.parts[index];
    const found = part && rulesFor(part, facts);
    if (found === undefined) return [];
    for (const rule of found) rules.add(rule);
  }
  // A rule that cannot be read as it stands is none to say yes to.
  if (
    rules.size === 0 ||
    rules.size > MAX_RULES ||
    [...rules].some((rule) => INVISIBLE.test(rule) || hasInvisible(rule))
  )
    return [];
  return scopesFor([...rules]).map((scope) => ({ rules: [...rules], scope }));
}

function commandOf(input: unknown): string {
  return typeof input === 'object' && input !== null && 'command' in input ? String(input.command) : '';
}

/** Edits are remembered for the conversation, other paths for this machine; the rest may be shared or hold everywhere. */
function scopesFor(rules: readonly string[]): OfferScope[] {
  if (rules.some((rule) => rule.startsWith('Edit('))) return ['session'];
  if (rules.some((rule) => rule.startsWith('Read('))) return ['session', 'local'];
  return ['session', 'local', 'project', 'user'];
}

/** An empty list: the part needs no rule. Undefined: there is no narrow one. */
function rulesFor(part: Part, facts: Facts): string[] | undefined {
  const { action } = part;
  if (part.doubt !== undefined) return undefined;
  switch (action.kind) {
    case 'run':
      return 'argv' in action ? commandRule(part, action.argv) : undefined;
    case 'read':
    case 'search':
      return action.insideWorkingDirectories ? [] : pathRules('Read', part, facts);
    case 'write':
      if (action.of !== undefined) return action.insideWorkingDirectories ? [] : undefined;
      return action.insideWorkingDirectories && action.redirect !== true
        ? folderRules(action.path, action.realPath, facts)
        : pathRules('Edit', part, facts);
    case 'delete':
      return action.of !== undefined && action.insideWorkingDirectories ? [] : undefined;
    case 'fetch':
      return /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(action.host) ? [`WebFetch(domain:${action.host})`] : undefined;
    case 'mcp':
      return [`mcp__${action.server}__${action.tool}`];
    case 'skill':
      return /^[\w.:/-]+$/.test(action.name) ? [`Skill(${action.name})`] : undefined;
    case 'webSearch':
      return ['WebSearch'];
    default:
      return [];
  }
}

function commandRule(part: Part, argv: string[]): string[] | undefined {
  const prefix = subcommand(argv);
  if (prefix !== undefined) return [`Bash(${prefix.join(' ')}:*)`];
  // Code on the command line is asked about each time.
  if (runsAnything(argv[0] ?? '') && argv.some((word) => /^-\w*[ce]$|^--(eval|print|command)\b/.test(word)))
    return undefined;
  const exact = (part.wrapped ?? argv).map(quoted).join(' ');
  if (exact.includes('*') || exact.endsWith(':') || exact.length > MAX_EXACT) return undefined;
  // Only where the rule, read again, is these very words.
  const again = ruleWords(exact);
  const words = part.wrapped ?? argv;
  return again?.length === words.length && again.every((word, at) => word === words[at])
    ? [`Bash(${exact})`]
    : undefined;
}

/** As a person would write the word. */
function quoted(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return word.includes("'") ? `"${word}"` : `'${word}'`;
}

/** The words in front that say what is done, when the program is known to be one with sub-commands. */
function subcommand(argv: string[]): string[] | undefined {
  const count = Object.hasOwn(SUBCOMMANDS, argv[0] ?? '') ? SUBCOMMANDS[argv[0] ?? ''] : undefined;
  if (count === undefined) return undefined;
  const words = argv.slice(0, count + (ONE_MORE.has(argv[1] ?? '') && count === 2 ? 1 : 0));
  if (RUNS_THE_REST.test(words.join(' ')) || INSTALLS.test(words.join(' '))) return undefined;
  const plain = words.slice(1).every((word) => /^[A-Za-z0-9][\w:./-]*$/.test(word) && !runsAnything(word));
  return words.length > 1 && plain && (words.length > count || !ONE_MORE.has(argv[1] ?? '')) && words.length >= count
    ? words
    : undefined;
}

/** Every edit below the working folder that holds the file. */
function folderRules(path: string, realPath: string, { places }: Facts): string[] | undefined {
  if (isInside(path, places.root, places)) return ['Edit(./**)'];
  const folder = places.workingDirectories.find((root) => isInside(realPath, root, places));
  return folder === undefined ? undefined : [`Edit(/${escapeRule(toPosix(folder, places.platform))}/**)`];
}

/** The exact path. Behind a link there is no rule to offer: one that matches both ends would say more than was asked. */
function pathRules(tool: 'Read' | 'Edit', part: Part, { places }: Facts): string[] | undefined {
  const { action } = part;
  if (!('path' in action) || action.path !== action.realPath) return undefined;
  if (pathsOf(places.platform).parse(action.path).root === action.path) return undefined;
  const below = action.kind === 'search' ? '/**' : '';
  return [`${tool}(/${escapeRule(toPosix(action.path, places.platform))}${below})`];
}

function escapeRule(path: string): string {
  return path.replace(/[\\*?[\]!]/g, '\\$&').replace(/ $/, '\\ ');
}
