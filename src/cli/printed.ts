// What is printed may come from files of a repository, and a terminal obeys what it is sent.
import { showInvisible } from '../util/invisible.ts';

/** One line, in which everything can be seen. */
export function asLine(text: string): string {
  return `${showInvisible(text).replaceAll('\n', '⏎')}\n`;
}

/** JSON leaves control characters beyond ASCII and those that turn a text round as they are; written as codes they are the same. */
export function asJsonLine(value: unknown): string {
  const text = JSON.stringify(value).replace(/[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
  return `${text}\n`;
}
