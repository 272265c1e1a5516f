// What may stand in a place that cuts text, renders links and cannot scroll, such as a notification.

/** One line of at most 120 printable ASCII characters, and nothing that reads as a Markdown link. */
export function isPlainLine(text: string): boolean {
  return /^[\x20-\x7e]{1,120}$/.test(text) && !text.includes('](') && !/ {3,}/.test(text);
}
