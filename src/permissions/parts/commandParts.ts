// One command of a script as parts: the command itself, then the paths it names.
import type { Because, CanonicalAction } from '../../contracts/permission.ts';
import { isOwnRepository, isShadowed } from '../commands/meansTheBuiltin.ts';
import { globsOf, readOnly } from '../commands/readOnly.ts';
import { BUILTINS, isStandIn, STAND_IN, type WordOf } from '../commands/shell.ts';
import { changesShell, isHarmlessAssignment } from '../shell/changesShell.ts';
import { crudeCandidates, innerCandidates } from '../shell/crude.ts';
import { type Effects, effectsOf, isReader, isWriter } from '../shell/effects.ts';
import { removalsOf } from '../shell/fileCommands.ts';
import { readByOptions } from '../shell/fileOptions.ts';
import type { CommandStep } from '../shell/steps.ts';
import { isNameList } from '../shell/upstream.ts';
import type { Arg } from '../shell/words.ts';
import { peelWrappers, xargsOptions } from '../shell/wrappers.ts';
import { expandPattern } from './expandPattern.ts';
import { mentionOf } from './mentions.ts';
import { type Look, type Part, pathPart, plain, unclear } from './part.ts';
import { pathParts } from './pathParts.ts';

type Made = { parts: Part[] } | { unclear: Because };

/** No file has it in its name, and no rule names it: it stands for words that the input adds. */
const FROM_INPUT = '\u0000';
/** Wrappers that are programs, and not words of the shell. */
const RUNNING = new Set(['timeout', 'nice', 'nohup', 'stdbuf', 'env']);
/** Options whose value is a pattern for names, often written without quotes. */
const NAMES_FILES = /^--(include|exclude|exclude-dir|glob|iglob|ignore|hide)=/;
/** Names are only printed. */
const PRINTS_NAMES = new Set(['echo', 'basename', 'dirname', 'true', 'false', ':']);
const SHELLS = new Set(['bash', 'sh', 'zsh', 'dash', 'ksh', 'fish', 'ash', 'busybox', 'sudo', 'env', 'xargs', 'ssh']);

export async function commandParts(step: CommandStep, look: Look, index: number): Promise<Made> {
  if (step.unclear !== undefined) return { unclear: step.unclear };
  const forRead = step.args[0]?.text === 'read';
  const assigned = step.assignments.find(
    ({ name, value }) =>
      value?.kind !== 'literal' || !((forRead && name === 'IFS') || isHarmlessAssignment(name, value.text)),
  );
  if (assigned !== undefined) return unclear('permissions.shell.assignment', { name: assigned.name });
  const all = step.args.map(wordOf);
  const words = peeled(all);
  const name = words?.[0]?.text ?? '';
  if (words === undefined || isStandIn(name))
    return unclear('permissions.shell.wrapper', { program: all[0]?.text ?? '' });
  if (name === 'xargs') return xargsParts(step, all, words, look, index);
  const effects = effectsOf(words);
  if (effects.effect !== 'none' && changesShell(words.map((word) => word.text)))
    return unclear('permissions.shell.readAgain', { program: name });
  if (name === 'git' && step.moved && !(await isOwn(step, look))) return unclear('permissions.shell.gitElsewhere', {});
  const args = new Map(step.args.map((arg, at) => [all[at]?.text ?? '', arg]));
  const stood = await standIns(words, args, effects, step, look);
  if ('unclear' in stood) return stood;
  const { effect, touches } = stood;
  const paths = await pathParts(touches, args, step, look, index);
  if ('unclear' in paths) return paths;
  const onlyFiles = !touches.some((touch) => touch.fileOnly && paths.folders.has(touch.path));
  const safe =
    effect === undefined ||
    (onlyFiles && (await meansTheBuiltin(name, all.slice(0, all.length - words.length), step, look)));
  const run = await runPart(step, { words, all, args, effect: safe ? effect : undefined, effects }, look);
  return { parts: [{ ...run, mentions: [...run.mentions, ...paths.mentions] }, ...paths.parts] };
}

