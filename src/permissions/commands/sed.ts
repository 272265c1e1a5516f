// `sed` scripts that only print, delete and replace text on its way: no command that writes, reads or runs.

const ADDRESS = String.raw`(?:\d+(?:~\d+)?|\$|/(?:[^/\\\n[]|\\[^\n]|\[\^?\]?[^\]\n\\[/]*\])+/[IM]?)`;
const ADDRESSES = new RegExp(`^(?:${ADDRESS}(?:,(?:${ADDRESS}|[+~]\\d+))?)?[ \\t]*!?[ \\t]*`);

/** Every command of the script is on the short list `= d D g G h H l n N p P q Q x s y`. */
export function isPlainSed(script: string): boolean {
  let rest = script;
  while (rest !== '') {
    rest = rest.replace(/^[ \t;\n]+/, '');
    if (rest === '') return true;
    rest = rest.slice(ADDRESSES.exec(rest)?.[0].length ?? 0);
    const after = /^[sy]/.test(rest) ? replacement(rest) : /^[=dDgGhHlnNpPqQx]/.test(rest) ? rest.slice(1) : undefined;
    // Nothing but blanks may follow up to the next command.
    if (after === undefined || !/^[ \t]*(?:[;\n]|$)/.test(after)) return false;
    rest = after;
  }
  return true;
}

/** What follows `s/a/b/flags` or `y/a/b/`; undefined when it is no such command, or one of its flags writes or runs. */
function replacement(text: string): string | undefined {
  const delimiter = text[1] ?? '';
  if (!/^[^\w\s\\;]$/.test(delimiter)) return undefined;
  let at = 2;
  for (let parts = 0; parts < 2; parts += 1) {
    while (at < text.length && text[at] !== delimiter) {
      // In a bracket expression the delimiter may stand for itself, and not every sed agrees.
      if (text[at] === '\n' || text[at] === '[') {
        const end = text[at] === '[' ? bracketEnd(text, at, delimiter) : undefined;
        if (end === undefined) return undefined;
        at = end;
      } else at += text[at] === '\\' ? 2 : 1;
    }
    if (text[at] !== delimiter) return undefined;
    at += 1;
  }
  const flags = /^[gpiI\d]*/.exec(text.slice(at))?.[0] ?? '';
  if (text[0] === 'y' && flags !== '') return undefined;
  return text.slice(at + flags.length);
}

/** Index behind the `]`, when nothing in between could be read in two ways. */
function bracketEnd(text: string, from: number, delimiter: string): number | undefined {
  const found = /^\[\^?\]?[^\]\n\\[]*\]/.exec(text.slice(from))?.[0];
  return found === undefined || found.includes(delimiter) ? undefined : from + found.length;
}
