// mcp__ide__getDiagnostics: the problems that the editor shows.
import { fileURLToPath } from 'node:url';
import * as z from 'zod/mini';
import type { Tool } from '../contracts/tool.ts';
import { pathFault, resolvePath } from '../util/resolvePath.ts';
import { textOutput } from './output.ts';
import { sayDiagnostic } from './sayDiagnostic.ts';
import { toSchema } from './schema.ts';

const INPUT = z.strictObject({
  uri: z.optional(
    z.string().check((context) => {
      const fault = pathOf(context.value).fault;
      if (fault !== undefined) context.issues.push({ code: 'custom', input: context.value, message: fault });
    }, z.describe('A path or file:// URI; all files read or edited so far if left out')),
  ),
});
type Input = z.infer<typeof INPUT>;

const SHOWN = 100;

export const getDiagnostics: Tool<Input> = {
  name: 'mcp__ide__getDiagnostics',
  description: 'Lists errors and warnings that the editor reports (compilers, linters).',
  kind: 'read',
  input: toSchema(INPUT),
  actions: (input, cwd) =>
    input.uri === undefined ? [{ kind: 'nothing' }] : [{ kind: 'read', path: fileOf(input.uri, cwd) }],
  subject: (input, cwd) => (input.uri === undefined ? 'files read or edited so far' : fileOf(input.uri, cwd)),

  async run(input, context) {
    const files = input.uri === undefined ? [...context.state.seen.keys()] : [fileOf(input.uri, context.state.cwd)];
    if (files.length === 0) return textOutput('No file was read or edited yet; name one by uri.');
    const found = await context.workspace.diagnostics(files, true);
    const of = files.length === 1 ? files[0] : `the ${files.length} files read or edited so far`;
    if (found.length === 0)
      return textOutput(`The editor reports no problems in ${of}. It may know little about files that are not open.`);
    const more = found.length > SHOWN ? [`… and ${found.length - SHOWN} more.`] : [];
    return textOutput([...found.slice(0, SHOWN).map(sayDiagnostic), ...more].join('\n'));
  },
};

function pathOf(uri: string): { path: string; fault: string | undefined } {
  if (!uri.startsWith('file:')) return { path: uri, fault: pathFault(uri) };
  try {
    return { path: fileURLToPath(uri), fault: undefined };
  } catch (error) {
    return { path: '', fault: `not a usable file URI (${error instanceof Error ? error.message : String(error)})` };
  }
}

function fileOf(uri: string, cwd: string): string {
  return resolvePath(pathOf(uri).path, cwd);
}
