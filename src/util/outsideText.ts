// How words that others wrote are given to the model: marked as what they are.

/** `notes` stand outside of the marks, as they are ours. `tag` is a name of letters and hyphens. */
export function outsideText(tag: string, source: string, text: string, notes: readonly string[]): string {
  const inside = text.replace(new RegExp(`<(?=/?${tag})`, 'gi'), '&lt;');
  const name = source.replace(/["<>\n\r]/g, (character) => encodeURIComponent(character));
  return [`<${tag} source="${name}">`, inside, `</${tag}>`, ...notes].join('\n');
}
