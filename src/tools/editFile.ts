// Edit: replaces a text in a file by another, exactly.
import * as z from 'zod/mini';
import type { Tool } from '../contracts/tool.ts';
import { resolvePath } from '../util/resolvePath.ts';
import { applyChanges } from './applyChanges.ts';
import { missingFile, mustReadAgain, propose, readBase, requireSeen } from './proposal.ts';
import { replaceText } from './replaceText.ts';
import { flag, pathText, text, toSchema } from './schema.ts';

const INPUT = z.strictObject({
  file_path: pathText('Absolute path'),
  old_string: text('Exact text to find, without line numbers'),
  new_string: text('Text to put in its place'),
  replace_all: flag('Replace every occurrence'),
});
type Input = z.infer<typeof INPUT>;

export const editFile: Tool<Input> = {
  name: 'Edit',
  description:
    'Replaces old_string by new_string in a file you have read in this conversation. old_string must match exactly, indentation included, and be unique unless replace_all is set. Line endings of the file are kept. The user may review and adjust the edit; the result says what was written.',
  kind: 'edit',
  input: toSchema(INPUT),
  actions: (input, cwd) => [{ kind: 'write', path: resolvePath(input.file_path, cwd) }],
  subject: (input, cwd) => resolvePath(input.file_path, cwd),

  async preview(input, context, overlay) {
    if (input.old_string === input.new_string)
      throw new Error('old_string and new_string are the same; there is nothing to change.');
    const file = resolvePath(input.file_path, context.state.cwd);
    const base = await readBase(file, context, overlay);
    if (base.text === undefined) {
      if (input.old_string === '') return propose(file, base, input.new_string, context);
      throw await missingFile(file, context);
    }
    if (input.old_string === '') {
      throw new Error(
        `old_string is empty, but ${file} exists. Name the text to replace, or use Write for the whole file.`,
      );
    }
    const seen = requireSeen(file, base, context);
    const result = replaceText(base.text, input.old_string, input.new_string, input.replace_all ?? false);
    if (seen === undefined) {
      if ('fault' in result) throw new Error(`${file}: ${result.fault}`);
      return propose(file, base, result.after, context);
    }
    // Changed behind the model's back: good only if the same edit on what it saw, merged with those changes, is this edit.
    const meant = replaceText(seen, input.old_string, input.new_string, input.replace_all ?? false);
    const merged = 'fault' in meant ? undefined : context.edits.merge(seen, meant.after, base.text);
    if ('fault' in result || merged !== result.after) throw mustReadAgain(file, seen, base.text);
    return propose(file, base, result.after, context);
  },

  run(input, context, changes) {
    return applyChanges(resolvePath(input.file_path, context.state.cwd), context, changes, (change) => {
      if (change.kind === 'create') return change.after === input.new_string;
      const again = replaceText(change.before, input.old_string, input.new_string, input.replace_all ?? false);
      return 'after' in again && again.after === change.after;
    });
  },
};
