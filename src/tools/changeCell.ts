// Changes one cell in the text of a notebook; every byte that is not part of the change stays.
import { createHash } from 'node:crypto';
import { type JsonRange, jsonRanges, property } from '../util/jsonRanges.ts';
import { type Cell, cellId, type Notebook } from './notebook.ts';

export type CellChange = {
  mode: 'replace' | 'insert' | 'delete';
  /** Absent only for an insertion at the top. */
  cellId: string | undefined;
  cellType: 'code' | 'markdown' | undefined;
  source: string;
};

/** Throws with a reason the model can read. `seed` makes the id of a new cell; the same seed gives the same id. */
export function changeCell(text: string, notebook: Notebook, change: CellChange, seed: string): string {
  const cells = property(jsonRanges(text), 'cells');
  if (cells?.kind !== 'array') throw new Error('the notebook has no list of cells');
  const style = styleOf(text);
  const index = change.cellId === undefined ? -1 : find(notebook, change.cellId);
  if (change.mode === 'insert') {
    const cell = newCell(notebook, change.cellType ?? 'code', change.source, seed);
    return insert(text, cells, index, render(cell, style, 2), style);
  }
  const [range, cell] = [cells.items[index], notebook.cells[index]];
  if (!range || !cell) throw new Error(`cell_id: needed to ${change.mode} a cell`);
  if (change.mode === 'delete') return remove(text, cells, index);
  const type = change.cellType ?? cell.cell_type;
  if (type !== cell.cell_type) return splice(text, range, render(retyped(cell, type, change.source), style, 2));
  const source = property(range, 'source');
  if (!source) throw new Error('the cell has no source');
  return splice(text, source, render(sourceLike(cell, change.source), style, 3));
}

function find(notebook: Notebook, id: string): number {
  const index = notebook.cells.findIndex((cell, i) => cellId(cell, i) === id);
  if (index !== -1) return index;
  const known = notebook.cells.slice(0, 20).map(cellId).join(', ');
  throw new Error(
    `cell_id: no cell ${JSON.stringify(id)} in this notebook; ${known === '' ? 'it has no cells' : `its cells are ${known}`}`,
  );
}

const toLines = (source: string) => (source === '' ? [] : source.split(/(?<=\n)/));
/** The format allows a text or a list of lines; a cell keeps its form. */
const sourceLike = (cell: Cell | undefined, source: string) =>
  typeof cell?.source === 'string' ? source : toLines(source);

function newCell(notebook: Notebook, type: string, source: string, seed: string): Record<string, unknown> {
  const withId = (notebook.nbformat ?? 4) > 4 || (notebook.nbformat_minor ?? 0) >= 5;
  const taken = new Set(notebook.cells.map((cell) => cell.id));
  let id = '';
  for (let n = 0; id === '' || taken.has(id); n++)
    id = createHash('sha256').update(`${seed}:${n}`).digest('hex').slice(0, 8);
  return {
    cell_type: type,
    ...(type === 'code' && { execution_count: null }),
    ...(withId && { id }),
    metadata: {},
    ...(type === 'code' && { outputs: [] }),
    source: sourceLike(notebook.cells[0], source),
  };
}

/** A code cell must have outputs and a count, the other kinds must not. */
function retyped(cell: Cell, type: string, source: string): Record<string, unknown> {
  const { outputs: _outputs, execution_count: _count, ...rest } = cell;
  return {
    ...rest,
    cell_type: type,
    ...(type === 'code' && { execution_count: null, outputs: [] }),
    source: sourceLike(cell, source),
  };
}

type Style = { indent: string; ending: string; ascii: boolean };

function styleOf(text: string): Style {
  const indent = /^\s*\{\r?\n([ \t]+)/.exec(text)?.[1] ?? '';
  const escapes = /\\u(?!00[01])[0-9a-f]{4}/i.test(text);
  return { indent, ending: text.includes('\r\n') ? '\r\n' : '\n', ascii: escapes && !/[^\x00-\x7f]/.test(text) };
}

/** JSON in the notebook's own style, as it stands `depth` levels deep. */
function render(value: unknown, style: Style, depth: number): string {
  const json = JSON.stringify(value, null, style.indent);
  const placed = json.replaceAll('\n', style.ending + style.indent.repeat(depth));
  return style.ascii
    ? placed.replace(/[^\x00-\x7f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
    : placed;
}

function splice(text: string, range: { start: number; end: number }, put: string): string {
  return text.slice(0, range.start) + put + text.slice(range.end);
}

type ArrayRange = Extract<JsonRange, { kind: 'array' }>;

function insert(text: string, cells: ArrayRange, after: number, cell: string, style: Style): string {
  const lineBreak = style.indent === '' ? '' : style.ending + style.indent.repeat(2);
  const first = cells.items[0];
  if (!first) {
    const close = style.indent === '' ? '' : style.ending + style.indent;
    return splice(text, cells, `[${lineBreak}${cell}${close}]`);
  }
  const before = cells.items[after];
  if (!before) return splice(text, { start: first.start, end: first.start }, `${cell},${lineBreak || ' '}`);
  return splice(text, { start: before.end, end: before.end }, `,${lineBreak || ' '}${cell}`);
}

function remove(text: string, cells: ArrayRange, index: number): string {
  const [previous, range, next] = [cells.items[index - 1], cells.items[index], cells.items[index + 1]];
  if (!range) return text;
  if (next) return splice(text, { start: range.start, end: next.start }, '');
  if (previous) return splice(text, { start: previous.end, end: range.end }, '');
  return splice(text, cells, '[]');
}
