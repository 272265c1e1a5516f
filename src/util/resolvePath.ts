// The one place where a path written by the model becomes an absolute one: what is judged is then what is opened.
import { homedir } from 'node:os';
import path from 'node:path';

/** Why a text cannot be a path, in words a model can act on; undefined when it can. */
export function pathFault(text: string): string | undefined {
  if (text.trim() === '') return 'expected a path, got an empty text';
  if (text.includes('\0')) return 'a path cannot contain a NUL character';
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(text)) return 'expected a file path, not a URL';
  if (process.platform === 'win32' && /^[a-z]:(?![\\/])/i.test(text))
    return 'a drive without a slash means another folder for each program; write the whole path';
  if (/^~[^/\\]/.test(text)) return "another user's home (~name) cannot be looked up; write the absolute path";
  return undefined;
}

/**
 * Makes a path absolute and plain: `~` is the home folder, the rest is taken from `cwd`, `.` and `..` are worked out
 * without looking at the disk, and a trailing slash is dropped. Links are not followed. Throws what `pathFault` says.
 */
export function resolvePath(text: string, cwd: string, home: string = homedir()): string {
  const fault = pathFault(text);
  if (fault !== undefined) throw new Error(fault);
  const expanded = text === '~' || /^~[/\\]/.test(text) ? path.join(home, text.slice(1)) : text;
  return path.resolve(cwd, expanded);
}

/** Whether `target` is `folder` or lies below it; both absolute and plain. */
export function isInside(target: string, folder: string): boolean {
  const relative = path.relative(folder, target);
  return relative === '' || (relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative));
}

/** A short form for results: relative to `folder` when inside it, absolute otherwise. */
export function showPath(target: string, folder: string): string {
  return isInside(target, folder) ? path.relative(folder, target) || '.' : target;
}
