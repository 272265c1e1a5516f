// Read: text with line numbers, images, PDF files and notebooks. The model for a tool that touches one file.
import * as z from 'zod/mini';
import type { Tool, ToolContext, ToolOutput } from '../contracts/tool.ts';
import type { FileText } from '../contracts/workspace.ts';
import { sayInEnglish } from '../util/phrases.ts';
import { resolvePath } from '../util/resolvePath.ts';
import { cutEnd } from '../util/truncate.ts';
import { describeNotebook, parseNotebook } from './notebook.ts';
import { textOutput } from './output.ts';
import { missingFile } from './proposal.ts';
import { mediaKind, readMedia } from './readMedia.ts';
import { regularFile } from './regularFile.ts';
import { count, pathText, toSchema } from './schema.ts';

const INPUT = z.strictObject({
  file_path: pathText('Absolute path'),
  offset: count('First line, from 1', 1),
  limit: count('Number of lines, 2000 if left out', 1),
  pages: z.optional(z.string().check(z.describe('Not available: a PDF is always read whole'))),
});
type Input = z.infer<typeof INPUT>;

const LINES = 2000;
const LINE_LENGTH = 2000;
const TOTAL_LENGTH = 100_000;

export const readFile: Tool<Input> = {
  name: 'Read',
  description:
    'Reads a file: text as `number<TAB>line` (unsaved editor text included), images, PDFs, and notebooks with cell ids and outputs. For long files give offset and limit. Folders: use Glob.',
  kind: 'read',
  input: toSchema(INPUT),
  actions: (input, cwd) => [{ kind: 'read', path: resolvePath(input.file_path, cwd) }],
  subject: (input, cwd) => resolvePath(input.file_path, cwd),

  async run(input, context) {
    const file = resolvePath(input.file_path, context.state.cwd);
    if (input.pages !== undefined) {
      throw new Error(
        'pages: single pages cannot be read. Leave it out to read the whole PDF, or take the text of a page range out with a command such as `pdftotext -f 1 -l 5`.',
      );
    }
    const media = mediaKind(file);
    if (media) return readMediaFile(file, media, context);
    await regularFile(file);
    const found = await context.workspace.readText(file);
    if ('problem' in found) throw await problem(found.problem, file, context);
    context.state.seen.set(file, found.text);
    if (/\.ipynb$/i.test(file) && found.text.trim() !== '') {
      const content = describeNotebook(parseNotebook(file, found.text));
      if (found.viewOnly !== undefined) content.push({ type: 'text', text: `[${sayInEnglish(found.viewOnly)}]` });
      return { content, isError: false };
    }
    return numbered(file, found, input);
  },
};

async function readMediaFile(file: string, kind: 'image' | 'pdf', context: ToolContext): Promise<ToolOutput> {
  try {
    return await readMedia(file, kind, context);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw await missingFile(file, context);
    throw error;
  }
}

async function problem(
  kind: 'missing' | 'binary' | 'tooLarge' | 'folder',
  file: string,
  context: ToolContext,
): Promise<Error> {
  switch (kind) {
    case 'missing':
      return missingFile(file, context);
    case 'folder':
      return new Error(`${file} is a folder. Use Glob to list what is in it.`);
    case 'binary':
      return new Error(`${file} is binary. Use a command that knows its format.`);
    case 'tooLarge':
      return new Error(
        `${file} is larger than 10 MB. Search it with Grep, or print a part of it with a command such as sed -n '1,200p'.`,
      );
  }
}

/** The lines asked for; what was left out or is not plain is said in brackets after them. */
function numbered(file: string, found: FileText, input: Input): ToolOutput {
  if (found.text === '')
    return textOutput('[The file is empty.]', { type: 'file', path: file, startLine: 1, lines: 0, totalLines: 0 });
  const lines = found.text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const start = input.offset ?? 1;
  if (start > lines.length) throw new Error(`offset ${start} is past the end: ${file} has ${lines.length} lines.`);
  const wanted = Math.min(lines.length, start - 1 + (input.limit ?? LINES));
  const out: string[] = [];
  let length = 0;
  let at = start - 1;
  for (; at < wanted && length < TOTAL_LENGTH; at++) {
    const line = `${at + 1}\t${shown(lines[at] ?? '')}`;
    out.push(line);
    length += line.length + 1;
  }
  const notes = [
    ...(at < lines.length ? [`lines ${start}–${at} of ${lines.length}; the next offset is ${at + 1}`] : []),
    ...(found.text.includes('\r\n') ? ['lines end in CRLF'] : []),
    ...(found.encoding.name === 'utf-8' ? [] : [`encoding ${found.encoding.name}`]),
    ...(found.viewOnly === undefined ? [] : [sayInEnglish(found.viewOnly)]),
    ...(found.dirty ? ['with unsaved changes of the editor'] : []),
  ];
  if (notes.length > 0) out.push(`[${notes.join('; ')}]`);
  return textOutput(out.join('\n'), {
    type: 'file',
    path: file,
    startLine: start,
    lines: at - start + 1,
    totalLines: lines.length,
  });
}

function shown(raw: string): string {
  const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
  if (line.length <= LINE_LENGTH) return line;
  return `${cutEnd(line, LINE_LENGTH)} [line cut: ${line.length.toLocaleString('en-US')} characters]`;
}
