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
    const item = meant(token.name, known);
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
    .filter((name) => meant(name, known) === undefined && /[./]/.test(name));
}

/** A folder is one with and without a slash behind it; addresses that differ in it are two. */
function meant(name: string, known: ReadonlyMap<string, Mention>): Mention | undefined {
  const folder = known.get(name.replace(/\/$/, ''));
  return known.get(name) ?? (folder?.kind === 'resource' ? undefined : folder);
}

/**
 * Keeps what was offered by the name that stands for it in a text. Of two with one name a file goes before a resource, and a
 * resource before a template, which is none yet.
 */
export function remember(known: Map<string, Mention>, items: readonly Mention[]): void {
  const rank = (item: Mention) => (item.kind !== 'resource' ? 2 : item.open ? 0 : 1);
  for (const item of items) {
    const name = nameOf(item);
    const before = known.get(name);
    if (before === undefined || rank(before) <= rank(item)) known.set(name, item);
  }
}

/** As `mentionTokens` reads it from what `mentionText` writes. */
export function nameOf(item: Mention): string {
  const written = isPlain(item) ? item.label : item.label.replaceAll('"', '%22');
  return item.kind === 'resource' ? written : written.replace(/\/$/, '');
}

/** The text of a mention, as it is put into the prompt. */
export function mentionText(item: Mention): string {
  return isPlain(item) ? `@${item.label}` : `@"${item.label.replaceAll('"', '%22')}"`;
}

function isPlain(item: Mention): boolean {
  if (item.kind !== 'resource') return /^\S*$/.test(item.label);
  return item.open === true || /^[^\s"#,;)\]}]*[^\s"#,;)\]}.:!?]$/.test(item.label);
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
