// A service in front of the rehearsal model that looks at the bytes of every picture, and refuses a request as the real ones do.
import { inflateSync } from 'node:zlib';
import { imageInfo } from '../../src/util/imageInfo.ts';
import { type Front, startFront } from './front.ts';
import { pngOf } from './pngOf.ts';

type Source = { type: string; media_type: string; data: string };
type Wire = { type: string; source?: Source; content?: Wire[] | string };
export type PicturesService = Front & {
  /** The service takes no pictures at all from now on. */
  blind: boolean;
};

const MANY = 20;
const SIDE_OF_MANY = 2000;

export async function startPicturesService(rehearsal: { url: string }): Promise<PicturesService> {
  const front = await startFront(rehearsal, {
    receive({ body }) {
      const asked = JSON.parse(body) as { messages: Array<{ content: Wire[] }> };
      const found = asked.messages.flatMap(({ content }, index) => picturesIn(content, `messages.${index}.content`));
      const fault = service.blind && found.length > 0 ? 'This model does not support image input.' : faultOf(found);
      if (fault === undefined) return { ask: asked };
      const error = { type: 'invalid_request_error', message: fault };
      return { answer: { status: 400, body: JSON.stringify({ type: 'error', error }) } };
    },
  });
  const service: PicturesService = { ...front, blind: false };
  return service;
}

/** As many pixels as it says, and a good picture unless it is `broken`: its pixels are not what they are packed as. */
export function picture(side: number, broken = false): { type: 'image'; mediaType: string; data: string } {
  return { type: 'image', mediaType: 'image/png', data: pngOf(side, broken).toString('base64') };
}

type Found = { at: string; source: Source };

function picturesIn(content: Wire[], at: string): Found[] {
  return content.flatMap((block, index): Found[] => {
    if (block.type === 'image' && block.source) return [{ at: `${at}.${index}.image`, source: block.source }];
    return Array.isArray(block.content) ? picturesIn(block.content, `${at}.${index}.tool_result.content`) : [];
  });
}

function faultOf(found: readonly Found[]): string | undefined {
  for (const { at, source } of found) {
    const bytes = Buffer.from(source.data, 'base64');
    const info = imageInfo(bytes);
    if (info === undefined || !canBeDrawn(bytes)) return 'Could not process image';
    if (info.mediaType !== source.media_type)
      return `${at}.source.base64.data: Image does not match the provided media type ${source.media_type}`;
    if (found.length > MANY && Math.max(info.width, info.height) > SIDE_OF_MANY)
      return `${at}.source.base64.data: At least one of the image dimensions exceed max allowed size for many-image requests: ${SIDE_OF_MANY} pixels`;
  }
  return undefined;
}

/** The pixels of a PNG can be unpacked. */
function canBeDrawn(bytes: Buffer): boolean {
  const pixels: Buffer[] = [];
  for (let at = 8; at + 12 <= bytes.length; at += 12 + bytes.readUInt32BE(at))
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT')
      pixels.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)));
  try {
    return inflateSync(Buffer.concat(pixels)).length > 0;
  } catch {
    // That is what is asked here.
    return false;
  }
}