/** Words that are not literal get names that stand for them while options are taken apart. */
function wordOf(arg: Arg, at: number): WordOf {
  if (arg.kind === 'literal') return { text: arg.text };
  // Should names on the disk begin like that, each is this same option again.
  if (arg.kind === 'pattern' && NAMES_FILES.test(arg.text) && arg.pieces[0]?.glob === false) return { text: arg.text };
  const text = `${STAND_IN}${at}`;
  return arg.kind === 'unknown' ? { text, unknown: { whole: arg.whole, numeric: arg.numeric } } : { text };
}

function peeled(words: WordOf[]): WordOf[] | undefined {
  if (readOnly(words) !== undefined) return words;
  const inner = peelWrappers(words.map((word) => word.text));
  if (inner === undefined) return undefined;
  const own = words.length - inner.length;
  // What stands for several words would bring a command of its own.
  return words.slice(0, own).some((word) => isStandIn(word.text)) ? undefined : words.slice(own);
}

/** As a person reads them. */
function shown(words: readonly WordOf[], args: ReadonlyMap<string, Arg>): string[] {
  return words.map(({ text }) => args.get(text)?.text ?? text);
}

type StoodIn = Pick<Effects, 'effect' | 'touches'>;

/** Whether patterns, streams and unknown text may stand where they do. */
async function standIns(
  words: readonly WordOf[],
  args: ReadonlyMap<string, Arg>,
  { effect, touches }: Effects,
  step: CommandStep,
  look: Look,
): Promise<StoodIn | { unclear: Because }> {
  const name = words[0]?.text ?? '';
  const found: StoodIn = { effect, touches: [...touches] };
  for (const { text } of words.slice(1)) {
    const arg = isStandIn(text) ? args.get(text) : undefined;
    const named = touches.some((touch) => touch.path === text);
    if (arg?.kind === 'unknown' && effect !== 'none')
      return unclear('permissions.shell.unknownWord', { word: arg.text });
    if (arg?.kind === 'stream') {
      found.touches = found.touches.filter((touch) => touch.path !== text);
      if (!named && name !== 'echo') found.effect = undefined;
    }
    if (arg?.kind !== 'pattern') continue;
    const several = touches.some((touch) => touch.path === text && touch.fileOnly);
    const allowed = effect === undefined || several ? undefined : (globsOf(name) ?? (arg.single ? 'named' : undefined));
    const free = arg.pieces[0]?.glob === true;
    if (arg.text.startsWith('-')) return unclear('permissions.shell.patternOption', { word: arg.text });
    if (allowed === undefined || (allowed === 'named' && free)) found.effect = undefined;
    // Elsewhere the first name would be taken for a value, and the others for paths that nobody looked at.
    if (effect === 'none' && !named) {
      if (PRINTS_NAMES.has(name)) found.touches.push({ kind: 'read', path: text, deep: false });
      else found.effect = undefined;
    }
    if (free && (await mayBeOption(arg, step, look, found.effect === undefined)))
      return unclear('permissions.shell.patternOption', { word: arg.text });
  }
  return found;
}

/** A file may be called like an option. `strict`: also where the names are not known. */
async function mayBeOption(
  arg: Extract<Arg, { kind: 'pattern' }>,
  step: CommandStep,
  look: Look,
  strict: boolean,
): Promise<boolean> {
  if (step.folders === undefined) return true;
  for (const folder of step.folders) {
    const { names, open } = await expandPattern(arg.pieces, folder, look);
    if ((open && strict) || names.some((name) => name.startsWith('-'))) return true;
  }
  return false;
}

type Known = {
  words: readonly WordOf[];
  all: readonly WordOf[];
  args: ReadonlyMap<string, Arg>;
  effect: Effects['effect'];
  effects: Effects;
};

