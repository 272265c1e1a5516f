// `@path` and `@path#5-10` in the text of a prompt.
import type { Attachment } from '../src/contracts/message.ts';
import type { Mention } from '../src/protocol.ts';

export type MentionToken = { /** As typed after the `@`, without lines. */ name: string; lines?: [number, number] };
/** The word before the cursor that a menu completes. `from` is where its sign stands. */
export type Completion = { sign: '@' | '/'; query: string; from: number };

/** The tokens of a text. An `@` inside a word, as in a mail address, starts none. A name with blanks stands in quotes. */
export function mentionTokens(text: string): MentionToken[] {
  const tokens: MentionToken[] = [];
  for (const match of text.matchAll(/(?<=^|[\s([{,;])@(?:"([^"\n]+)"|([^\s"#,;)\]}]+))(?:#L?(\d+)(?:-L?(\d+))?)?/gu)) {
    const name = match[1] ?? trimEnd(match[2] ?? '');
    if (name === '') continue;
    const first = Number(match[3]);
    const last = match[4] === undefined ? first : Number(match[4]);
    tokens.push(first > 0 && last >= first ? { name, lines: [first, last] } : { name });
  }
  return tokens;
}

/** A sentence may end right behind a name. */
function trimEnd(name: string): string {
  return name.replace(/[.:!?]+$/, '');
}

/** What the mentions of a text attach, given all items the extension ever offered, by name. */
export function mentionAttachments(text: string, known: ReadonlyMap<string, Mention>): Attachment[] {
  const attachments: Attachment[] = [];
  for (const token of mentionTokens(text)) {
    const item = known.get(token.name) ?? known.get(token.name.replace(/\/$/, ''));
    if (!item) continue;
    if (item.kind === 'resource') {
      if (!item.open) attachments.push({ type: 'resource', server: item.server, uri: item.path });
    } else if (item.kind === 'folder') attachments.push({ type: 'folder', path: item.path });
    else attachments.push({ type: 'file', path: item.path, ...(token.lines ? { lines: token.lines } : {}) });
  }
  return attachments;
}

/** Names that look like files and that the extension was never asked about. */
export function unknownMentions(text: string, known: ReadonlyMap<string, Mention>): string[] {
  return mentionTokens(text)
    .map((token) => token.name)
    .filter((name) => !known.has(name) && !known.has(name.replace(/\/$/, '')) && /[./]/.test(name));
}

/** The text of a mention, as it is put into the prompt. */
export function mentionText(item: Mention): string {
  const whole = item.kind === 'resource' ? /^[^\s"#,;)\]}]*[^\s"#,;)\]}.:!?]$/ : /^\S*$/;
  if (whole.test(item.label) || (item.kind === 'resource' && item.open)) return `@${item.label}`;
  return `@"${item.label.replaceAll('"', '%22')}"`;
}

/** What the cursor stands in: a mention, or a command at the very start. Undefined when it is plain text. */
export function completionAt(text: string, cursor: number): Completion | undefined {
  const before = text.slice(0, cursor);
  const command = /^\/([\w-]*|mcp__[\w-]+\s[^\n]*)$/.exec(before);
  if (command) return { sign: '/', query: command[1] ?? '', from: 0 };
  const mention = /(?:^|[\s([{,;])@("?)([^\s"#]*)$/u.exec(before);
  if (!mention) return undefined;
  const query = mention[2] ?? '';
  return { sign: '@', query, from: cursor - query.length - (mention[1] ? 1 : 0) - 1 };
}
