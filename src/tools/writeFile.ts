// Write: creates a file, or replaces the whole text of one.
import * as z from 'zod/mini';
import type { Tool } from '../contracts/tool.ts';
import { resolvePath } from '../util/resolvePath.ts';
import { applyChanges } from './applyChanges.ts';
import { mustReadAgain, propose, readBase, requireSeen } from './proposal.ts';
import { pathText, text, toSchema } from './schema.ts';

const INPUT = z.strictObject({ file_path: pathText('Absolute path'), content: text('The whole new content') });
type Input = z.infer<typeof INPUT>;

export const writeFile: Tool<Input> = {
  name: 'Write',
  description:
    'Creates a file, or replaces the whole content of one that you have read in this conversation. Prefer Edit for changes. Missing folders are made.',
  kind: 'edit',
  input: toSchema(INPUT),
  actions: (input, cwd) => [{ kind: 'write', path: resolvePath(input.file_path, cwd) }],
  subject: (input, cwd) => resolvePath(input.file_path, cwd),

  async preview(input, context, overlay) {
    const file = resolvePath(input.file_path, context.state.cwd);
    const base = await readBase(file, context, overlay);
    if (base.before === undefined) {
      const bom = input.content.startsWith(BOM);
      const created = { ...base, encoding: { ...base.encoding, bom: bom || base.encoding.bom } };
      return propose(file, created, bom ? input.content.slice(1) : input.content, context);
    }
    const seen = requireSeen(file, base, context);
    if (seen !== undefined) throw mustReadAgain(file, seen, base.before);
    return propose(file, base, fitted(input.content, base.before, base.encoding.bom), context);
  },

  run(input, context, changes) {
    return applyChanges(resolvePath(input.file_path, context.state.cwd), context, changes, (change) => {
      if (change.kind === 'create') return change.after === input.content.replace(/^\uFEFF/, '');
      return change.after === fitted(input.content, change.before, change.encoding.bom);
    });
  },
};

const BOM = '\uFEFF';

/** The model writes LF; a file whose lines all end in CRLF stays one. A byte order mark that is kept anyway is not doubled. */
function fitted(content: string, before: string, bom: boolean): string {
  const plain = bom && content.startsWith(BOM) ? content.slice(1) : content;
  const allCrlf = before.includes('\n') && !/(?:^|[^\r])\n/.test(before);
  return allCrlf && !plain.includes('\r') ? plain.replaceAll('\n', '\r\n') : plain;
}
