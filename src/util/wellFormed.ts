// Text as every service takes it: half of a character that was cut in two is none.

/** Halves of surrogate pairs that stand alone become U+FFFD. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, '\ufffd');
}
