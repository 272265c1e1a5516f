// One settings file: strict JSON, each fault with its place, and what can still be relied on when there is one.
import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Because, Behavior, Rule, SettingsScope } from '../contracts/permission.ts';
import { splitRule } from '../util/ruleSyntax.ts';
import { cutEnd } from '../util/truncate.ts';
import { onlyCaps, withReadableCaps } from './costCaps.ts';
import { expected } from './expected.ts';
import { members, nodesOf, plainValue } from './jsonNodes.ts';
import {
  HELPERS,
  MANAGED_ONLY,
  NOT_FROM_LOCAL,
  NOT_FROM_PROJECT,
  OTHER_LOOSENING,
  STRICT_WHEN_WRONG,
} from './keyRoles.ts';
import { mayConfigureLogin } from './login.ts';
import { type Place, placesIn, tooDeepAt } from './places.ts';
import { recoverRules } from './recover.ts';
import { KEYS, type KeyName, PERMISSION_KEYS, type PermissionKey, type Values } from './schema.ts';
import { emptyFile, type FileSource, type SettingsFile, unreadable } from './settingsFile.ts';
import { settingsText } from './settingsText.ts';

const BEHAVIORS = ['deny', 'ask', 'allow'] as const;
/** What a file with a fault no longer gives. */
const LOOSENING: ReadonlySet<string> = new Set([
  ...['env', 'additionalDirectories', 'defaultMode', 'hooks', 'sandbox'],
  ...HELPERS,
  ...OTHER_LOOSENING,
]);
/** Of a text of the file in a message, in characters. */
const LONGEST_SHOWN = 300;
/** What holds back, and so is kept of a text that is not JSON throughout. */
const TIGHTENING = /^(disable|denied|allowManaged)/;

/** Never rejects. A file that is not there is an empty one. */
export async function readSettingsFile(source: FileSource): Promise<SettingsFile> {
  try {
    const text = await settingsText(source.file);
    if (text === undefined) return unreadable(source, { code: 'settings.notAFile', args: { file: source.file } });
    return parseSettings(text, source);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return emptyFile(source);
    return unreadable(source, { code: 'settings.unreadable', args: { file: source.file, detail: code } });
  }
}

/** What a file below the organisation's may loosen is dropped as soon as the file has a fault (decisions 1). */
export function parseSettings(text: string, source: FileSource): SettingsFile {
  const body = text.startsWith('\ufeff') ? text.slice(1) : text;
  const found: SettingsFile = { ...emptyFile(source), exists: true };
  const placeOf = placesIn(body);
  const reader: Reader = { body, source, found, placeOf };
  const errors: ParseError[] = [];
  // A text that is made to exhaust its reader is read up to there.
  const deep = tooDeepAt(body);
  if (deep !== undefined) fault(reader, 'syntax', deep, 'settings.tooDeep', {});
  const root = parseTree(body.slice(0, deep), errors, {
    disallowComments: true,
    allowTrailingComma: false,
    allowEmptyContent: false,
  });
  const first = errors[0];
  if (first !== undefined && deep === undefined) reportSyntax(first, reader);
  else if (root?.type !== 'object') fault(reader, 'syntax', 0, 'settings.notAnObject', {});
  if (root?.type === 'object') {
    const nodeAt = nodesOf(root);
    found.lineOf = (path) => {
      const node = nodeAt(path);
      return node === undefined ? undefined : placeOf(node.offset).line;
    };
    reportTwice(root, reader);
    for (const [key, value] of members(root)) {
      if (key.value === 'permissions' && value.type === 'object') readPermissions(value, reader);
      else readKey(key, value, reader);
    }
  }
  if (found.fault === 'syntax') addRecovered(reader);
  return source.scope === 'managed' || found.fault === undefined ? found : withoutLoosening(found);
}

type Reader = { body: string; source: FileSource; found: SettingsFile; placeOf(offset: number): Place };

function withoutLoosening(found: SettingsFile): SettingsFile {
  const keep = <T extends object>(values: T): T =>
    // Of a text that is not JSON nothing but the rules can be relied on.
    Object.fromEntries(
      Object.entries(values).filter(
        ([key]) => !LOOSENING.has(key) && (found.fault === 'field' || TIGHTENING.test(key)),
      ),
    ) as T;
  return {
    ...found,
    rules: found.rules.filter((rule) => rule.behavior !== 'allow'),
    values: { ...keep(found.values), ...(found.fault === 'field' ? {} : onlyCaps(found.values.assent)) },
    permissions: keep(found.permissions),
  };
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
    if (seen.has(key.value))
      fault(reader, 'field', key.offset, 'settings.keyTwice', { key: cutEnd(String(key.value), LONGEST_SHOWN) });
    seen.add(key.value);
  }
}

