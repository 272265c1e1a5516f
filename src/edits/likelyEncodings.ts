// Which of the older encodings a text may be in: for telling the choices, never for writing.
import { decodeLegacy, loadLegacy } from './legacyEncodings.ts';

type Candidate = {
  name: string;
  /** How much of what is beyond ASCII such a text is made of, from 0 to 1. `beyond`: those characters of `text` alone. */
  share(read: { bytes: Uint8Array; text: string; beyond: string }): number;
};

/** In this order when they are equally likely. Of the large sets only the common part counts. */
const CANDIDATES: readonly Candidate[] = [
  { name: 'euckr', share: ({ bytes }) => shareOfPairs(bytes, [0xb0, 0xc8], 0xa1) },
  { name: 'shiftjis', share: ({ beyond }) => japanese(beyond) },
  { name: 'eucjp', share: ({ beyond }) => japanese(beyond) },
  { name: 'gbk', share: ({ bytes }) => 0.9 * shareOfPairs(bytes, [0xb0, 0xd7], 0xa1) },
  { name: 'cp950', share: ({ bytes }) => 0.8 * shareOfPairs(bytes, [0xa4, 0xc6], 0x40) },
  { name: 'windows1252', share: ({ beyond, text }) => latin(beyond, text) },
  { name: 'windows1251', share: ({ beyond }) => 0.8 * shareOf(beyond, /[\u0430-\u044f\u0451]/g) },
];
const LIKELY = 0.5;
const MOST = 3;

/** The likeliest first, at most three, each with the text it gives; none when the bytes are no text in any of them. */
export async function likelyEncodings(bytes: Uint8Array): Promise<Array<{ name: string; text: string }>> {
  await loadLegacy();
  const read = CANDIDATES.flatMap(({ name, share }) => {
    const text = decodeLegacy(bytes, name);
    if (text === undefined) return [];
    const beyond = text.replace(/[\0-\x7f]/g, '');
    return [{ name, text, share: share({ bytes, text, beyond }) }];
  });
  const likely = read.filter((one) => one.share >= LIKELY).sort((a, b) => b.share - a.share);
  const chosen = likely.length > 0 ? likely : read.filter(({ name }) => name === 'windows1252');
  return chosen.slice(0, MOST).map(({ name, text }) => ({ name, text }));
}

/** Of the pairs of bytes that a high one begins. */
function shareOfPairs(bytes: Uint8Array, [first, last]: readonly [number, number], leastSecond: number): number {
  let pairs = 0;
  let common = 0;
  for (let at = 0; at < bytes.length; at++) {
    const lead = bytes[at] ?? 0;
    if (lead < 0x80) continue;
    const second = bytes[++at] ?? 0;
    pairs++;
    if (lead >= first && lead <= last && second >= leastSecond) common++;
  }
  return pairs === 0 ? 0 : common / pairs;
}

function shareOf(text: string, letters: RegExp): number {
  return text.length === 0 ? 0 : (text.match(letters)?.length ?? 0) / text.length;
}

/** Nearly every Japanese sentence has kana; the narrow ones are rare, and what other encodings look like. */
function japanese(beyond: string): number {
  if (!/[\u3041-\u30fe]/.test(beyond)) return 0;
  return shareOf(beyond, /[\u3041-\u30fe\u4e00-\u9fff\u3001\u3002\uff01-\uff5e]/g);
}

/** Letters with marks stand between plain ones; in a text of another script they stand in rows. */
function latin(beyond: string, text: string): number {
  const rows = text.match(/[^\0-\x7f]{3,}/g)?.join('').length ?? 0;
  return shareOf(beyond, /[\u00c0-\u024f\u2010-\u203a\u20ac\u00a0-\u00bf]/g) - rows / Math.max(1, beyond.length);
}
