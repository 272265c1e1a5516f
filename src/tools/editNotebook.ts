// NotebookEdit: replaces, inserts or deletes one cell of a Jupyter notebook.
import * as z from 'zod/mini';
import type { Tool } from '../contracts/tool.ts';
import { resolvePath } from '../util/resolvePath.ts';
import { applyChanges } from './applyChanges.ts';
import { type CellChange, changeCell } from './changeCell.ts';
import { parseNotebook } from './notebook.ts';
import { missingFile, mustReadAgain, propose, readBase, requireSeen } from './proposal.ts';
import { pathText, text, toSchema } from './schema.ts';

const INPUT = z.strictObject({
  notebook_path: pathText('Absolute path of the .ipynb file'),
  cell_id: z.optional(text('Id of the cell, as Read shows it; an insertion goes after it, or to the top without one')),
  new_source: text('The whole new source'),
  cell_type: z.optional(z.enum(['code', 'markdown'])),
  edit_mode: z.optional(z.enum(['replace', 'insert', 'delete']).check(z.describe('replace if left out'))),
});
type Input = z.infer<typeof INPUT>;

export const editNotebook: Tool<Input> = {
  name: 'NotebookEdit',
  description:
    'Replaces, inserts or deletes a cell of a Jupyter notebook you have read. Outputs stay until the cell is run again.',
  kind: 'edit',
  input: toSchema(INPUT),
  actions: (input, cwd) => [{ kind: 'write', path: resolvePath(input.notebook_path, cwd) }],
  subject: (input, cwd) => resolvePath(input.notebook_path, cwd),

  async preview(input, context, overlay) {
    const file = resolvePath(input.notebook_path, context.state.cwd);
    if (!/\.ipynb$/i.test(file)) throw new Error(`${file} is not a notebook (.ipynb). Use Edit for other files.`);
    const base = await readBase(file, context, overlay);
    if (base.text === undefined) throw await missingFile(file, context);
    const seen = requireSeen(file, base, context);
    if (seen !== undefined) throw mustReadAgain(file, seen, base.text);
    const notebook = parseNotebook(file, base.text);
    return propose(file, base, changeCell(base.text, notebook, wanted(input), context.call.id), context);
  },

  run(input, context, changes) {
    const file = resolvePath(input.notebook_path, context.state.cwd);
    return applyChanges(file, context, changes, (change) => {
      const notebook = parseNotebook(file, change.before);
      return changeCell(change.before, notebook, wanted(input), context.call.id) === change.after;
    });
  },
};

function wanted(input: Input): CellChange {
  return {
    mode: input.edit_mode ?? 'replace',
    cellId: input.cell_id,
    cellType: input.cell_type,
    source: input.new_source,
  };
}
