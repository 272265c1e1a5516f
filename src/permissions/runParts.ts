// The parts of a command: its words, the paths it names, and what denied words its text may hold.
import type { Because, CanonicalAction } from '../contracts/permission.ts';
import { follow, type Look, type Part, pathPart, plain } from './part.ts';
import { isInside, pathsOf, samePath } from './places.ts';
import { readOnly } from './readOnly.ts';
import { crudeCandidates, MAX_CRUDE } from './shell/crude.ts';
import { effectsOf, mentionsOf, removalsOf, type Touch } from './shell/effects.ts';
import { isReadAgain, readSimple } from './shell/simple.ts';
import { peelWrappers } from './shell/wrappers.ts';

/** More words than this are compared as they stand, without a look at the disk. */
const MAX_MENTIONS = 200;

/** `index` is the place of the command among all parts; its paths refer to it. */
export async function runParts(command: string, cwd: string, look: Look, index: number): Promise<Part[]> {
  const read = readSimple(command);
  const argv = 'argv' in read ? peelWrappers(read.argv) : undefined;
  if ('notUnderstood' in read) return [await notUnderstood(command, cwd, read.notUnderstood, look)];
  if (argv === undefined || isReadAgain(argv)) {
    const code = argv === undefined ? 'permissions.shell.wrapper' : 'permissions.shell.readAgain';
    const program = (argv ?? read.argv)[0] ?? '';
    return [await notUnderstood(command, cwd, { code, args: { program } }, look)];
  }
  const { effect, touches, mentions } = effectsOf(argv);
  const at = await Promise.all(
    touches.map(async (touch) => ({
      ...touch,
      isFolder: (touch.fileOnly === true || touch.deep === 'ifFolder') && (await isFolder(touch.path, cwd, look)),
    })),
  );
  const safe =
    effect === undefined ||
    ((await isTheBuiltin(argv, cwd, look)) && !at.some((touch) => touch.fileOnly && touch.isFolder));
  const action: CanonicalAction = {
    kind: 'run',
    command,
    cwd,
    argv,
    ...(effect === undefined || !safe ? {} : { effect }),
  };
  // What runs inside quotes or behind options is looked for as in text that is not understood.
  const inner = crudeCandidates(command).map((candidate) => candidate.words);
  const removals = inner.filter((words) => words[0] !== argv[0]).flatMap(removalsOf);
  const run: Part = {
    ...plain(action),
    ...(argv === read.argv ? {} : { wrapped: read.argv }),
    candidates: [argv, read.argv, ...inner],
    mentions: await Promise.all(mentions.map((touch) => mention(touch, cwd, look))),
    removals: await Promise.all(removals.map((path) => mention({ kind: 'delete', path, deep: false }, cwd, look))),
  };
  const paths = await Promise.all(
    at.map((touch) => {
      const deep = touch.deep === 'ifFolder' ? touch.isFolder : touch.deep;
      return pathPart(touch.kind, touch.path, look, { isFolder: true, deep, of: index, cwd });
    }),
  );
  return [run, ...paths];
}

/** As the program would open it: links are gone through. */
async function isFolder(named: string, cwd: string, { disk, places }: Look): Promise<boolean> {
  const api = pathsOf(places.platform);
  return disk.isFolder(api.isAbsolute(named) ? named : `${cwd}${api.sep}${named}`);
}

async function notUnderstood(command: string, cwd: string, because: Because, look: Look): Promise<Part> {
  const action: CanonicalAction = { kind: 'run', command, cwd, notUnderstood: because };
  if (command.length > MAX_CRUDE) return { ...plain(action, because), unread: true };
  const candidates = crudeCandidates(command);
  const touches = candidates.flatMap(({ words, reads, writes }): Touch[] => [
    ...(readOnly(words) ?? mentionsOf(words)),
    ...reads.map((path): Touch => ({ kind: 'read', path, deep: false })),
    ...writes.map((path): Touch => ({ kind: 'write', path, deep: false })),
  ]);
  const mentions: Part['mentions'] = [];
  for (const [at, touch] of touches.entries()) {
    mentions.push(at < MAX_MENTIONS ? await mention(touch, cwd, look) : unfollowed(touch, cwd, look));
  }
  return {
    ...plain(action, because),
    candidates: [[command], ...candidates.map((candidate) => candidate.words)],
    mentions,
  };
}

async function mention(touch: Touch, cwd: string, look: Look): Promise<Part['mentions'][number]> {
  const pair = unfollowed(touch, cwd, look);
  const found = await follow(pair.path, look);
  return { ...pair, realPath: found?.path ?? pair.path };
}

function unfollowed(touch: Touch, cwd: string, { places }: Look): Part['mentions'][number] {
  const named = touch.path.replace(/^(~|\$HOME|\$\{HOME\})(?=[\\/]|$)/, places.home);
  const path = pathsOf(places.platform).resolve(cwd, named);
  return { path, realPath: path, access: touch.kind === 'read' || touch.kind === 'search' ? 'read' : 'write' };
}

/** Whether the name means what the table of built-in commands says of it, here. */
async function isTheBuiltin(argv: string[], cwd: string, look: Look): Promise<boolean> {
  const name = argv[0] ?? '';
  return !(await isShadowed(name, look)) && (name !== 'git' || (await isOwnRepository(cwd, look)));
}

/**
 * Git runs what the settings of a repository say. Those of the workspace are the person's own; a repository inside it,
 * or files that look like one, came with what was downloaded.
 */
async function isOwnRepository(cwd: string, look: Look): Promise<boolean> {
  const { places } = look;
  const api = pathsOf(places.platform);
  for (let folder = cwd; !samePath(folder, places.root, places); folder = api.dirname(folder)) {
    if (folder === api.dirname(folder)) return false;
    for (const name of ['.git', 'HEAD']) {
      const file = await follow(api.join(folder, name), look);
      if (file?.exists !== false) return false;
    }
  }
  // Without a repository of its own, a start folder that looks like one is what git would take for it.
  const [own, bare] = await Promise.all(
    ['.git', 'HEAD'].map(async (name) => (await follow(api.join(places.root, name), look))?.exists),
  );
  return own === true || bare === false || (own === undefined && bare === undefined);
}

/** A program of that name in a folder of the workspace would run in place of the one that is meant. */
async function isShadowed(name: string, look: Look): Promise<boolean> {
  const { places, searchPath } = look;
  if (searchPath === undefined) return false;
  const api = pathsOf(places.platform);
  for (const folder of searchPath.split(api.delimiter)) {
    const full = api.resolve(look.cwd, folder);
    const found = await follow(api.join(full, name), look);
    if (found === undefined) return true;
    const local = [full, found.path].some((file) =>
      places.workingDirectories.some((root) => isInside(file, root, places)),
    );
    if (found.exists) return local;
    if (local && places.platform === 'win32') return true;
  }
  return false;
}
