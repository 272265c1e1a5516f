// `$'…'` with plain escapes only.

const ESCAPES: Record<string, string> = { n: '\n', t: '\t', '\\': '\\', "'": "'", '"': '"' };

/** What stands for it, or undefined: a number may stand for any character, and shells part on some letters. */
export function decodeAnsiQuoted(text: string): string | undefined {
  if (text.length < 3 || !text.startsWith("$'") || !text.endsWith("'")) return undefined;
  let decoded = '';
  for (let at = 2; at < text.length - 1; at += 1) {
    const character = text[at] ?? '';
    if (character === "'") return undefined;
    if (character !== '\\') {
      decoded += character;
      continue;
    }
    const meant = at + 1 < text.length - 1 ? ESCAPES[text[at + 1] ?? ''] : undefined;
    if (meant === undefined) return undefined;
    decoded += meant;
    at += 1;
  }
  return decoded;
}
