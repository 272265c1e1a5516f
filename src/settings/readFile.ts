// One settings file: strict JSON, each fault with its place, and what can still be relied on when there is one.
import { readFile, stat } from 'node:fs/promises';
import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Because, Behavior, Rule, SettingsScope } from '../contracts/permission.ts';
import type { SettingsProblem } from '../contracts/settings.ts';
import { splitRule } from '../util/ruleSyntax.ts';
import {
  EXPECTED,
  KEYS,
  type KeyName,
  PERMISSION_KEYS,
  type PermissionKey,
  type PermissionValues,
  type Values,
} from './schema.ts';

export type FileSource = {
  scope: SettingsScope;
  file: string /** Where `/path` rules of the file start. */;
  anchor: string;
};

export type SettingsFile = {
  source: FileSource;
  exists: boolean;
  rules: Rule[];
  values: Values;
  permissions: PermissionValues;
  problems: SettingsProblem[];
  /** 'syntax': not JSON; 'field': a key has a value it cannot have; 'unreadable': the system refused. */
  fault: 'syntax' | 'field' | 'unreadable' | undefined;
};

const BEHAVIORS = ['deny', 'ask', 'allow'] as const;
const LOOSENING: ReadonlySet<string> = new Set(['env', 'additionalDirectories', 'defaultMode']);

const LARGEST_BYTES = 4 * 1024 * 1024;

/** Never rejects. A file that is not there is an empty one. */
export async function readSettingsFile(source: FileSource): Promise<SettingsFile> {
  try {
    const facts = await stat(source.file);
    // A repository can hold a link to a device that never ends.
    const usual = facts.isFile() ? facts.size <= LARGEST_BYTES : facts.isDirectory();
    if (!usual) return unreadable(source, { code: 'settings.notAFile', args: { file: source.file } });
    return parseSettings(await readFile(source.file, 'utf8'), source);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (code === 'ENOENT' || code === 'ENOTDIR')
      return { source, rules: [], values: {}, permissions: {}, exists: false, problems: [], fault: undefined };
    return unreadable(source, { code: 'settings.unreadable', args: { file: source.file, detail: code } });
  }
}

function unreadable(source: FileSource, because: Because): SettingsFile {
  const problems = [{ file: source.file, scope: source.scope, because }];
  return { source, rules: [], values: {}, permissions: {}, exists: true, problems, fault: 'unreadable' };
}

/** What a file below the organisation's may loosen is dropped as soon as the file has a fault (decisions 1). */
export function parseSettings(text: string, source: FileSource): SettingsFile {
  const body = text.startsWith('\ufeff') ? text.slice(1) : text;
  const found: SettingsFile = {
    source,
    exists: true,
    rules: [],
    values: {},
    permissions: {},
    problems: [],
    fault: undefined,
  };
  const reader: Reader = { body, source, found };
  const errors: ParseError[] = [];
  const root = parseTree(body, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  const first = errors[0];
  if (first !== undefined) reportSyntax(first, reader);
  else if (root?.type !== 'object') fault(reader, 'syntax', 0, 'settings.notAnObject', {});
  if (root?.type === 'object') {
    reportTwice(root, reader);
    for (const [key, value] of members(root)) {
      if (key.value === 'permissions' && value.type === 'object') readPermissions(value, reader);
      else readKey(key, value, reader);
    }
  }
  return source.scope === 'managed' || found.fault === undefined ? found : withoutLoosening(found);
}

type Reader = { body: string; source: FileSource; found: SettingsFile };

function withoutLoosening(found: SettingsFile): SettingsFile {
  const keep = <T extends object>(values: T): T =>
    // Of a text that is not JSON nothing but the rules can be relied on.
    Object.fromEntries(
      Object.entries(values).filter(
        ([key]) => !LOOSENING.has(key) && (found.fault === 'field' || key.startsWith('disable')),
      ),
    ) as T;
  return {
    ...found,
    rules: found.rules.filter((rule) => rule.behavior !== 'allow'),
    values: keep(found.values),
    permissions: keep(found.permissions),
  };
}

function members(node: Node): Array<[Node, Node]> {
  return (node.children ?? []).flatMap((property): Array<[Node, Node]> => {
    const [key, value] = property.children ?? [];
    return key !== undefined && value !== undefined ? [[key, value]] : [];
  });
}

/** The two faults that other readers of JSON forgive are called by their name. */
function reportSyntax({ error, offset }: ParseError, reader: Reader): void {
  const before = reader.body.slice(0, offset).trimEnd();
  const closes = /^[\]}]/.test(reader.body.slice(offset));
  if (printParseErrorCode(error) === 'InvalidCommentToken') fault(reader, 'syntax', offset, 'settings.comment', {});
  else if (closes && before.endsWith(',')) fault(reader, 'syntax', before.length - 1, 'settings.trailingComma', {});
  else fault(reader, 'syntax', offset, 'settings.notJson', {});
}

