// Grep: searches the contents of files.
import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod/mini';
import type { Tool, ToolContext } from '../contracts/tool.ts';
import { resolvePath, showPath } from '../util/resolvePath.ts';
import { cutEnd } from '../util/truncate.ts';
import type { ToolOptions } from './options.ts';
import { textOutput } from './output.ts';
import { count, flag, pathText, text, toSchema } from './schema.ts';
import { type SearchEnd, sayEnd, search } from './search.ts';

const INPUT = z.strictObject({
  pattern: text('Regular expression, ripgrep syntax'),
  path: z.optional(pathText('File or folder; the current folder if left out')),
  glob: z.optional(text('Only files that match, for example *.{ts,tsx}')),
  type: z.optional(text('Only files of a type, for example ts, py, rust')),
  output_mode: z.optional(
    z.enum(['content', 'files_with_matches', 'count']).check(z.describe('files_with_matches if left out')),
  ),
  '-i': flag('Ignore case'),
  '-n': flag('Line numbers with content; on if left out'),
  '-A': count('Lines after a match'),
  '-B': count('Lines before a match'),
  '-C': count('Lines around a match'),
  multiline: flag('Let the pattern span lines'),
  head_limit: count('Most lines or files to show, 200 if left out', 1),
  offset: count('Lines or files to skip'),
});
type Input = z.infer<typeof INPUT>;

const LINES = 200;
const TOTAL_LENGTH = 30_000;
/** What is searched without being asked for is cut in the result, never in the search. */
const LINE_LENGTH = 500;

export function createGrep(options: ToolOptions): Tool<Input> {
  return {
    name: 'Grep',
    description:
      'Searches file contents with ripgrep, .gitignore respected. It reads the disk: unsaved editor text is not seen. Prefer it to grep or rg in Bash.',
    kind: 'read',
    input: toSchema(INPUT),
    actions: (input, cwd) => [{ kind: 'search', path: resolvePath(input.path ?? '.', cwd) }],
    subject: (input, cwd) => resolvePath(input.path ?? '.', cwd),

    async run(input, context) {
      const target = resolvePath(input.path ?? '.', context.state.cwd);
      const facts = await stat(target).catch(() => undefined);
      if (!facts) throw new Error(`path: ${target} does not exist or cannot be opened.`);
      const cwd = facts.isDirectory() ? target : path.dirname(target);
      const limit = input.head_limit ?? LINES;
      const offset = input.offset ?? 0;
      const found = await readableRecords(
        await options.ripgrep(),
        argumentsOf(input, target),
        cwd,
        offset + limit,
        options,
        context,
        target,
      );
      const shown = found.records.slice(offset, offset + limit);
      const body = present(shown, input, context.root);
      const cut = body.length > TOTAL_LENGTH;
      const lines = [
        shown.length === 0 ? nothing(input, target, found.records.length) : `Paths are relative to ${context.root}.`,
        cut ? cutEnd(body, TOTAL_LENGTH) : body,
        cut ? '[Cut here: the result is too long. Narrow the search.]' : undefined,
        !cut && (found.end === 'enough' || found.records.length > offset + limit)
          ? `[More follows; go on with offset ${offset + shown.length}, or narrow the search.]`
          : undefined,
        sayEnd(found.end),
      ];
      return textOutput(lines.filter(Boolean).join('\n'));
    },
  };
}

