// From the bytes of an answer to text: by its byte order mark, its header, or what the page says of itself.

const SNIFFED = 2048;

/** Bytes that are not of the encoding become U+FFFD; an encoding that is not known is taken for UTF-8. */
export function decodeText(bytes: Uint8Array, contentType: string): string {
  const named =
    markOf(bytes) ?? charsetIn(contentType) ?? charsetIn(Buffer.from(bytes.subarray(0, SNIFFED)).toString('latin1'));
  return decoderFor(named).decode(bytes);
}

function markOf([a, b, c]: Uint8Array): string | undefined {
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  return a === 0xff && b === 0xfe ? 'utf-16le' : undefined;
}

/** `charset=` in a header or a `<meta>`, `encoding=` of an XML declaration. */
function charsetIn(text: string): string | undefined {
  return /(?:charset|<\?xml[^>]*\sencoding)\s*=\s*["']?\s*([\w:.-]+)/i.exec(text)?.[1];
}

function decoderFor(name: string | undefined): TextDecoder {
  try {
    return new TextDecoder(name);
  } catch {
    // Not a name that the standard knows; most that are wrong mean UTF-8.
    return new TextDecoder();
  }
}
