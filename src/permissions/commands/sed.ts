// `sed` scripts that only print, delete and replace text on its way: no command that writes, reads or runs.
import { names, parseOptions } from '../shell/options.ts';

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

const LONG = names(`
  quiet silent debug expression= follow-symlinks in-place[=] line-length= null-data zero-terminated posix
  regexp-extended separate sandbox unbuffered
`);

/** Whether the words behind `sed` are sure to hold no command that runs a program or opens another file. */
export function isContainedSed(words: readonly string[]): boolean {
  const options = parseOptions(words, { flags: 'nErsuz', valued: 'el', attached: 'i', long: LONG });
  if (options === undefined) return false;
  const given = [...(options.values.get('e') ?? []), ...(options.values.get('expression') ?? [])];
  return isContained((given.length > 0 ? given : options.operands.slice(0, 1)).join('\n'));
}

/** Besides the short list: blocks, jumps, comments, and text that is put in up to the end of its line. */
function isContained(script: string): boolean {
  let rest = script;
  for (;;) {
    rest = rest.replace(/^[ \t;\n]+/, '');
    if (rest === '') return true;
    rest = rest.slice(ADDRESSES.exec(rest)?.[0].length ?? 0);
    const whole = /^[{}]/.exec(rest) ?? /^#[^\n]*/.exec(rest) ?? /^[aic](?:[^\n\\]|\\[^\n]|\\\n)*(?=\n|$)/.exec(rest);
    if (whole !== null) {
      rest = rest.slice(whole[0].length);
      continue;
    }
    const plain = /^(?:[=dDgGhHnNpPxFz]|[lqQ][ \t]*\d*|[btT:][ \t]*\w*)/.exec(rest);
    const after = /^[sy]/.test(rest) ? replacement(rest) : plain === null ? undefined : rest.slice(plain[0].length);
    if (after === undefined || !/^[ \t]*(?:[;\n}#]|$)/.test(after)) return false;
    rest = after;
  }
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
