// Between bytes and text, without losing a byte: UTF-8 with and without byte order mark, UTF-16 with one.
import type { Encoding } from '../contracts/edit.ts';
import { sayInEnglish } from '../util/phrases.ts';

const MARKS = [
  { name: 'utf-8', mark: [0xef, 0xbb, 0xbf] },
  { name: 'utf-16le', mark: [0xff, 0xfe] },
  { name: 'utf-16be', mark: [0xfe, 0xff] },
] as const;

/**
 * Undefined when the bytes are binary (a NUL, which also tells UTF-32) or are not, byte for byte, what their text
 * encodes to.
 */
export function decode(bytes: Uint8Array): { text: string; encoding: Encoding } | undefined {
  const marked = MARKS.find(({ mark }) => mark.every((byte, index) => bytes[index] === byte));
  const encoding: Encoding = { name: marked?.name ?? 'utf-8', bom: marked !== undefined };
  const body = bytes.subarray(marked?.mark.length ?? 0);
  let text: string;
  try {
    text = new TextDecoder(encoding.name, { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    // A malformed sequence; 'fatal' has no other way to say it.
    return undefined;
  }
  if (text.includes('\0')) return undefined;
  return Buffer.compare(encode(text, encoding), bytes) === 0 ? { text, encoding } : undefined;
}

/** Throws a readable reason when the encoding is unknown or the text holds half a character that it cannot express. */
export function encode(text: string, encoding: Encoding): Uint8Array {
  const marked = MARKS.find(({ name }) => name === encoding.name);
  const wellFormed = !/\p{Surrogate}/u.test(text);
  if (marked === undefined || !wellFormed) {
    throw new Error(sayInEnglish({ code: 'edits.cannotEncode', args: { encoding: encoding.name } }));
  }
  const body = Buffer.from(text, marked.name === 'utf-8' ? 'utf8' : 'utf16le');
  if (marked.name === 'utf-16be') body.swap16();
  return encoding.bom ? Buffer.concat([Uint8Array.from(marked.mark), body]) : body;
}
