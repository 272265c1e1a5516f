// What a server said in a prompt of its own, as the model is told it, and back again: the transcript keeps it this way.

const WHOLE = /^<server-prompt name="[^"<>]*" role="(?:user|assistant)">\n([\s\S]*)\n<\/server-prompt>$/;

/** Nothing in the text can pass for the end of it. */
export function servedText(name: string, role: 'user' | 'assistant', text: string): string {
  const inside = text.replace(/<(?=\/?server-prompt)/gi, '&lt;');
  return `<server-prompt name="${name}" role="${role}">\n${inside}\n</server-prompt>`;
}

/** The words in it; undefined when it is no such text. */
export function wordsServed(text: string): string | undefined {
  return WHOLE.exec(text)?.[1]?.replace(/&lt;(?=\/?server-prompt)/gi, '<');
}
