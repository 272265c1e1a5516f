// Adds rules to a settings file and leaves everything else in it as it stands.
import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readFile, readlink, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { applyEdits, type FormattingOptions, modify, type ParseError, parse } from 'jsonc-parser';
import * as z from 'zod/mini';
import type { Behavior } from '../contracts/permission.ts';
import { errorCode, readableError } from '../util/readableError.ts';
import { isInside } from '../util/resolvePath.ts';
import { SettingsFault } from './fault.ts';
import { placesIn } from './places.ts';

export type Remember = {
  file: string;
  rules: string[];
  behavior: Behavior;
  /** The folder that the file must lie in after links. */
  within?: string;
};

/** The end of the last write to each file: two answers given at once must not lose one another. */
const writing = new Map<string, Promise<unknown>>();

/**
 * Creates the file and its folder when they are missing; a rule that stands there already is not added again.
 * Rejects with a `SettingsFault` when the file cannot be read or is not valid, and then nothing was changed.
 */
export function rememberRules(remember: Remember): Promise<void> {
  return inTurn(remember.file, () => add(remember));
}

/** Writers of the same file wait for one another. */
export async function inTurn<T>(file: string, write: () => Promise<T>): Promise<T> {
  const mine = (writing.get(file) ?? Promise.resolve()).then(write, write);
  writing.set(file, mine);
  try {
    return await mine;
  } finally {
    if (writing.get(file) === mine) writing.delete(file);
  }
}

async function add({ file, rules, behavior, within }: Remember): Promise<void> {
  if (within !== undefined) await mustLieIn(file, within);
  const text = await currentText(file);
  const known = text.trim() === '' ? [] : listOf(text, behavior, file);
  const missing = rules.filter((rule, index) => !known.includes(rule) && rules.indexOf(rule) === index);
  if (missing.length === 0) return;
  try {
    await replaceText(file, withRules(text, known.length, missing, behavior));
  } catch (error) {
    throw new SettingsFault({ code: 'settings.notWritten', args: { file, detail: readableError(error) } });
  }
}

export async function mustLieIn(file: string, folder: string): Promise<void> {
  const [real, realFolder] = await Promise.all([realOf(file), realOf(folder)]);
  if (!isInside(real, realFolder)) throw new SettingsFault({ code: 'settings.leadsOut', args: { file, target: real } });
}

/** Of what does not exist yet, the place it would be made at. */
async function realOf(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' || path.dirname(file) === file) throw error;
    const target = await readlink(file).catch(() => undefined);
    if (target !== undefined) return realOf(path.resolve(path.dirname(file), target));
    return path.join(await realOf(path.dirname(file)), path.basename(file));
  }
}

export async function currentText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return '';
    throw new SettingsFault({ code: 'settings.unreadable', args: { file, detail: readableError(error) } });
  }
}

const Shape = z.looseObject({ permissions: z.optional(z.looseObject({})) });

/** The list as it stands. What is broken is for the person to mend: a guess could drop a rule. */
function listOf(text: string, behavior: Behavior, file: string): string[] {
  const body = text.replace(/^\ufeff/, '');
  const errors: ParseError[] = [];
  const value: unknown = parse(body, errors, { disallowComments: true, allowTrailingComma: false });
  const first = errors[0];
  const { line, column } = placesIn(body)(first?.offset ?? 0);
  const broken = { code: 'settings.notRemembered', args: { file, line: String(line), column: String(column) } };
  const shape = Shape.safeParse(value);
  if (first !== undefined || !shape.success) throw new SettingsFault(broken);
  const list: unknown = shape.data.permissions?.[behavior];
  if (list === undefined) return [];
  const strings = z.array(z.string()).safeParse(list);
  if (!strings.success) throw new SettingsFault(broken);
  return strings.data;
}

function withRules(text: string, at: number, rules: string[], behavior: Behavior): string {
  const formattingOptions = formattingOf(text);
  let next = text.trim() === '' ? '{}' : text;
  const bom = next.startsWith('\ufeff') ? '\ufeff' : '';
  next = next.slice(bom.length);
  for (const [index, rule] of rules.entries()) {
    const empty = at === 0 && index === 0;
    const target = empty ? ['permissions', behavior] : ['permissions', behavior, at + index];
    next = applyEdits(
      next,
      modify(next, target, empty ? [rule] : rule, { formattingOptions, isArrayInsertion: !empty }),
    );
  }
  return bom + (next.endsWith('\n') || text.trim() !== '' ? next : `${next}${formattingOptions.eol}`);
}

function formattingOf(text: string): FormattingOptions & { eol: string } {
  const indent = /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ';
  return {
    insertSpaces: !indent.startsWith('\t'),
    tabSize: indent.startsWith('\t') ? 4 : indent.length,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  };
}

/** By way of a second file, so that a reader sees the old text or the new one. A link stays a link. */
export async function replaceText(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const target = await realpath(file).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return file;
    throw error;
  });
  const mode = await stat(target).then(
    (facts) => facts.mode & 0o777,
    () => 0o600,
  );
  const fresh = `${target}.${randomUUID()}.tmp`;
  try {
    await writeFile(fresh, text, { mode, flag: 'wx' });
    await chmod(fresh, mode);
    await rename(fresh, target);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}
