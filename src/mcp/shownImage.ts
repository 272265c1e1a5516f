// A picture that a server sent, if the models' services take it: one that they refuse fails every request from then on.
import type { Media } from '../contracts/message.ts';
import { IMAGE_BYTES, IMAGE_SIDE, imageInfo } from '../util/imageInfo.ts';
import { isWholeImage } from '../util/isWholeImage.ts';

/** Of one result, or one prompt. */
export const MOST_IMAGES = 20;

/** `data` is base64. What kind it is the bytes say, not the server. */
export function shownImage(data: string): Media | undefined {
  const bytes = Buffer.from(data, 'base64');
  const info = imageInfo(bytes);
  const shown =
    info !== undefined &&
    Math.min(info.width, info.height) > 0 &&
    isWholeImage(bytes, info.mediaType) &&
    bytes.length <= IMAGE_BYTES &&
    Math.max(info.width, info.height) <= IMAGE_SIDE;
  return shown ? { type: 'image', mediaType: info.mediaType, data: bytes.toString('base64') } : undefined;
}
