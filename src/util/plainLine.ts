// What may stand in a place that cuts text, renders links and cannot scroll, such as a notification.
import { showInvisible } from './invisible.ts';

/** One line of at most 120 printable ASCII characters, and nothing that reads as a Markdown link. */
export function isPlainLine(text: string): boolean {
  return /^[\x20-\x7e]{1,120}$/.test(text) && !text.includes('](') && !/ {3,}/.test(text);
}

/** A path or a name of unknown origin in such a place: what would not show does, and nothing in it becomes a link. */
export function inNotice(text: string): string {
  return showInvisible(text).replaceAll('](', '] (');
}
