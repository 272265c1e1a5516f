// How the bytes of a file are to be read when no editor has them open.
import type { Recognise, Recognised } from '../contracts/edit.ts';
import type { Because } from '../contracts/permission.ts';
import { decode, isStateful, markOf, nameForPeople, prepare } from './encoding.ts';
import { likelyEncodings } from './likelyEncodings.ts';

const UTF8 = { name: 'utf-8', bom: false };

/**
 * By the byte order mark; in the first of the `preferred` encodings that fits; as UTF-8; as UTF-16 without mark when the
 * zeros stand as they do there. What is left is text of an unclear encoding, which is shown and not written.
 */
export const recognise: Recognise = async (bytes, preferred) => {
  const marked = markOf(bytes);
  if (marked !== undefined) return decode(bytes, marked.name);
  if (isStateful(bytes)) {
    return unclear(Buffer.from(bytes).toString('utf8'), { code: 'edits.encodingStateful', args: {} });
  }
  for (const name of preferred) {
    await prepare(name);
    const found = decode(bytes, name);
    if (found !== undefined) return found;
  }
  return decode(bytes) ?? withoutMark(bytes) ?? (await guessed(bytes));
};

/** VS Code reads such files so as well: zeros in every other place alone, and nothing but text. */
function withoutMark(bytes: Uint8Array): Recognised | undefined {
  const places = new Set<number>();
  for (let at = bytes.indexOf(0); at >= 0; at = bytes.indexOf(0, at + 1)) places.add(at % 2);
  if (places.size !== 1) return undefined;
  const found = decode(bytes, places.has(1) ? 'utf-16le' : 'utf-16be');
  return found === undefined || NO_TEXT.test(found.text) ? undefined : found;
}

async function guessed(bytes: Uint8Array): Promise<Recognised | undefined> {
  const plain = Buffer.from(bytes).toString('latin1');
  if (CONTROLS.test(plain)) return undefined;
  const spoilt = Buffer.from(bytes).toString('utf8');
  const likely = isMostlyUtf8(spoilt) ? [] : await likelyEncodings(bytes);
  const [first] = likely;
  if (first === undefined) return unclear(spoilt, { code: 'edits.undecodable', args: {} });
  const choices = likely.map(({ name }) => `${nameForPeople(name)} ("${name}")`).join(', ');
  return unclear(first.text, { code: 'edits.encodingUnclear', args: { choices } });
}

/** A text in another encoding holds hardly anything that is good UTF-8 by chance. */
function isMostlyUtf8(text: string): boolean {
  const good = text.match(/[^\0-\x7f\ufffd]/g)?.length ?? 0;
  return good > 4 * (text.match(/\ufffd/g)?.length ?? 0);
}

function unclear(text: string, viewOnly: Because): Recognised {
  return { text, encoding: UTF8, viewOnly };
}

/** Control characters that no text has; `\x1b` colours logs. */
const CONTROLS = /[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]/;
const NO_TEXT = /[\0-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f\ue000-\uf8ff\ufffd-\uffff\p{Cn}]/u;
