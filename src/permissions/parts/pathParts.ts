// The paths that one command names as parts: read, written or deleted, in each folder it may run in.
import type { Because } from '../../contracts/permission.ts';
import { isStandIn } from '../commands/shell.ts';
import { pathsOf, samePath } from '../paths/places.ts';
import type { CommandStep } from '../shell/steps.ts';
import type { Touch } from '../shell/touch.ts';
import type { Arg } from '../shell/words.ts';
import { expandPattern, isAnyName, lastName, mayClimb, reachesHidden } from './expandPattern.ts';
import { mentionOf } from './mentions.ts';
import { type Look, type Part, pathPart, unclear } from './part.ts';

/** More names than these are not looked at one by one. */
const MAX_DELETED = 50;

type Paths = { parts: Part[]; mentions: Part['mentions']; folders: Set<string> };

export async function pathParts(
  touches: readonly Touch[],
  args: ReadonlyMap<string, Arg>,
  step: CommandStep,
  look: Look,
  of: number,
): Promise<Paths | { unclear: Because }> {
  const api = pathsOf(look.places.platform);
  const made: Paths = { parts: [], mentions: [], folders: new Set() };
  for (const touch of touches) {
    const absolute = !isStandIn(touch.path) && api.isAbsolute(touch.path);
    const folders = absolute ? [step.folders?.[0] ?? look.cwd] : step.folders;
    if (folders === undefined) return unclear('permissions.shell.folder', { path: touch.path });
    for (const cwd of folders) {
      const arg = args.get(touch.path);
      if (arg?.kind === 'pattern') {
        const problem = await patternParts(arg, touch, cwd, look, of, made);
        if (problem !== undefined) return problem;
        continue;
      }
      const isFolder =
        (touch.fileOnly === true || touch.deep === 'ifFolder' || touch.into !== undefined) &&
        (await look.disk.isFolder(absolute ? touch.path : `${cwd}${api.sep}${touch.path}`));
      if (isFolder) made.folders.add(touch.path);
      const deep = touch.deep === 'ifFolder' ? isFolder : touch.deep;
      const inside = touch.into ?? [];
      const unnamed = inside.find((path) => path.includes('\u0001'));
      if (unnamed !== undefined) return unclear('permissions.shell.input', { program: step.args[0]?.text ?? '' });
      for (const path of isFolder && inside.length > 0 ? inside : [touch.path, ...inside])
        made.parts.push(await pathPart(touch.kind, path, look, { isFolder: true, deep, of, cwd }));
    }
  }
  return made;
}

/** The folder that is looked through, and the names in it that are links or that go. */
async function patternParts(
  arg: Extract<Arg, { kind: 'pattern' }>,
  touch: Touch,
  cwd: string,
  look: Look,
  of: number,
  made: Paths,
): Promise<{ unclear: Because } | undefined> {
  if (mayClimb(arg.pieces)) return unclear('permissions.shell.pattern', { word: arg.text });
  const { names, folder, open } = await expandPattern(arg.pieces, cwd, look);
  const options = { isFolder: true, deep: false, of, cwd };
  const changes = touch.kind === 'write' || touch.kind === 'delete';
  if (changes) {
    if (names.length > MAX_DELETED || (open && reachesHidden(arg.pieces)))
      return unclear('permissions.shell.pattern', { word: arg.text });
    if (isAnyName(arg.pieces)) made.parts.push(await pathPart(touch.kind, folder, look, options));
    for (const name of [arg.text, ...names]) made.parts.push(await pathPart(touch.kind, name, look, options));
    return undefined;
  }
  const deep = open || (touch.deep !== false && touch.deep !== 'ifFolder');
  const start = { ...(await pathPart(touch.kind, folder, look, { ...options, deep })), pattern: arg.text };
  const at = 'path' in start.action ? start.action.path : cwd;
  made.parts.push(open ? { ...start, unlisted: [{ folder: at, names: lastName(arg.pieces) }] } : start);
  for (const name of names) {
    const read: Touch = { kind: 'read', path: name, deep: false };
    const mention = await mentionOf(read, cwd, look);
    const linked = !samePath(mention.path, mention.realPath, look.places);
    if (linked) made.parts.push(await pathPart(touch.kind, name, look, { ...options, deep: touch.deep === true }));
    else made.mentions.push(mention);
  }
  return undefined;
}
