// Tells keys that belong to an input method (Hangul, Kana, Pinyin …) from keys that are meant for the page.

/** Some browsers end the composition before the key that ended it arrives; that key is still the input method's. */
const AFTER_COMPOSITION_MS = 30;
/** The key code browsers report for any key an input method takes. */
const PROCESSED = 229;

export type Composition = {
  start(): void;
  /** `atMs` is the event's `timeStamp`. */
  end(atMs: number): void;
  readonly active: boolean;
  /** True when the key must neither send, stop nor choose. */
  owns(event: { isComposing: boolean; keyCode: number; timeStamp: number; key: string }): boolean;
};

export function watchComposition(): Composition {
  let active = false;
  let endedAt = Number.NEGATIVE_INFINITY;
  return {
    start() {
      active = true;
    },
    end(atMs) {
      active = false;
      endedAt = atMs;
    },
    get active() {
      return active;
    },
    owns(event) {
      if (event.isComposing || active || event.keyCode === PROCESSED) return true;
      // Only keys that end a composition; the letter typed next is the person's.
      const ends = event.key === 'Enter' || event.key === 'Escape' || event.key === 'Tab';
      return ends && event.timeStamp - endedAt < AFTER_COMPOSITION_MS;
    },
  };
}
