// Whether a picture ends where its format says. A service refuses one that breaks off, and with it the whole conversation.
import type { ImageInfo } from './imageInfo.ts';

/** The parts of the file are looked at, not what is drawn. */
export function isWholeImage(bytes: Uint8Array, mediaType: ImageInfo['mediaType']): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (mediaType) {
    case 'image/png':
      return wholePng(view);
    case 'image/jpeg':
      // Some programs write more behind the end.
      return endsWith(bytes, [0xff, 0xd9], 64 * 1024);
    case 'image/gif':
      return endsWith(bytes, [0x3b], 1024);
    case 'image/webp':
      return view.byteLength >= 12 && view.getUint32(4, true) + 8 <= view.byteLength;
  }
}

function wholePng(view: DataView): boolean {
  let drawn = false;
  for (let at = 8; at + 12 <= view.byteLength; ) {
    const length = view.getUint32(at);
    const type = view.getUint32(at + 4);
    if (type === 0x49454e44) return drawn;
    if (type === 0x49444154 && length > 0) drawn = true;
    at += 12 + length;
  }
  return false;
}

function endsWith(bytes: Uint8Array, end: readonly number[], within: number): boolean {
  for (let at = bytes.length - end.length; at >= Math.max(0, bytes.length - within); at--)
    if (end.every((byte, index) => bytes[at + index] === byte)) return true;
  return false;
}
