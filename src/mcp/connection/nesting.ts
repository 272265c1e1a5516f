// How deep objects and lists stand within one another, read from the bytes of JSON before anything is made of them.

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

export type NestingScan = {
  /** True while the text is not too deep. */
  read(bytes: Uint8Array, from?: number, to?: number): boolean;
  /** A new text begins. */
  reset(): void;
};

export function createNestingScan(most: number): NestingScan {
  let depth = 0;
  let inText = false;
  let escaped = false;
  return {
    read(bytes, from = 0, to = bytes.length) {
      for (let at = from; at < to; at++) {
        const byte = bytes[at];
        if (inText) {
          if (escaped) escaped = false;
          else if (byte === BACKSLASH) escaped = true;
          else if (byte === QUOTE) inText = false;
        } else if (byte === QUOTE) inText = true;
        else if (byte === 0x7b || byte === 0x5b) {
          if (++depth > most) return false;
        } else if (byte === 0x7d || byte === 0x5d) depth--;
      }
      return true;
    },
    reset() {
      depth = 0;
      inText = false;
      escaped = false;
    },
  };
}
