// Takes a rule out of a settings file and leaves every other byte of it as it stands: first the plan, for a person to see,
// then exactly that, or nothing.
import type { Behavior } from '../contracts/permission.ts';
import { type JsonRange, jsonRanges, property } from '../util/jsonRanges.ts';
import { errorCode, readableError } from '../util/readableError.ts';
import { SettingsFault } from './fault.ts';
import { currentText, inTurn, mustLieIn, rememberRules, replaceText } from './remember.ts';

export type Forget = {
  file: string;
  rule: string;
  behavior: Behavior;
  /** The folder that the file must lie in after links. */
  within?: string;
};

export type NumberedLine = { /** From 1. */ line: number; text: string };
/** What is going to happen to the file. `after` is its whole text without the rule, however often it stood there. */
export type Forgetting = Forget & {
  before: string;
  after: string;
  removed: NumberedLine[];
  /** Lines that stand there instead: the one before loses its comma when the last entry goes. */
  added: NumberedLine[];
};

/** Changes nothing. Rejects with a `SettingsFault` when the file cannot be read, is not valid or has no such rule. */
export async function planForget(forget: Forget): Promise<Forgetting> {
  const { file, rule, behavior } = forget;
  await checkPlace(forget);
  const before = await currentText(file);
  let after = before;
  for (let without = withoutOne(after, forget); without !== undefined; without = withoutOne(after, forget)) {
    after = without;
  }
  if (after === before) throw new SettingsFault({ code: 'settings.ruleGone', args: { file, rule, list: behavior } });
  return { ...forget, before, after, ...changedLines(before, after) };
}

/** Rejects with a `SettingsFault`, and changes nothing, when the file is not the one that the plan was made of. */
export async function carryOutForget(plan: Forgetting): Promise<void> {
  await inTurn(plan.file, async () => {
    await checkPlace(plan);
    if ((await currentText(plan.file)) !== plan.before)
      throw new SettingsFault({ code: 'settings.changedMeanwhile', args: { file: plan.file } });
    await write(plan.file, plan.after);
  });
}

/** Puts the old text back; when the file was changed since, adds the rule to it again. */
export async function undoForget(plan: Forgetting): Promise<void> {
  const { file, rule, behavior, within, before, after } = plan;
  const restored = await inTurn(file, async () => {
    await checkPlace(plan);
    if ((await currentText(file)) !== after) return false;
    await write(file, before);
    return true;
  });
  if (!restored) await rememberRules({ file, rules: [rule], behavior, ...(within === undefined ? {} : { within }) });
}

async function checkPlace({ file, within }: Forget): Promise<void> {
  if (within === undefined) return;
  try {
    await mustLieIn(file, within);
  } catch (error) {
    if (error instanceof SettingsFault) throw new SettingsFault({ ...error.because, code: 'settings.removeLeadsOut' });
    throw new SettingsFault({ code: 'settings.unreadable', args: { file, detail: errorCode(error) || String(error) } });
  }
}

async function write(file: string, text: string): Promise<void> {
  try {
    await replaceText(file, text);
  } catch (error) {
    throw new SettingsFault({ code: 'settings.notRemoved', args: { file, detail: readableError(error) } });
  }
}

/** The text without the first entry of the rule, or undefined when there is none. */
function withoutOne(text: string, { file, rule, behavior }: Forget): string | undefined {
  const list = listOf(text, behavior, file);
  if (list?.kind !== 'array') return undefined;
  const at = list.items.findIndex((item) => JSON.parse(text.slice(item.start, item.end)) === rule);
  const item = list.items[at];
  if (item === undefined) return undefined;
  const next = list.items[at + 1];
  const previous = list.items[at - 1];
  if (next !== undefined) return text.slice(0, item.start) + text.slice(next.start);
  if (previous !== undefined) return text.slice(0, previous.end) + text.slice(item.end);
  return `${text.slice(0, list.start)}[]${text.slice(list.end)}`;
}

function listOf(text: string, behavior: Behavior, file: string): JsonRange | undefined {
  try {
    JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    throw new SettingsFault({ code: 'settings.removeNotValid', args: { file } });
  }
  return property(property(jsonRanges(text), 'permissions'), behavior);
}

/** The lines between what both texts begin and end with. */
function changedLines(before: string, after: string): Pick<Forgetting, 'removed' | 'added'> {
  const old = before.split(/\r\n|\r|\n/);
  const fresh = after.split(/\r\n|\r|\n/);
  const shorter = Math.min(old.length, fresh.length);
  let start = 0;
  while (start < shorter && old[start] === fresh[start]) start++;
  let end = 0;
  while (end < shorter - start && old.at(-1 - end) === fresh.at(-1 - end)) end++;
  const numbered = (lines: string[]) =>
    lines.slice(start, lines.length - end).map((text, i) => ({ line: start + i + 1, text }));
  return { removed: numbered(old), added: numbered(fresh) };
}
