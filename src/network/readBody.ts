// Takes a body in, unpacked, and stops as soon as it is larger than it may be: before and after unpacking.
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { NotFetched, TooLarge } from './notFetched.ts';

const UNPACK: Readonly<Record<string, () => ReturnType<typeof createGunzip>>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};
const MOST_CODINGS = 2;

/** Throws `TooLarge`, or what the stream throws. The body is closed in any case. */
export async function readBody(body: Readable, coding: string, limit: number): Promise<Uint8Array> {
  // A body that is closed early says so as an error, which the reading below reports where it matters.
  body.on('error', () => {});
  const codings = coding
    .toLowerCase()
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '' && one !== 'identity');
  const unpack = codings.reverse().map((one) => UNPACK[one]);
  const known = unpack.filter((make) => make !== undefined);
  if (known.length !== codings.length || known.length > MOST_CODINGS) {
    body.destroy();
    throw new NotFetched(`is packed in a way that is not known${/^[\w, -]{1,40}$/.test(coding) ? ` (${coding})` : ''}`);
  }
  let source: Readable = body;
  const stages = known.map((make) => {
    const stage = make();
    source.on('error', (error) => stage.destroy(error));
    source = source.pipe(stage);
    return stage;
  });
  let raw = 0;
  if (stages.length > 0) {
    body.on('data', (chunk: Uint8Array) => {
      raw += chunk.length;
      if (raw > limit) body.destroy(new TooLarge(limit));
    });
  }
  try {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of source as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > limit) throw new TooLarge(limit);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } finally {
    for (const stage of stages) stage.destroy();
    body.destroy();
  }
}
