// Makes characters visible that could hide or reorder what a person is asked to approve. No Node here: the page uses it too.

// Everything a reader cannot tell from nothing, from a plain space or from another order of the text: control, format
// (bidi, zero-width, tags), every blank but the space, line separators, what fonts draw as nothing, private use, and
// halves of surrogate pairs. Tab and line feed are left: they are drawn as what they are.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\p{DI}\u2800\uFFFC\u{1D159}]|(?! )\p{Zs}/gu;
// A Latin word with a letter of an alphabet whose letters look Latin is made to be taken for another word.
const WORD = /[\p{L}\p{M}\p{N}_]+/gu;
const LATIN = /\p{Script=Latin}/u;
const LOOKS_LATIN =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Coptic}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Lisu}]/gu;
const PLAIN = new Set(['\n', '\t']);

export type VisiblePart = { text: string; hidden: boolean };

/** Cuts a text into parts as they stand and parts (`⟨U+202E⟩`) for each character that does not show or passes for another. */
export function visibleParts(text: string): VisiblePart[] {
  const parts: VisiblePart[] = [];
  let from = 0;
  for (const { index, character } of oddCharacters(text)) {
    if (index > from) parts.push({ text: text.slice(from, index), hidden: false });
    parts.push({ text: nameOf(character), hidden: true });
    from = index + character.length;
  }
  if (from < text.length || parts.length === 0) parts.push({ text: text.slice(from), hidden: false });
  return parts;
}

type Odd = { index: number; character: string };

function oddCharacters(text: string): Odd[] {
  const hidden = [...text.matchAll(HIDDEN)]
    .filter(([character]) => !PLAIN.has(character))
    .map(({ index, 0: character }) => ({ index, character }));
  const alike = lookAlikes(text);
  return alike.length === 0 ? hidden : [...hidden, ...alike].sort((a, b) => a.index - b.index);
}

function lookAlikes(text: string): Odd[] {
  if (text.search(LOOKS_LATIN) < 0) return [];
  return [...text.matchAll(WORD)].flatMap(({ index, 0: word }) =>
    LATIN.test(word)
      ? [...word.matchAll(LOOKS_LATIN)].map((letter) => ({ index: index + letter.index, character: letter[0] }))
      : [],
  );
}

/** The same as one text. */
export function showInvisible(text: string): string {
  return visibleParts(text)
    .map((part) => part.text)
    .join('');
}

/** The text without what a reader cannot see; other blanks become spaces. */
export function withoutInvisible(text: string): string {
  return text.replace(HIDDEN, (character) => (PLAIN.has(character) ? character : /\p{Zs}/u.test(character) ? ' ' : ''));
}

/** Whether anything in the text would be drawn as a code. */
export function hasInvisible(text: string): boolean {
  return visibleParts(text).some((part) => part.hidden);
}

/** Whether so much is left blank that what follows may be overlooked. */
export function hasGap(text: string): boolean {
  return /[ \t]{16,}\S|(\r?\n[ \t]*){8,}\S/.test(text);
}

function nameOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
}
