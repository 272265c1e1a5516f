// Paths that lie in what another command of the same call copies, moves or links: looked up where they come from, since
// a link among the copied files leads out of the copy as well.
import type { Because, CanonicalAction } from '../../contracts/permission.ts';
import { isInside, pathsOf, samePath } from '../paths/places.ts';
import { baseName } from '../shell/crude.ts';
import { type Look, type Part, pathPart, plain } from './part.ts';

/** `of`: index of the command. */
type Copy = { from: string; to: string; of: number };

const COPIES = new Set(['cp', 'mv', 'ln', 'install', 'rsync']);
/** More of them than these are of no use to anyone. */
const MAX_FOUND = 100;

/** Parts to add to `parts`, the first of which has the place `index` among all parts. */
export async function throughCopies(parts: readonly Part[], look: Look, index: number): Promise<Part[]> {
  const copies = copiesIn(parts, index);
  if (copies.length === 0) return [];
  const found: Part[] = [];
  const known = new Set<string>();
  const open = [...parts];
  const commandAt = (of: number | undefined) => (of === undefined ? undefined : parts[of - index]?.action);
  for (let part = open.shift(); part !== undefined; part = open.shift()) {
    const { action, opened } = part;
    if (!('realPath' in action) || opened === undefined) continue;
    if (part.pattern !== undefined && (await mayFind(action.path, copies, look))) {
      found.push(unclear({ code: 'permissions.shell.pattern', args: { word: part.pattern } }, commandAt(action.of)));
      continue;
    }
    for (const { from, to, of } of copies) {
      const rest = action.of === of ? undefined : restBelow(opened, to, look);
      // The copy itself: what is written there does not change what it was made of.
      if (rest === undefined || (rest === '' && action.kind !== 'read' && action.kind !== 'search')) continue;
      const origin = `${from}/${rest}`;
      const key = `${action.kind} ${part.deep} ${action.of} ${origin}`;
      if (known.has(key)) continue;
      if (known.size === MAX_FOUND)
        return [...found, unclear({ code: 'permissions.shell.tooComplex', args: {} }, commandAt(action.of))];
      known.add(key);
      const { of: command, redirect } = action;
      const made = await pathPart(action.kind, origin, look, {
        isFolder: part.isFolder,
        deep: part.deep,
        ...(command === undefined ? {} : { of: command }),
        ...(redirect === true ? { redirect } : {}),
      });
      found.push(made);
      open.push(made);
    }
  }
  return found;
}

function copiesIn(parts: readonly Part[], index: number): Copy[] {
  const copies: Copy[] = [];
  for (const [at, { action: command }] of parts.entries()) {
    if (command.kind !== 'run' || !('argv' in command) || !COPIES.has(baseName(command.argv[0] ?? ''))) continue;
    const of = index + at;
    const own = parts.flatMap(({ action }) => ('realPath' in action && action.of === of ? [action] : []));
    for (const { path: to } of own.filter((action) => action.kind === 'write'))
      for (const { path: from } of own.filter((action) => action.kind !== 'write')) copies.push({ from, to, of });
  }
  return copies;
}

/** Whether a pattern that starts from the folder may stand for names that a copied tree brings. */
async function mayFind(folder: string, copies: readonly Copy[], look: Look): Promise<boolean> {
  for (const { from, to } of copies) {
    const meets = isInside(to, folder, look.places) || isInside(folder, to, look.places);
    if (meets && (await look.disk.isFolder(from))) return true;
  }
  return false;
}

/** What of the path, as it stands, lies below the folder; empty for the folder itself. */
function restBelow(opened: string, folder: string, { places }: Look): string | undefined {
  const api = pathsOf(places.platform);
  const segments = opened.split(places.platform === 'win32' ? /[\\/]+/ : /\/+/);
  for (let end = 1; end <= segments.length; end += 1)
    if (samePath(api.resolve(segments.slice(0, end).join('/') || '/'), folder, places))
      return segments.slice(end).join('/');
  return undefined;
}

function unclear(because: Because, command: CanonicalAction | undefined): Part {
  const { command: text, cwd } = command?.kind === 'run' ? command : { command: '', cwd: '' };
  return plain({ kind: 'run', command: text, cwd, notUnderstood: because }, because);
}
