// Counts the pages of a PDF well enough to know when it has more than the model's server takes.
import { inflateSync } from 'node:zlib';

/** Inflated, an object stream of pages is far smaller; more is no list of pages but an attack on the memory. */
const STREAM_BYTES = 8 * 1024 * 1024;

/** Page objects in the file and in its compressed object streams; too few for encrypted or damaged files, never too many by much. */
export function pdfPages(bytes: Uint8Array): number {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  let pages = count(text);
  for (const head of text.matchAll(/\/Type\s*\/ObjStm\b[^>]*>>\s*stream\r?\n/g)) {
    const start = head.index + head[0].length;
    const end = text.indexOf('endstream', start);
    if (end !== -1) pages += count(inflated(bytes.subarray(start, end)));
  }
  return pages;
}

const count = (text: string) => text.match(/\/Type\s*\/Page(?![A-Za-z])/g)?.length ?? 0;

function inflated(stream: Uint8Array): string {
  try {
    return inflateSync(stream, { maxOutputLength: STREAM_BYTES }).toString('latin1');
  } catch {
    // Encrypted, damaged or packed in another way: it counts for nothing, and the server has the last word.
    return '';
  }
}
