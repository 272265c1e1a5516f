// Glob: finds files by name, newest first.
import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod/mini';
import type { Tool } from '../contracts/tool.ts';
import { resolvePath, showPath } from '../util/resolvePath.ts';
import type { ToolOptions } from './options.ts';
import { textOutput } from './output.ts';
import { pathText, text, toSchema } from './schema.ts';
import { sayEnd, search } from './search.ts';

const INPUT = z.strictObject({
  pattern: text('For example **/*.test.ts or src/**/{a,b}.css; without a slash it matches in every folder'),
  path: z.optional(pathText('Folder to search; the current one if left out')),
});
type Input = z.infer<typeof INPUT>;

const LIMIT = 100;

export function createGlob(options: ToolOptions): Tool<Input> {
  return {
    name: 'Glob',
    description:
      'Finds files by glob pattern, newest first, 100 at most. Hidden and ignored files are included; .git and node_modules only if named.',
    kind: 'read',
    input: toSchema(INPUT),
    actions: (input, cwd) => [{ kind: 'search', path: target(input, cwd).folder }],
    subject: (input, cwd) => target(input, cwd).folder,

    async run(input, context) {
      const { folder, pattern } = target(input, context.state.cwd);
      if (pattern === '' || pattern.startsWith('!'))
        throw new Error('pattern: expected a glob such as **/*.ts; it cannot be empty or begin with "!".');
      if (pattern.split('/').includes('..'))
        throw new Error('pattern: ".." is not matched; name the folder in path instead.');
      await requireFolder(folder);
      const keepIgnored = context.env['CLAUDE_CODE_GLOB_NO_IGNORE'] !== 'false';
      const found: string[] = [];
      const result = await search(
        await options.ripgrep(),
        [
          ...[
            '--files',
            '--null',
            '--hidden',
            '--no-messages',
            '--sortr=modified',
            ...(keepIgnored ? ['--no-ignore'] : []),
          ],
          ...[`--glob=${pattern}`, ...leaveOut(folder, pattern), '--', folder],
        ],
        '\0',
        { cwd: folder, signal: context.signal },
        (file) => found.push(file) <= LIMIT * 10,
      );
      if (result.errors !== '') throw new Error(`pattern: ${result.errors.replace(/^rg: /, '')}`);
      const hidden = await options.deniedForReading(found, context);
      const readable = found.filter((file) => !hidden.has(file));
      const shown = readable.slice(0, LIMIT).map((file) => showPath(file, context.root));
      if (shown.length === 0)
        return textOutput([`No file in ${folder} matches ${pattern}.`, sayEnd(result.end)].filter(Boolean).join('\n'));
      const lines = [`Paths are relative to ${context.root}.`, ...shown];
      if (readable.length > LIMIT || result.end === 'enough')
        lines.push(`[Only the newest ${shown.length} are listed; narrow the pattern for others.]`);
      return textOutput([...lines, sayEnd(result.end)].filter(Boolean).join('\n'));
    },
  };
}

/** An absolute pattern names its folder itself: the part before the first wildcard. */
function target(input: Input, cwd: string): { folder: string; pattern: string } {
  const plain = process.platform === 'win32' ? input.pattern.replaceAll('\\', '/') : input.pattern;
  const home = /^~\//.test(plain);
  if (!path.isAbsolute(plain) && !home) return { folder: resolvePath(input.path ?? '.', cwd), pattern: plain };
  const parts = plain.split('/');
  const wild = parts.findIndex((part) => /[*?[\]{}]/.test(part));
  const split = wild === -1 ? parts.length - 1 : wild;
  return {
    folder: resolvePath(parts.slice(0, split).join('/') || '/', cwd),
    pattern: `/${parts.slice(split).join('/')}`,
  };
}

/** Folders that nobody means unless they say so, and that would fill the list. */
function leaveOut(folder: string, pattern: string): string[] {
  return ['.git', 'node_modules']
    .filter((name) => !`${folder}/${pattern}`.split(/[/\\]/).includes(name))
    .map((name) => `--glob=!**/${name}`);
}

/** Throws unless the path is a folder. */
export async function requireFolder(folder: string): Promise<void> {
  const facts = await stat(folder).catch(() => undefined);
  if (!facts) throw new Error(`path: ${folder} does not exist.`);
  if (!facts.isDirectory()) throw new Error(`path: ${folder} is a file; name its folder, or use Read.`);
}