function readPermissions(node: Node, reader: Reader): void {
  reportTwice(node, reader);
  for (const [key, value] of members(node)) {
    const behavior = BEHAVIORS.find((candidate) => candidate === key.value);
    if (isPermissionKey(key.value)) reader.found.keys.push(`permissions.${key.value}`);
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
    else
      problem(reader, entry.offset, {
        code: 'settings.badRule',
        args: { rule: cutEnd(String(entry.value ?? entry.type), LONGEST_SHOWN) },
      });
  }
}

/** What the parser gave up on is looked for once more: a slip of the pen must not open a door. */
function addRecovered(reader: Reader): void {
  const nameOf = ({ behavior, text, line }: Rule) => `${behavior} ${line} ${text}`;
  const known = new Set(reader.found.rules.map(nameOf));
  for (const { behavior, text, offset } of recoverRules(reader.body)) {
    const rule = ruleAt(behavior, text, offset, reader);
    if (splitRule(text) !== undefined && !known.has(nameOf(rule))) reader.found.rules.push(rule);
  }
}

function addRule(behavior: Behavior, entry: Node, reader: Reader): void {
  reader.found.rules.push(ruleAt(behavior, String(entry.value), entry.offset, reader));
}

function ruleAt(behavior: Behavior, text: string, offset: number, { source, placeOf }: Reader): Rule {
  const { scope, file, anchor } = source;
  return { behavior, text, scope, file, line: placeOf(offset).line, anchor };
}

function readKey(key: Node, value: Node, reader: Reader): void {
  const name = key.value;
  const { scope } = reader.source;
  if (!isKeyName(name) || !counts(name, scope)) return;
  reader.found.keys.push(name);
  const checked = KEYS[name].safeParse(plainValue(value));
  if (checked.success) {
    Object.assign(reader.found.values, { [name]: checked.data });
    if (name === 'assent') dropForeignLogin(value, reader);
    return;
  }
  wrongValue(reader, value, name, name);
  if (name === 'assent') {
    const rest = scope === 'managed' ? (repaired(name, plainValue(value)) as Values['assent']) : undefined;
    reader.found.values.assent = withReadableCaps(rest, plainValue(value), scope === 'managed');
    return;
  }
  if (scope !== 'managed') return;
  // Of the organisation's values the strict side counts, or what is left of them.
  const strict: Readonly<Values> = STRICT_WHEN_WRONG;
  const instead: unknown = strict[name] ?? repaired(name, plainValue(value));
  if (instead !== undefined) Object.assign(reader.found.values, { [name]: instead });
}

function dropForeignLogin(object: Node, reader: Reader): void {
  const { source, found } = reader;
  const login = members(object).find(([key]) => key.value === 'login');
  if (login === undefined || mayConfigureLogin(source.scope)) return;
  const { login: _, ...rest } = found.values.assent ?? {};
  found.values.assent = rest;
  problem(reader, login[0].offset, { code: 'login.notFromHere', args: {} });
}

/** Whether a file of this scope has a say in the key at all. */
function counts(key: KeyName, scope: SettingsScope): boolean {
  if (MANAGED_ONLY.has(key)) return scope === 'managed';
  return !(scope === 'project' && NOT_FROM_PROJECT.has(key)) && !(scope === 'local' && NOT_FROM_LOCAL.has(key));
}

/** The entries of a list or an object that are as they should be; undefined when there are none to choose from. */
function repaired(key: KeyName, value: unknown): unknown {
  const check = KEYS[key];
  if (Array.isArray(value))
    return checkedOr(
      key,
      value.filter((entry) => check.safeParse([entry]).success),
    );
  if (typeof value !== 'object' || value === null) return undefined;
  return checkedOr(
    key,
    Object.fromEntries(Object.entries(value).filter(([name, entry]) => check.safeParse({ [name]: entry }).success)),
  );
}

function checkedOr(key: KeyName, value: unknown): unknown {
  const checked = KEYS[key].safeParse(value);
  return checked.success ? checked.data : undefined;
}

function wrongValue(reader: Reader, value: Node, key: KeyName | PermissionKey, shown: string): void {
  // A block of hooks that cannot be read runs nothing: the rest of the file holds.
  if (key === 'hooks')
    problem(reader, value.offset, { code: 'settings.wrongValue', args: { key, expected: expected(key) } });
  else fault(reader, 'field', value.offset, 'settings.wrongValue', { key: shown, expected: expected(key) });
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
function problem({ source, found, placeOf }: Reader, offset: number, because: Because): void {
  const { line, column } = placeOf(offset);
  const args = { file: source.file, line: String(line), column: String(column), ...because.args };
  found.problems.push({ file: source.file, scope: source.scope, line, column, because: { code: because.code, args } });
}

function isKeyName(key: unknown): key is KeyName {
  return typeof key === 'string' && Object.hasOwn(KEYS, key);
}

function isPermissionKey(key: unknown): key is PermissionKey {
  return typeof key === 'string' && Object.hasOwn(PERMISSION_KEYS, key);
}
