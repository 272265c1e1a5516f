// How much of a text is read at all. What exceeds it is not understood.

/** In UTF-16 units. */
export const MAX_COMMAND = 10_000;
export const MAX_NODES = 6000;
export const MAX_DEPTH = 400;
/** In milliseconds; the longest text that is allowed takes a small part of it. */
export const MAX_PARSE_TIME = 500;
/** Words that braces of one word may be written out to, and all of one text. */
export const MAX_BRACE_WORDS = 200;
