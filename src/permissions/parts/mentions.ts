// Paths that a command names beside those it is known to open: deny rules speak of them too.
import { pathsOf } from '../paths/places.ts';
import type { Touch } from '../shell/touch.ts';
import { follow, type Look, type Part } from './part.ts';

export async function mentionOf(touch: Touch, cwd: string, look: Look): Promise<Part['mentions'][number]> {
  const pair = unfollowed(touch, cwd, look);
  const found = await follow(pair.path, look);
  const { replaces: _, ...kept } = pair;
  // What a name with a variable or a pattern in it leads to is not known.
  return {
    ...(found?.exists === false && !/[$`*?[{]/.test(pair.path) ? kept : pair),
    realPath: found?.path ?? pair.path,
  };
}

export function unfollowed(touch: Touch, cwd: string, { places }: Look): Part['mentions'][number] {
  const named = touch.path.replace(/^(~|\$HOME|\$\{HOME\})(?=[\\/]|$)/, places.home);
  const path = pathsOf(places.platform).resolve(cwd, named);
  const access = touch.kind === 'read' || touch.kind === 'search' ? 'read' : 'write';
  return { path, realPath: path, access, ...(touch.replaces === true ? { replaces: true as const } : {}) };
}
