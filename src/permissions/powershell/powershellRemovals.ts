// Removals that PowerShell is never started for.
import path from 'node:path';
import type { Candidate } from '../shell/crude.ts';
import { canonicalName } from './powershell.ts';

/** Below these everything belongs to the system. */
const SYSTEM =
  /^([a-z]:)?\\(windows|program files( \(x86\))?|programdata|system volume information|\$recycle\.bin|recovery|boot|efi|perflogs|etc|usr|bin|sbin|var|lib|system|library|applications)(\\|$)/;
const SYSTEM_NAMES =
  /^(\$\{?env:(systemroot|windir|systemdrive|programfiles(\(x86\))?|programw6432|programdata|allusersprofile|public|homedrive)\}?|hklm:|hkcr:|hku:|hkcu:|cert:|wsman:|registry::|hkey_\w+)/;
/** These themselves, not what lies in them. */
const FOLDERS = /^(([a-z]:)?\\?|([a-z]:)?\\(users|home|documents and settings)(\\[^\\]+)?|\\\\[^\\]+(\\[^\\]+)?)$/;
const HOMES = /^(~|\$\{?(home|env:(userprofile|homepath|home|appdata|localappdata))\}?)$/;

/** Whether `Remove-Item` would be given a wildcard, or a folder of the system: nobody is asked about that, it is refused. */
export function removesTooMuch(candidates: readonly Candidate[], cwd: string): boolean {
  return candidates.some(({ words }) => {
    if (canonicalName(words[0] ?? '') !== 'remove-item') return false;
    const literal = words.some((word) => /^-l/i.test(word));
    return words.slice(1).some((word) => {
      const named = /^-/.test(word) ? word.replace(/^-[^:]*:?/, '') : word;
      // `$x[0]` is one of a list.
      const wild = literal || /^\$[\w:]+\[-?\d+\]$/.test(named) ? /[*?]/ : /[*?[\]]/;
      return wild.test(named) || isSystem(named, cwd);
    });
  });
}

function isSystem(named: string, cwd: string): boolean {
  const plain = named.toLowerCase().replaceAll('/', '\\');
  if (plain === '') return false;
  if (SYSTEM_NAMES.test(plain) || HOMES.test(plain.replace(/\\+$/, ''))) return true;
  const file = plain.replace(/^[\w.\\]*::/, '').replace(/^\\\\[?.]\\/, '');
  const full = path.win32.resolve(cwd.toLowerCase(), file).replace(/\\+$/, '');
  return SYSTEM.test(full) || FOLDERS.test(full);
}
