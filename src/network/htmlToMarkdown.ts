// A page as Markdown, for a model to read: one pass over the tags, no document in memory, no script, nothing that is hidden.
import type { Parser } from 'htmlparser2';
import { cutEnd } from '../util/truncate.ts';

export type Markdown = {
  title?: string;
  text: string /** Something of the page was left out for its size. */;
  cut: boolean;
};

/** Deeper pages are made to take time; the parser looks through all that is open. */
const DEEPEST = 400;
const PIECE = 32_768;
const LONGEST_TITLE = 300;
const LEFT_OUT = new Set([
  ...['script', 'style', 'noscript', 'template', 'svg', 'math', 'iframe', 'object', 'canvas', 'audio', 'video', 'nav'],
  ...['footer', 'button', 'select', 'dialog'],
]);
const BLOCKS = new Set([
  ...['p', 'div', 'section', 'article', 'main', 'header', 'aside', 'form', 'figure', 'figcaption', 'address', 'dl'],
  ...['table', 'details', 'summary', 'fieldset', 'hgroup', 'ul', 'ol', 'blockquote', 'body'],
]);
const MARKS: Readonly<Record<string, string>> = {
  strong: '**',
  b: '**',
  em: '*',
  i: '*',
  code: '`',
  kbd: '`',
  samp: '`',
  del: '~~',
  s: '~~',
};

/** `base` is the address that links are relative to; reading ends once the text has `limit` characters. */
export async function htmlToMarkdown(
  html: string,
  base: string,
  limit: number,
  signal?: AbortSignal,
): Promise<Markdown> {
  const { Parser } = await import('htmlparser2');
  const writer = createWriter();
  let parser: Parser | undefined;
  let depth = 0;
  let hidden = 0;
  let title: string | undefined;
  let inTitle = false;
  parser = new Parser({
    onopentag(name, attributes) {
      depth++;
      if (hidden > 0 || LEFT_OUT.has(name) || isHidden(attributes)) hidden++;
      else if (name === 'title') inTitle = true;
      else openTag(writer, name, attributes, base);
    },
    ontext(text) {
      if (inTitle) title = (title ?? '') + text;
      else if (hidden === 0) writer.text(text);
    },
    onclosetag(name) {
      depth--;
      if (hidden > 0) hidden--;
      else if (name === 'title') inTitle = false;
      else closeTag(writer, name);
    },
  });
  let at = 0;
  // In pieces: a page that was made to be slow is given up in time, and others get their turn meanwhile.
  for (; at < html.length && depth < DEEPEST && writer.length() < limit; at += PIECE) {
    parser.write(html.slice(at, at + PIECE));
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
  }
  const cut = at < html.length || depth >= DEEPEST;
  if (!cut) parser.end();
  const plain = cutEnd((title ?? '').replace(/\s+/g, ' ').trim(), LONGEST_TITLE);
  return { ...(plain === '' ? {} : { title: plain }), text: writer.end(), cut };
}

/** What a person does not see may be there for the model alone. */
function isHidden(attributes: Record<string, string>): boolean {
  const { style = '' } = attributes;
  return (
    'hidden' in attributes ||
    attributes['aria-hidden'] === 'true' ||
    /display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0(?![.\d])/i.test(style)
  );
}

type Writer = ReturnType<typeof createWriter>;

function openTag(writer: Writer, name: string, attributes: Record<string, string>, base: string): void {
  const heading = /^h([1-6])$/.exec(name)?.[1];
  if (heading !== undefined) {
    writer.block(2);
    writer.start(`${'#'.repeat(Number(heading))} `);
  } else if (name === 'pre') writer.openCode(languageOf(attributes['class'] ?? ''));
  else if (name === 'code' && writer.inCode()) writer.language(languageOf(attributes['class'] ?? ''));
  else if (MARKS[name] !== undefined) writer.openMark(MARKS[name], MARKS[name]);
  else if (name === 'a') {
    const to = addressOf(attributes['href'], base);
    writer.openMark(to === undefined ? '' : '[', to === undefined ? '' : `](${to})`);
  } else if (name === 'img') {
    const words = attributes['alt']?.trim();
    if (words) writer.text(`[image: ${words}]`);
  } else if (name === 'br') writer.block(1);
  else if (name === 'hr') {
    writer.block(2);
    writer.start('---');
    writer.block(2);
  } else if (name === 'ul' || name === 'ol') writer.openList(name === 'ol');
  else if (name === 'li') writer.item();
  else if (name === 'tr') writer.openRow();
  else if (name === 'dt' || name === 'dd' || name === 'option') writer.block(1);
  else if (BLOCKS.has(name)) writer.openBlock();
}