function argumentsOf(input: Input, target: string): string[] {
  const mode = input.output_mode ?? 'files_with_matches';
  const args = ['--hidden', '--no-messages', '--null', '--color=never', '--with-filename', '--no-heading'];
  if (mode === 'files_with_matches') args.push('--files-with-matches', '--sortr=modified');
  else args.push('--sort=path');
  if (mode === 'count') args.push('--count');
  if (mode === 'content') {
    args.push(
      `--max-columns=${LINE_LENGTH}`,
      '--max-columns-preview',
      input['-n'] === false ? '--no-line-number' : '--line-number',
    );
    for (const [option, lines] of [
      ['-A', input['-A']],
      ['-B', input['-B']],
      ['-C', input['-C']],
    ] as const) {
      if (lines !== undefined) args.push(`${option}${lines}`);
    }
  }
  if (input['-i']) args.push('--ignore-case');
  if (input.multiline) args.push('--multiline', '--multiline-dotall');
  if (input.glob !== undefined) args.push(`--glob=${input.glob}`);
  if (input.type !== undefined) args.push(`--type=${input.type}`);
  args.push('--glob=!**/.git', `--regexp=${input.pattern}`, '--', target);
  return args;
}

/** `file` is absent in the line that separates two groups of lines. */
type Record = { file: string | undefined; rest: string };

/** At least `wanted` records of files that may be read, if there are as many; a rule that hides files makes it look further. */
async function readableRecords(
  program: string,
  args: string[],
  cwd: string,
  wanted: number,
  options: ToolOptions,
  context: ToolContext,
  target: string,
) {
  const fileNames = args.includes('--files-with-matches');
  for (let most = wanted + 1; ; most *= 10) {
    const records: Record[] = [];
    let length = 0;
    const result = await search(program, args, fileNames ? '\0' : '\n', { cwd, signal: context.signal }, (record) => {
      records.push(fileNames ? { file: record, rest: '' } : split(record));
      if (records.length > wanted) length += record.length;
      return records.length < most && length < TOTAL_LENGTH * 10;
    });
    if (result.errors !== '') throw new Error(sayFault(result.errors));
    const files = [...new Set(records.map((record) => record.file).filter((file) => file !== undefined))];
    const denied = await options.deniedForReading(files, context, target);
    const readable = records.filter(({ file }) => file === undefined || !denied.has(file));
    if (result.end !== 'enough' || readable.length > wanted || length >= TOTAL_LENGTH * 10) {
      return { records: readable, end: result.end satisfies SearchEnd };
    }
  }
}

function split(line: string): Record {
  const binary = /^(.*): (binary file matches) /.exec(line);
  if (binary) return { file: binary[1] ?? '', rest: `[${binary[2]}]` };
  const at = line.indexOf('\0');
  return at === -1 ? { file: undefined, rest: line } : { file: line.slice(0, at), rest: line.slice(at + 1) };
}

/** Contents under a heading a file, so that a path is paid for once. */
function present(records: Record[], input: Input, root: string): string {
  const name = (file: string | undefined) => showPath(file ?? '', root);
  if ((input.output_mode ?? 'files_with_matches') === 'files_with_matches')
    return records.map(({ file }) => name(file)).join('\n');
  if (input.output_mode === 'count') return records.map(({ file, rest }) => `${name(file)}: ${rest}`).join('\n');
  const lines: string[] = [];
  let heading: string | undefined;
  records.forEach(({ file, rest }, index) => {
    if (file === undefined) {
      // A separator speaks only between two groups of the same file.
      if (heading !== undefined && records[index + 1]?.file === heading) lines.push('--');
      return;
    }
    if (file !== heading) lines.push(...(heading === undefined ? [] : ['']), name(file));
    heading = file;
    lines.push(rest.replace(/\r$/, ''));
  });
  return lines.join('\n');
}

function nothing(input: Input, target: string, found: number): string {
  if (found > 0) return `Nothing more: the search found ${found} in all.`;
  return `Nothing in ${target} matches ${input.pattern}.`;
}

function sayFault(errors: string): string {
  const text = errors.replace(/^rg: /gm, '');
  if (/look-?around|backreference/i.test(text))
    return `pattern: look-around and backreferences are not supported.\n${text}`;
  if (/unrecognized file type/i.test(text)) return `type: ${text}. Use glob instead, for example *.ts.`;
  return /regex|parse error/i.test(text) ? `pattern: not a valid regular expression.\n${text}` : text;
}
