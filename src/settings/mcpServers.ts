// The files that name servers of tools, each entry with its place. Nothing is started here.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type ParseError, parse, parseTree } from 'jsonc-parser';
import type { ServerScope } from '../contracts/mcp.ts';
import type { Because } from '../contracts/permission.ts';
import { isObject } from '../util/jsonValue.ts';
import { errorCode, readableError } from '../util/readableError.ts';
import { nodesOf, plainValue } from './jsonNodes.ts';
import { type Found, foundAt } from './loosening.ts';
import { placesIn, tooDeepAt } from './places.ts';
import { settingsText } from './settingsText.ts';

export function mcpFile(root: string): string {
  return path.join(root, '.mcp.json');
}

export function editorMcpFile(root: string): string {
  return path.join(root, '.vscode', 'mcp.json');
}

/** The file beside the person's settings folder, or in it where `CLAUDE_CONFIG_DIR` names one. */
export function userMcpFile(home: string, configDir: string): string {
  return configDir === path.join(home, '.claude') ? `${configDir}.json` : path.join(configDir, '.claude.json');
}

export function managedMcpFile(managedDir: string): string {
  return path.join(managedDir, 'managed-mcp.json');
}

export type ServersPlaces = { root: string; home: string; configDir: string; managedDir: string };
/** `id`: the fingerprint by which an entry of the repository is accepted. */
export type FileEntry = { name: string; scope: ServerScope; file: string; line?: number; entry: unknown; id: string };
export type ServersProblem = { file: string; line?: number; column?: number; because: Because };
/** A question that `.vscode/mcp.json` wants to have put to the person. */
export type ServerInput = { id: string; description?: string; default?: string; password: boolean; options?: string[] };
export type ServersFiles = {
  /** Highest first: managed, local, project, user, editor. */
  entries: FileEntry[];
  problems: ServersProblem[];
  /** The organisation's file is there: only its servers are started. */
  exclusive: boolean;
  /** `disabledMcpServers` of this project. */
  disabled: string[];
  inputs: ServerInput[];
};

/** Never rejects: what cannot be read stands in `problems`. */
export async function readServersFiles({ root, home, configDir, managedDir }: ServersPlaces): Promise<ServersFiles> {
  const userFile = userMcpFile(home, configDir);
  const [managed, user, project, editor] = await Promise.all([
    readJson(managedMcpFile(managedDir)),
    readJson(userFile, LARGEST_OWN),
    readJson(mcpFile(root)),
    readJson(editorMcpFile(root)),
  ]);
  const own = projectOf(user.value, root);
  const problems = [managed, user, project, editor].flatMap(({ problem }) => problem ?? []);
  const entries = [
    ...entriesAt(managed, 'managed', ['mcpServers'], problems),
    ...(own === undefined ? [] : entriesAt(user, 'local', ['projects', own.key, 'mcpServers'], problems)),
    ...entriesAt(project, 'project', ['mcpServers'], problems),
    ...entriesAt(user, 'user', ['mcpServers'], problems),
    ...entriesAt(editor, 'editor', ['servers'], problems),
  ];
  const disabled: unknown = own?.value['disabledMcpServers'];
  return {
    entries,
    problems,
    exclusive: managed.exists,
    disabled: Array.isArray(disabled) ? disabled.filter((name) => typeof name === 'string') : [],
    inputs: inputsOf(isObject(editor.value) ? editor.value['inputs'] : undefined),
  };
}

/** The entries of the repository, for the list of what trust enables. */
export async function mcpServersOf(root: string): Promise<Found[]> {
  const [project, editor] = await Promise.all([readJson(mcpFile(root)), readJson(editorMcpFile(root))]);
  const of = (read: JsonFile, at: string, scope: ServerScope) =>
    entriesAt(read, scope, [at], []).map(({ name, file, line, entry }) =>
      foundAt({ kind: 'mcpServer', name, file }, entry, [at, name], { line }),
    );
  // What is not listed is never accepted, and so never started.
  return [...of(project, 'mcpServers', 'project'), ...of(editor, 'servers', 'editor')];
}

/** The person's file holds what other programs remember as well. */
const LARGEST_OWN = 64 * 1024 * 1024;
/** Of a larger file lines are not looked for: it is read whole, but not node by node. */
const LARGEST_WITH_LINES = 2 * 1024 * 1024;

type JsonFile = { file: string; text: string; exists: boolean; value?: unknown; problem?: ServersProblem };