function closeTag(writer: Writer, name: string): void {
  if (/^h[1-6]$/.test(name)) writer.block(2);
  else if (name === 'pre') writer.closeCode();
  else if (MARKS[name] !== undefined || name === 'a') {
    if (!(writer.inCode() && name === 'code')) writer.closeMark();
  } else if (name === 'ul' || name === 'ol') writer.closeList();
  else if (name === 'td' || name === 'th') writer.cell();
  else if (name === 'tr') writer.closeRow();
  else if (name === 'li' || name === 'dt' || name === 'dd') writer.block(1);
  else if (BLOCKS.has(name)) writer.block(2);
}

function languageOf(names: string): string {
  return /\b(?:language|lang|highlight-source)-([\w+#-]+)/.exec(names)?.[1] ?? '';
}

/** Only what could be fetched in turn, whole; undefined for all else. */
function addressOf(href: string | undefined, base: string): string | undefined {
  if (href === undefined || href.startsWith('#') || !URL.canParse(href, base)) return undefined;
  const url = new URL(href, base);
  return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : undefined;
}

/** Collects the text. Marks are written with the first words inside them, so that empty ones leave nothing. */
function createWriter() {
  const out: string[] = [];
  let length = 0;
  /** Line ends that are due before the next words; at the beginning none. */
  let due = 0;
  let atStart = true;
  /** Only the sign in front of a line was written yet: of a heading, an item, a cell. */
  let fresh = false;
  let space = false;
  const marks: Array<{ before: string; after: string; written: boolean }> = [];
  const lists: Array<{ ordered: boolean; count: number }> = [];
  let code: { language: string; text: string[]; depth: number } | undefined;
  let row: { cells: number; first: boolean } | undefined;
  let rows = 0;

  const put = (text: string) => {
    out.push(text);
    length += text.length;
  };
  const breakLine = () => {
    if (due > 0 && !atStart) put('\n'.repeat(due));
    if (due > 0) space = false;
    due = 0;
  };
  const block = (lines: number) => {
    if (row !== undefined) space = true;
    else due = Math.max(due, lists.length > 0 ? 1 : lines);
  };
  const start = (text: string) => {
    breakLine();
    put(text);
    atStart = false;
    space = false;
    fresh = true;
  };

  return {
    length: () => length,
    block,
    openBlock() {
      if (!fresh) block(2);
    },
    start,
    inCode: () => code !== undefined,
    text(raw: string) {
      if (code !== undefined) {
        code.text.push(raw);
        length += raw.length;
        return;
      }
      const words = raw.replace(/\s+/g, ' ').trim();
      if (words === '') {
        space ||= raw !== '';
        return;
      }
      const begins = due > 0 || atStart || fresh;
      breakLine();
      fresh = false;
      if (!begins && (space || /^\s/.test(raw))) put(' ');
      for (const mark of marks) {
        if (!mark.written) put(mark.before);
        mark.written = true;
      }
      put(words);
      atStart = false;
      space = /\s$/.test(raw);
    },
    openMark(before: string, after: string) {
      if (code === undefined) marks.push({ before, after, written: false });
    },
    closeMark() {
      const mark = code === undefined ? marks.pop() : undefined;
      if (mark?.written) put(mark.after);
    },
    openCode(language: string) {
      if (code !== undefined) code.depth++;
      else code = { language, text: [], depth: 0 };
    },
    language(name: string) {
      if (code !== undefined && code.language === '') code.language = name;
    },
    closeCode() {
      if (code === undefined || code.depth-- > 0) return;
      const text = code.text.join('').replace(/^\n/, '').trimEnd();
      const { language } = code;
      code = undefined;
      if (text === '') return;
      const fence = text.includes('```') ? '~~~~' : '```';
      row = undefined;
      block(2);
      start(`${fence}${language}\n${text}\n${fence}`);
      block(2);
    },
    openList(ordered: boolean) {
      block(lists.length === 0 ? 2 : 1);
      lists.push({ ordered, count: 0 });
    },
    closeList() {
      lists.pop();
      block(lists.length === 0 ? 2 : 1);
    },
    item() {
      block(1);
      const list = lists.at(-1);
      if (list) list.count++;
      start(`${'  '.repeat(Math.min(Math.max(lists.length - 1, 0), 8))}${list?.ordered ? `${list.count}.` : '-'} `);
    },
    openRow() {
      row = undefined;
      block(1);
      // The first row of a table stands after a line of its own.
      const first = rows === 0 || due > 1;
      start('| ');
      row = { cells: 0, first };
      rows++;
    },
    cell() {
      if (row === undefined) return;
      row.cells++;
      space = false;
      put(fresh ? '| ' : ' | ');
      fresh = true;
    },
    closeRow() {
      if (row === undefined) return;
      const { cells, first } = row;
      row = undefined;
      block(1);
      if (first && cells > 0) {
        start(`|${' --- |'.repeat(Math.min(cells, 50))}`);
        block(1);
      }
    },
    end() {
      // No pattern: long blanks would make it look through them again from each one.
      return out
        .join('')
        .split('\n')
        .map((line) => line.trimEnd())
        .join('\n')
        .trim();
    },
  };
}
