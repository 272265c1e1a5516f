// Paths that a disk may read in another way than a person does: these are never approved by themselves.
import type { Because } from '../../contracts/permission.ts';
import { INVISIBLE } from './places.ts';

const DEVICE = /^(con|prn|aux|nul|(?:com|lpt)[\d¹²³]|conin\$|conout\$)(\.|$)/i;

/** What is odd about the path, or undefined. `file` is in the form of the platform. */
export function oddPath(file: string, platform: NodeJS.Platform): Because | undefined {
  if (INVISIBLE.test(file)) return because('permissions.path.invisible', file);
  if (/(^|[\\/])[a-z][a-z0-9+.-]*:[\\/]/i.test(platform === 'win32' ? file.replace(/^[a-z]:/i, '') : file)) {
    return because('permissions.path.url', file);
  }
  // Here it is a name like any other; wherever the text goes next, it may be a host.
  if (/(^|\/)\\{2}[\w.?-]/.test(file)) return because('permissions.path.network', file);
  const segments = file.split(platform === 'win32' ? /[\\/]/ : '/');
  for (const segment of segments) {
    if (/^~[A-Za-z_+-]*$/.test(segment) || /^(\$\{?[A-Z_][A-Z0-9_]*\}?|%[A-Z_]+%)$/.test(segment)) {
      return because('permissions.path.unexpanded', file);
    }
    if (/%(2e|2f|5c)/i.test(segment)) return because('permissions.path.encoded', file);
    if (!isAscii(segment) && /^\.{1,2}$|[\\/]/.test(segment.normalize('NFKC')))
      return because('permissions.path.encoded', file);
  }
  return platform === 'win32' ? oddOnWindows(file, segments) : undefined;
}

function oddOnWindows(file: string, segments: string[]): Because | undefined {
  if (/^[\\/]{2}/.test(file)) return because('permissions.path.network', file);
  const odd = segments.some(
    (segment, index) =>
      (index > 0 && segment.includes(':')) || /[. ]$/.test(segment) || /~\d/.test(segment) || DEVICE.test(segment),
  );
  return odd ? because('permissions.path.windows', file) : undefined;
}

function isAscii(text: string): boolean {
  return !/[^\x20-\x7e]/.test(text);
}

function because(code: string, path: string): Because {
  return { code, args: { path } };
}
