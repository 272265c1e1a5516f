// The title of a conversation: the first thing asked, on one line, cut at a word.

const LENGTH = 60;

export function titleOf(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const characters = [...line];
  if (characters.length <= LENGTH) return line;
  const cut = characters.slice(0, LENGTH).join('');
  const space = cut.lastIndexOf(' ');
  return `${(space > LENGTH / 2 ? cut.slice(0, space) : cut).trimEnd()}…`;
}
