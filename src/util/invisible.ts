// Makes characters visible that could hide or reorder what a person is asked to approve. No Node here: the page uses it too.

// Everything a reader cannot tell from nothing, from a plain space or from another order of the text: control, format
// (bidi, zero-width, tags), every blank but the space, line separators, what fonts draw as nothing, private use, and
// halves of surrogate pairs. Tab and line feed are left: they are drawn as what they are.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\p{DI}\u2800\uFFFC\u{1D159}]|(?! )\p{Zs}/gu;
const PLAIN = new Set(['\n', '\t']);

export type VisiblePart = { text: string; hidden: boolean };

/** Cuts a text into parts as they stand and parts (`⟨U+202E⟩`) that stand for one invisible character each. */
export function visibleParts(text: string): VisiblePart[] {
  const parts: VisiblePart[] = [];
  let from = 0;
  for (const match of text.matchAll(HIDDEN)) {
    if (PLAIN.has(match[0])) continue;
    if (match.index > from) parts.push({ text: text.slice(from, match.index), hidden: false });
    parts.push({ text: nameOf(match[0]), hidden: true });
    from = match.index + match[0].length;
  }
  if (from < text.length || parts.length === 0) parts.push({ text: text.slice(from), hidden: false });
  return parts;
}

/** The same as one text. */
export function showInvisible(text: string): string {
  return visibleParts(text)
    .map((part) => part.text)
    .join('');
}

/** Whether anything in the text would be drawn as a code. */
export function hasInvisible(text: string): boolean {
  return visibleParts(text).some((part) => part.hidden);
}

function nameOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
}
