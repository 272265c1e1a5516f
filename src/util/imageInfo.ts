// Reads type and size in pixels from the first bytes of an image, so that a picture the model's server would refuse is never sent.

/** The server takes 5 MB of base64 a picture, and 8,000 pixels a side. */
export const IMAGE_BYTES = 3_750_000;
export const IMAGE_SIDE = 8000;

export type ImageInfo = {
  mediaType: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';
  width: number;
  height: number;
};

/** Undefined when the bytes are none of the four formats, or their header is damaged. */
export function imageInfo(bytes: Uint8Array): ImageInfo | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const ascii = (at: number, length: number) => String.fromCharCode(...bytes.subarray(at, at + length));
  if (ascii(0, 8) === '\x89PNG\r\n\x1a\n' && bytes.length >= 24) {
    return { mediaType: 'image/png', width: view.getUint32(16), height: view.getUint32(20) };
  }
  if (/^GIF8[79]a$/.test(ascii(0, 6)) && bytes.length >= 10) {
    return { mediaType: 'image/gif', width: view.getUint16(6, true), height: view.getUint16(8, true) };
  }
  if (ascii(0, 4) === 'RIFF' && ascii(8, 4) === 'WEBP' && bytes.length >= 30) return webp(view, ascii(12, 4));
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return jpeg(view);
  return undefined;
}

function webp(view: DataView, chunk: string): ImageInfo | undefined {
  const mediaType = 'image/webp';
  if (chunk === 'VP8 ')
    return { mediaType, width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (chunk === 'VP8L') {
    const bits = view.getUint32(21, true);
    return { mediaType, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (chunk === 'VP8X') {
    const size = (at: number) => view.getUint16(at, true) + (view.getUint8(at + 2) << 16) + 1;
    return { mediaType, width: size(24), height: size(27) };
  }
  return undefined;
}

/** Walks the segments up to the frame header, the first of SOF0 to SOF15 that is no table. */
function jpeg(view: DataView): ImageInfo | undefined {
  let at = 2;
  while (at + 9 < view.byteLength) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return { mediaType: 'image/jpeg', width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    }
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}