async function readJson(file: string, largest?: number): Promise<JsonFile> {
  const missing = { file, text: '', exists: false };
  let text: string;
  try {
    const read = largest === undefined ? await settingsText(file) : await ownText(file, largest);
    const tooLarge = { code: 'mcp.config.fileKind', args: { file } };
    if (read === undefined) return { ...missing, exists: true, problem: { file, because: tooLarge } };
    text = read.replace(/^\ufeff/, '');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return missing;
    const because = { code: 'mcp.config.unreadable', args: { file, reason: readableError(error) } };
    return { ...missing, exists: true, problem: { file, because } };
  }
  const found = { file, text, exists: true };
  if (text.trim() === '') return found;
  const deep = tooDeepAt(text);
  if (deep !== undefined) return { ...found, problem: broken(file, text, deep) };
  const plain = quickly(text);
  if (plain !== undefined) return { ...found, value: plain };
  const errors: ParseError[] = [];
  parse(text, errors, { allowTrailingComma: true });
  if (errors[0] !== undefined) return { ...found, problem: broken(file, text, errors[0].offset) };
  const tree = parseTree(text, [], { allowTrailingComma: true });
  return tree === undefined ? found : { ...found, value: plainValue(tree) };
}

function quickly(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // With comments, or broken: that is told by the parser that knows both.
    return undefined;
  }
}

async function ownText(file: string, largest: number): Promise<string | undefined> {
  const text = await readFile(file, 'utf8');
  return text.length > largest ? undefined : text;
}

function broken(file: string, text: string, offset: number): ServersProblem {
  const { line, column } = placesIn(text)(offset);
  const because = { code: 'mcp.config.notJson', args: { file, line: String(line), column: String(column) } };
  return { file, line, column, because };
}

function entriesAt(
  { file, text, value }: JsonFile,
  scope: ServerScope,
  at: string[],
  problems: ServersProblem[],
): FileEntry[] {
  const container = at.slice(0, -1).reduce<unknown>((inner, step) => memberOf(inner, step), value);
  const key = at.at(-1) ?? '';
  const named = memberOf(container, key);
  const lineOf = named === undefined && value === undefined ? () => undefined : linesOf(text);
  const problem = (code: string, path: string[]) => {
    const line = lineOf(path);
    problems.push({ file, ...(line === undefined ? {} : { line }), because: { code, args: { file, key } } });
  };
  const isWhole = scope !== 'user' && scope !== 'local' && value !== undefined;
  if (named === undefined) {
    const other = key === 'mcpServers' ? 'servers' : 'mcpServers';
    if (isWhole && memberOf(value, other) !== undefined) problem(`mcp.config.wrongKey.${key}`, [other]);
    else if (isWhole && !isObject(value)) problem('mcp.config.noServers', []);
    return [];
  }
  if (!isObject(named)) {
    problem('mcp.config.noServers', at);
    return [];
  }
  return Object.entries(named).map(([name, entry]) => {
    const line = lineOf([...at, name]);
    const { loosening } = foundAt({ kind: 'mcpServer', name, file }, entry, at, { line });
    return { name, scope, file, entry, id: loosening.id, ...(line === undefined ? {} : { line }) };
  });
}

function linesOf(text: string): (path: string[]) => number | undefined {
  const tree = text.length > LARGEST_WITH_LINES ? undefined : parseTree(text, [], { allowTrailingComma: true });
  if (tree === undefined) return () => undefined;
  const nodeAt = nodesOf(tree);
  const placeOf = placesIn(text);
  return (path) => {
    const node = nodeAt(path);
    return node === undefined
      ? undefined
      : placeOf(node.parent?.type === 'property' ? node.parent.offset : node.offset).line;
  };
}

function memberOf(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** How the person's file may write the folder: as the system does, or with slashes alone. */
export function projectKeys(root: string): string[] {
  return [...new Set([root, root.replaceAll('\\', '/')])];
}

function projectOf(value: unknown, root: string): { key: string; value: Record<string, unknown> } | undefined {
  const projects = memberOf(value, 'projects');
  for (const key of projectKeys(root)) {
    const found = memberOf(projects, key);
    if (isObject(found)) return { key, value: found };
  }
  return undefined;
}

function inputsOf(value: unknown): ServerInput[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isObject).flatMap((input): ServerInput[] => {
    const { id, description, default: usual, password, options } = input;
    if (typeof id !== 'string') return [];
    const texts = Array.isArray(options)
      ? options.flatMap((one: unknown) => {
          const said = isObject(one) ? one['value'] : one;
          return typeof said === 'string' ? [said] : [];
        })
      : undefined;
    return [
      {
        id,
        password: password === true,
        ...(typeof description === 'string' ? { description } : {}),
        ...(typeof usual === 'string' ? { default: usual } : {}),
        ...(texts === undefined ? {} : { options: texts }),
      },
    ];
  });
}