async function runPart(step: CommandStep, { words, all, args, effect, effects }: Known, look: Look): Promise<Part> {
  const cwd = step.folders?.[0] ?? look.cwd;
  const argv = shown(words, args);
  const written = shown(all, args);
  const action: CanonicalAction = {
    kind: 'run',
    command: step.text,
    cwd,
    argv,
    ...(effect === undefined ? {} : { effect }),
  };
  // What runs inside quotes or behind options is looked for as in text that is not understood.
  const inner = [...innerCandidates(argv), ...(SHELLS.has(argv[0] ?? '') ? givenText(step) : [])].map(
    (candidate) => candidate.words,
  );
  const removals = inner.filter((found) => found[0] !== argv[0]).flatMap(removalsOf);
  const mentions = effects.mentions.filter((touch) => !touch.path.includes('\u0001'));
  return {
    ...plain(action),
    ...(words.length === all.length ? {} : { wrapped: written }),
    candidates: [argv, written, ...inner],
    mentions: await Promise.all(mentions.map((touch) => mentionOf(touch, cwd, look))),
    removals: await Promise.all(removals.map((path) => mentionOf({ kind: 'delete', path, deep: false }, cwd, look))),
  };
}

/** Text that a shell is given to run. */
function givenText(step: CommandStep): ReturnType<typeof crudeCandidates> {
  const texts = [step.input ?? '', ...(step.upstream ?? []).flat().map((arg) => arg.text)];
  return texts.filter(Boolean).flatMap((text) => crudeCandidates(text));
}

/** The words come in part from the input: what they name is known only where names are listed. */
async function xargsParts(
  step: CommandStep,
  all: readonly WordOf[],
  words: readonly WordOf[],
  look: Look,
  index: number,
): Promise<Made> {
  const args = new Map(step.args.map((arg, at) => [all[at]?.text ?? '', arg]));
  const given = words.slice(xargsOptions(words.map((word) => word.text)));
  const inner = given.length === 0 ? [{ text: 'echo' }] : peeled(given);
  const program = inner?.[0]?.text ?? '';
  if (inner === undefined || words.some((word) => isStandIn(word.text)))
    return unclear('permissions.shell.wrapper', { program: 'xargs' });
  // What follows `env` would be run.
  if (program === 'env') return unclear('permissions.shell.wrapper', { program });
  const own = program.startsWith('-');
  const texts = inner.map((word) => word.text);
  if (!own && (isWriter(program) || changesShell(texts) || program === 'xargs'))
    return unclear('permissions.shell.input', { program });
  const fromInput = { text: FROM_INPUT, unknown: { whole: true, numeric: false } };
  const harmless = !own && readOnly([...inner, fromInput]) !== undefined && program !== 'test' && program !== '[';
  const programs = ['xargs', program];
  const shadowed = await Promise.all(programs.map((name) => isShadowed(name, look, step.folders)));
  const effect = harmless && !shadowed.includes(true) ? 'none' : undefined;
  const effects: Effects = { effect, touches: [], mentions: effectsOf(inner).mentions };
  const run = await runPart(step, { words, all, args, effect, effects }, look);
  const reads = !own && isReader(program);
  // Which files the input names is known only where it is a list of what lies here.
  if (reads && effect === undefined && !isNameList(step.upstream))
    return unclear('permissions.shell.input', { program });
  const cwd = step.folders?.[0] ?? look.cwd;
  const here = reads ? [await pathPart('search', '.', look, { isFolder: true, deep: true, of: index, cwd })] : [];
  for (const path of readByOptions('xargs', texts)) here.push(await pathPart('read', path, look, { of: index, cwd }));
  return { parts: [{ ...run, ...(own ? {} : { inner: [...texts, FROM_INPUT] }) }, ...here] };
}

/** Whether the name means what the table of built-in commands says of it, here. `before`: the wrappers with their options. */
async function meansTheBuiltin(
  name: string,
  before: readonly WordOf[],
  step: CommandStep,
  look: Look,
): Promise<boolean> {
  const programs = before.map((word) => word.text).filter((word) => RUNNING.has(word));
  if (programs.length > 0 || !BUILTINS.has(name)) programs.push(name);
  // Where these are scripts, they look for it themselves.
  if (name === 'egrep' || name === 'fgrep') programs.push('grep');
  for (const program of programs) if (await isShadowed(program, look, step.folders)) return false;
  return name !== 'git' || isOwn(step, look);
}

async function isOwn({ folders }: CommandStep, look: Look): Promise<boolean> {
  if (folders === undefined) return false;
  for (const folder of folders) if (!(await isOwnRepository(folder, look))) return false;
  return true;
}
