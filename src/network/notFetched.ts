// The bounds of a fetch, and what is thrown when a page does not keep to them.

/** Sizes in bytes before and after unpacking, and in characters of the text; times in milliseconds. */
export type FetchLimits = { bytes: number; characters: number; connectMs: number; totalMs: number };

/** Its message goes on after the address: `answered 404 Not Found`. */
export class NotFetched extends Error {}

export class TooLarge extends NotFetched {
  constructor(bytes: number) {
    super(`is larger than ${bytes / 1_000_000} MB`);
  }
}
