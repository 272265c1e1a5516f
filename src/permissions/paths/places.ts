// Where a call happens, and how paths compare there: folders, platform, letter case.
import path from 'node:path';

/** Absolute folders as named and after links. `root` is the start folder of the conversation. */
export type Places = {
  root: string;
  realRoot: string;
  home: string;
  realHome: string;
  /** The root and the added folders, after links. */
  workingDirectories: string[];
  platform: NodeJS.Platform;
  caseInsensitive: boolean;
};

export function pathsOf(platform: NodeJS.Platform): path.PlatformPath {
  return platform === 'win32' ? path.win32 : path.posix;
}

/** `C:\a\b` as `/c/a/b`, so that rules and comparisons know one form. */
export function toPosix(file: string, platform: NodeJS.Platform): string {
  if (platform !== 'win32') return file;
  const slashes = file.replace(/\\/g, '/');
  return slashes.replace(/^([A-Za-z]):(?=\/|$)/, (_, drive: string) => `/${drive.toLowerCase()}`);
}

function comparable(file: string, places: Pick<Places, 'platform' | 'caseInsensitive'>): string {
  const posix = toPosix(file, places.platform);
  const trimmed = posix.length > 1 ? posix.replace(/\/+$/, '') : posix;
  return places.caseInsensitive ? trimmed.normalize('NFC').toLowerCase() : trimmed;
}

/** True for the folder itself as well. */
export function isInside(file: string, folder: string, places: Pick<Places, 'platform' | 'caseInsensitive'>): boolean {
  const inner = comparable(file, places);
  const outer = comparable(folder, places);
  return inner === outer || inner.startsWith(outer === '/' ? '/' : `${outer}/`);
}

export function samePath(a: string, b: string, places: Pick<Places, 'platform' | 'caseInsensitive'>): boolean {
  return comparable(a, places) === comparable(b, places);
}

/** Characters that do not show: they falsify what a person sees, and some disks drop them from names. */
export const INVISIBLE =
  /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\p{Zl}\p{Zp}\p{Co}\p{Cs}\u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000]/u;