/** The second one would win in silence, and with it the rules of the first would be gone. */
function reportTwice(object: Node, reader: Reader): void {
  const seen = new Set<unknown>();
  for (const [key] of members(object)) {
    if (seen.has(key.value)) fault(reader, 'field', key.offset, 'settings.keyTwice', { key: String(key.value) });
    seen.add(key.value);
  }
}

function readPermissions(node: Node, reader: Reader): void {
  reportTwice(node, reader);
  for (const [key, value] of members(node)) {
    const behavior = BEHAVIORS.find((candidate) => candidate === key.value);
    if (behavior !== undefined) readRules(behavior, value, reader);
    else if (isPermissionKey(key.value)) {
      const checked = PERMISSION_KEYS[key.value].safeParse(plainValue(value));
      if (checked.success) Object.assign(reader.found.permissions, { [key.value]: checked.data });
      else wrongValue(reader, value, key.value, `permissions.${key.value}`);
    }
  }
}

function readRules(behavior: Behavior, list: Node, reader: Reader): void {
  if (list.type !== 'array') {
    wrongValue(reader, list, behavior, `permissions.${behavior}`);
    // One rule where a list should be: for deny and ask it is clear what was meant.
    if (list.type === 'string' && behavior !== 'allow') addRule(behavior, list, reader);
    return;
  }
  for (const entry of list.children ?? []) {
    if (entry.type === 'string' && splitRule(String(entry.value)) !== undefined) addRule(behavior, entry, reader);
    else problem(reader, entry.offset, { code: 'settings.badRule', args: { rule: String(entry.value ?? entry.type) } });
  }
}

function addRule(behavior: Behavior, entry: Node, { source, body, found }: Reader): void {
  const { scope, file, anchor } = source;
  found.rules.push({
    behavior,
    text: String(entry.value),
    scope,
    file,
    line: placeOf(body, entry.offset).line,
    anchor,
  });
}

function readKey(key: Node, value: Node, reader: Reader): void {
  if (!isKeyName(key.value)) return;
  const checked = KEYS[key.value].safeParse(plainValue(value));
  if (checked.success) Object.assign(reader.found.values, { [key.value]: checked.data });
  else wrongValue(reader, value, key.value, key.value);
}

function wrongValue(reader: Reader, value: Node, key: KeyName | PermissionKey, shown: string): void {
  fault(reader, 'field', value.offset, 'settings.wrongValue', { key: shown, expected: EXPECTED[key] });
}

function fault(
  reader: Reader,
  kind: 'syntax' | 'field',
  offset: number,
  code: string,
  args: Record<string, string>,
): void {
  reader.found.fault = reader.found.fault === 'syntax' ? 'syntax' : kind;
  problem(reader, offset, { code, args });
}

/** Every message can name file, line and column. */
function problem({ source, body, found }: Reader, offset: number, because: Because): void {
  const { line, column } = placeOf(body, offset);
  const args = { file: source.file, line: String(line), column: String(column), ...because.args };
  found.problems.push({ file: source.file, scope: source.scope, line, column, because: { code: because.code, args } });
}

/** Both count from 1; columns are UTF-16 units, as editors count. */
export function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const start = Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r')) + 1;
  return { line: before.split(/\r\n|\r|\n/).length, column: offset - start + 1 };
}

function plainValue(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(plainValue);
  if (node.type === 'object')
    return Object.fromEntries(members(node).map(([key, value]) => [key.value, plainValue(value)]));
  return node.value;
}

function isKeyName(key: unknown): key is KeyName {
  return typeof key === 'string' && Object.hasOwn(KEYS, key);
}

function isPermissionKey(key: unknown): key is PermissionKey {
  return typeof key === 'string' && Object.hasOwn(PERMISSION_KEYS, key);
}
