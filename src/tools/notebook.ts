// Jupyter notebooks as the tools see them: cells with ids, and for the reader their outputs.
import * as z from 'zod/mini';
import type { Media, Text } from '../contracts/message.ts';
import { stripAnsi } from '../util/ansi.ts';
import { IMAGE_BYTES, imageInfo } from '../util/imageInfo.ts';
import { cutMiddle } from '../util/truncate.ts';

const LINES = z.union([z.string(), z.array(z.string())]);
const OUTPUT = z.looseObject({
  output_type: z.string(),
  text: z.optional(LINES),
  data: z.optional(z.record(z.string(), z.unknown())),
  traceback: z.optional(z.array(z.string())),
});
const CELL = z.looseObject({
  cell_type: z.string(),
  id: z.optional(z.string()),
  source: LINES,
  outputs: z.optional(z.array(OUTPUT)),
});
const NOTEBOOK = z.looseObject({
  nbformat: z.optional(z.number()),
  nbformat_minor: z.optional(z.number()),
  metadata: z.optional(z.looseObject({})),
  cells: z.array(CELL),
});
export type Notebook = z.infer<typeof NOTEBOOK>;
export type Cell = z.infer<typeof CELL>;

const OUTPUT_LIMIT = 10_000;

/** Throws with a reason when the text is not a notebook of format 4. */
export function parseNotebook(file: string, text: string): Notebook {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(
      `${file} is not a valid notebook: it is not JSON (${error instanceof Error ? error.message : String(error)}).`,
    );
  }
  const result = NOTEBOOK.safeParse(value);
  if (!result.success)
    throw new Error(
      `${file} is not a notebook of format 4; change it as text after renaming, or save it anew in Jupyter.`,
    );
  return result.data;
}

/** The id in the file, or `cell-N` (from 0) where the format has none. */
export function cellId(cell: Cell, index: number): string {
  return cell.id ?? `cell-${index}`;
}

export const joined = (lines: string | string[]) => (typeof lines === 'string' ? lines : lines.join(''));

/** The cells as the model reads them: tags with ids around sources and outputs, pictures as blocks of their own. */
export function describeNotebook(notebook: Notebook): Array<Text | Media> {
  const blocks: Array<Text | Media> = [];
  let text = '';
  const say = (more: string) => {
    text += more.endsWith('\n') ? more : `${more}\n`;
  };
  notebook.cells.forEach((cell, index) => {
    const id = cellId(cell, index);
    say(`<cell id="${id}" type="${cell.cell_type}">\n${joined(cell.source)}`);
    say('</cell>');
    for (const output of cell.outputs ?? []) {
      const shown = outputText(output);
      if (shown !== '') say(`<output cell="${id}">\n${cutMiddle(shown, OUTPUT_LIMIT).replace(/\n$/, '')}\n</output>`);
      const picture = outputImage(output);
      if (!picture) continue;
      say(`<output cell="${id}"> (picture follows)</output>`);
      blocks.push({ type: 'text', text }, picture);
      text = '';
    }
  });
  if (text !== '') blocks.push({ type: 'text', text });
  return blocks;
}

function outputText(output: z.infer<typeof OUTPUT>): string {
  if (output.traceback) return stripAnsi(output.traceback.join('\n'));
  if (output.text !== undefined) return stripAnsi(joined(output.text));
  const plain = LINES.safeParse(output.data?.['text/plain']);
  return plain.success ? joined(plain.data) : '';
}

/** A picture that is damaged or too large is left to its text. */
function outputImage(output: z.infer<typeof OUTPUT>): Media | undefined {
  for (const mediaType of ['image/png', 'image/jpeg']) {
    const raw = LINES.safeParse(output.data?.[mediaType]);
    if (!raw.success) continue;
    const data = joined(raw.data).replace(/\s/g, '');
    const bytes = Buffer.from(data, 'base64');
    if (bytes.length <= IMAGE_BYTES && imageInfo(bytes)?.mediaType === mediaType)
      return { type: 'image', mediaType, data };
  }
  return undefined;
}
