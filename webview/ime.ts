// Tells keys that belong to an input method (Hangul, Kana, Pinyin …) from keys that are meant for the page.

/** The key code browsers report for any key an input method takes, also where that key ended the composition. */
const PROCESSED = 229;

export type Composition = {
  start(): void;
  end(): void;
  /**
   * True when the key must neither send, stop nor choose. A plain Enter that follows at once does: input methods for
   * Hangul end the syllable with the Enter that a person means for the page, and hand it on.
   */
  owns(event: { isComposing: boolean; keyCode: number }): boolean;
};

export function watchComposition(): Composition {
  let active = false;
  return {
    start() {
      active = true;
    },
    end() {
      active = false;
    },
    owns: (event) => event.isComposing || active || event.keyCode === PROCESSED,
  };
}
