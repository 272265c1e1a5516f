// Between bytes and text, without losing a byte or a character.
import type { Encoding } from '../contracts/edit.ts';
import { sayInEnglish } from '../util/phrases.ts';
import { decodeLegacy, encodeLegacy, isLegacy, labelOf, loadLegacy } from './legacyEncodings.ts';

const UNICODE = [
  { name: 'utf-8', mark: [0xef, 0xbb, 0xbf], label: 'UTF-8' },
  { name: 'utf-16le', mark: [0xff, 0xfe], label: 'UTF-16 LE' },
  { name: 'utf-16be', mark: [0xfe, 0xff], label: 'UTF-16 BE' },
] as const;

/** Must have resolved before `decode` and `encode` are given an encoding beyond Unicode. */
export async function prepare(name: string): Promise<void> {
  if (isLegacy(name)) await loadLegacy();
}

/** The Unicode encoding that the bytes say they are in. */
export function markOf(bytes: Uint8Array): Encoding | undefined {
  const marked = UNICODE.find(({ mark }) => mark.every((byte, index) => bytes[index] === byte));
  return marked && { name: marked.name, bom: true };
}

/** How many bytes at the start are no text. */
export function markLength(encoding: Encoding): number {
  return encoding.bom ? (UNICODE.find(({ name }) => name === encoding.name)?.mark.length ?? 0) : 0;
}

/**
 * `name` left out: Unicode by its byte order mark, else UTF-8. Undefined when the bytes are binary (a NUL, which also
 * tells UTF-32), when some of them stand for nothing in the encoding, and when it is not known or depends on a state.
 */
export function decode(bytes: Uint8Array, name?: string): { text: string; encoding: Encoding } | undefined {
  const mark = markOf(bytes);
  const encoding: Encoding = name === undefined ? (mark ?? { name: 'utf-8', bom: false }) : { name, bom: false };
  if (encoding.name === mark?.name) encoding.bom = true;
  const text = textOf(bytes.subarray(markLength(encoding)), encoding.name);
  return text === undefined || text.includes('\0') ? undefined : { text, encoding };
}

function textOf(body: Uint8Array, name: string): string | undefined {
  if (isLegacy(name)) return decodeLegacy(body, name);
  if (!UNICODE.some((one) => one.name === name)) return undefined;
  let text: string;
  try {
    text = new TextDecoder(name, { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    // A malformed sequence; 'fatal' has no other way to say it.
    return undefined;
  }
  if (name === 'utf-8' && SHIFTS.test(text)) return undefined;
  return Buffer.compare(bodyOf(text, name), body) === 0 ? text : undefined;
}

/** Escape sequences of ISO-2022, in which Japanese, Korean and Chinese text is pure ASCII bytes. */
const SHIFTS = /\u001b\$(?:[@B]|\([@BCD]|\)[ACEG])/;
export const isStateful = (bytes: Uint8Array): boolean => SHIFTS.test(Buffer.from(bytes).toString('latin1'));

/** Throws a readable reason when the encoding is unknown or cannot hold a character of the text; NUL is none of text. */
export function encode(text: string, encoding: Encoding): Uint8Array {
  const { name } = encoding;
  const mark = UNICODE.find((one) => one.name === name)?.mark;
  if (mark === undefined && !isLegacy(name)) throw cannot('edits.unknownEncoding', name);
  const [none] = /\0|\p{Surrogate}/u.exec(text) ?? [];
  if (none !== undefined) throw cannot('edits.notACharacter', name, none);
  const body = bodyOf(text, name);
  if (mark === undefined && decodeLegacy(body, name) !== text) {
    throw cannot('edits.cannotEncode', name, unfit(text, name));
  }
  return encoding.bom && mark !== undefined ? Buffer.concat([Uint8Array.from(mark), body]) : body;
}

function bodyOf(text: string, name: string): Uint8Array {
  if (isLegacy(name)) return encodeLegacy(text, name);
  const body = Buffer.from(text, name === 'utf-8' ? 'utf8' : 'utf16le');
  return name === 'utf-16be' ? body.swap16() : body;
}

/** The first character that does not come back. */
function unfit(text: string, name: string): string | undefined {
  for (const character of new Set(text)) {
    if (decodeLegacy(encodeLegacy(character, name), name) !== character) return character;
  }
  return undefined;
}

function cannot(code: string, name: string, character = ''): Error {
  const point = character.codePointAt(0);
  const number = point === undefined ? '?' : `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
  const shown = /^[\p{L}\p{N}\p{P}\p{S}]/u.test(character) ? `${character} (${number})` : number;
  return new Error(sayInEnglish({ code, args: { encoding: nameForPeople(name), character: shown } }));
}

/** `EUC-KR` for `euckr`. */
export function nameForPeople(name: string): string {
  return UNICODE.find((one) => one.name === name)?.label ?? labelOf(name);
}
