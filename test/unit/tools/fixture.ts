// What the tests of the tools share: a real folder, and a context around it.
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { rgPath } from '@vscode/ripgrep';
import type { Change } from '../../../src/contracts/edit.ts';
import type { AnyTool, ToolContext, ToolOutput } from '../../../src/contracts/tool.ts';
import type { Workspace } from '../../../src/contracts/workspace.ts';
import { editFunctions } from '../../../src/edits/functions.ts';
import { writeAtomically } from '../../../src/edits/writeAtomically.ts';
import { createTools, type ToolOptions } from '../../../src/tools/index.ts';
import { errorCode } from '../../../src/util/readableError.ts';

export async function tempFolder(t: TestContext): Promise<string> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'tools-')));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The files of the disk, with no editor in front of them. */
export const diskWorkspace: Workspace = {
  async readText(file) {
    try {
      const decoded = editFunctions.decode(await readFile(file));
      return decoded ? { ...decoded, dirty: false } : { problem: 'binary' };
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return { problem: 'missing' };
      if (errorCode(error) === 'EISDIR') return { problem: 'folder' };
      throw error;
    }
  },
  readBytes: (file) => readFile(file),
  async write(change) {
    const bytes = editFunctions.encode(change.after, change.encoding);
    const expected = change.kind === 'create' ? 'missing' : editFunctions.encode(change.before, change.encoding);
    if ((await writeAtomically(change.path, bytes, expected)) === 'changed') throw new Error('changed meanwhile');
    return { path: change.path, target: 'disk', merged: false, after: change.after };
  },
  diagnostics: async () => [],
};

export type Fixture = {
  context: ToolContext;
  /** What was passed on while tools ran. */
  progress: string[];
  abort: AbortController;
  tool(name: string): AnyTool;
  /** Parses the input as the loop does, then runs; an edit is previewed and accepted whole. */
  run(name: string, input: unknown): Promise<ToolOutput>;
  preview(name: string, input: unknown, overlay?: ReadonlyMap<string, string>): Promise<Change[]>;
};

export type FixtureOptions = Partial<
  Pick<ToolContext, 'workspace' | 'env' | 'workingDirectories' | 'ask' | 'askModel' | 'decision'>
> & {
  denied?: (path: string) => boolean;
  ripgrep?: () => Promise<string>;
  web?: ToolOptions['web'];
};

export function fixture(root: string, options: FixtureOptions = {}): Fixture {
  const tools = createTools({
    ripgrep: options.ripgrep ?? (async () => rgPath),
    platform: process.platform,
    deniedForReading: (paths) => new Set(paths.filter((one) => options.denied?.(one))),
    ...(options.web === undefined ? {} : { web: options.web }),
  });
  const abort = new AbortController();
  const progress: string[] = [];
  const context: ToolContext = {
    call: { type: 'toolUse', id: 'call-1', name: 'any', input: {} },
    root,
    workingDirectories: options.workingDirectories ?? [root],
    state: { cwd: root, seen: new Map(), todos: [], background: new Map(), created: new Set() },
    workspace: options.workspace ?? diskWorkspace,
    edits: editFunctions,
    signal: abort.signal,
    progress: (text) => progress.push(text),
    ask: options.ask ?? (() => Promise.reject(new Error('nobody is here to answer'))),
    askModel: options.askModel ?? (() => Promise.reject(new Error('no model is here to answer'))),
    ...(options.decision === undefined ? {} : { decision: options.decision }),
    env: options.env ?? process.env,
  };
  const tool = (name: string) => {
    const found = tools.find((one) => one.name === name);
    if (!found) throw new Error(`no tool ${name}`);
    return found;
  };
  const preview = async (name: string, input: unknown, overlay: ReadonlyMap<string, string> = new Map()) =>
    (await tool(name).preview?.(tool(name).input.parse(input), context, overlay)) ?? [];
  return {
    context,
    progress,
    abort,
    tool,
    preview,
    async run(name, input) {
      const changes = tool(name).kind === 'edit' ? await preview(name, input) : [];
      return tool(name).run(tool(name).input.parse(input), context, changes);
    },
  };
}

/** The text blocks of a result. */
export function textOf(output: ToolOutput): string {
  return output.content.map((block) => (block.type === 'text' ? block.text : `<${block.mediaType}>`)).join('\n');
}
