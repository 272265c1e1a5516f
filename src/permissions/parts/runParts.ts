// The parts of a command line: each command that may run, the files it and the shell open, and what denied words it may hold.
import type { Because, CanonicalAction } from '../../contracts/permission.ts';
import { isOwnRepository, isShadowed } from '../commands/meansTheBuiltin.ts';
import { readOnly } from '../commands/readOnly.ts';
import { pathsOf } from '../paths/places.ts';
import { plainPowerShell, spellings } from '../powershell/powershell.ts';
import { removesTooMuch } from '../powershell/powershellRemovals.ts';
import { powershellCandidates } from '../powershell/powershellText.ts';
import { crudeCandidates, MAX_CRUDE } from '../shell/crude.ts';
import { isReader, isWriter, mentionsOf } from '../shell/effects.ts';
import type { CommandStep, RedirectStep, Step } from '../shell/steps.ts';
import type { Touch } from '../shell/touch.ts';
import { walk } from '../shell/walk.ts';
import { commandParts } from './commandParts.ts';
import { expandPattern } from './expandPattern.ts';
import { mentionOf, unfollowed } from './mentions.ts';
import { follow, type Look, type Part, pathPart, plain } from './part.ts';
import { throughCopies } from './throughCopies.ts';

/** Nothing is lost there. */
const DEVICE = /^\/dev\/(null|zero|tty|std(in|out|err)|fd\/\d+)$/;
/** More words than this are compared as they stand, without a look at the disk. */
const MAX_MENTIONS = 200;

/** `index` is the place of the first part among all parts; the paths of a command refer to it. */
export async function runParts(command: string, cwd: string, look: Look, index: number): Promise<Part[]> {
  if (look.language === 'powershell') return [await ofPowerShell(command, cwd, look)];
  const read = look.shell?.read(command) ?? {
    notUnderstood: { code: 'permissions.shell.noParser', args: { detail: '' } },
  };
  if ('notUnderstood' in read) return [await notUnderstood(command, cwd, read.notUnderstood, look, read.at)];
  const api = pathsOf(look.places.platform);
  const steps = await walk(read.script, {
    text: command,
    cwd,
    home: look.places.home,
    resolve: (folder, named) => api.resolve(folder, named),
    canEnter: (folder) => look.disk.canEnter(folder),
    follow: async (file) => (await follow(file, look))?.path,
  });
  if (steps === undefined)
    return [await notUnderstood(command, cwd, { code: 'permissions.shell.tooComplex', args: {} }, look)];
  const parts: Part[] = [];
  for (const step of steps) {
    const at = index + parts.length;
    if (step.kind === 'redirect') parts.push(...(await redirectParts(step, look)));
    else {
      const made = await commandParts(step, look, at);
      parts.push(...('parts' in made ? made.parts : [await unclear(step, made.unclear, look)]));
    }
  }
  parts.push(...(await throughCopies(parts, look, index)));
  // A deny rule may speak of a whole line.
  const line = command.trim().split(/\s+/);
  return parts.map((part) =>
    part.action.kind === 'run' && steps.length > 1 ? { ...part, candidates: [...part.candidates, line] } : part,
  );
}

/** `/dev/null` is no file; a name that is not literal, or in a folder that is not known, is asked about. */
async function redirectParts(step: RedirectStep, look: Look): Promise<Part[]> {
  const path = step.target?.kind === 'literal' ? step.target.text : undefined;
  if (path === '/dev/null') return [];
  const absolute = path !== undefined && pathsOf(look.places.platform).isAbsolute(path);
  const folders = absolute ? (step.folders ?? [look.cwd]) : step.folders;
  if (path === undefined || step.unclear !== undefined || folders === undefined || /^\/dev\/(tcp|udp)\//.test(path)) {
    const because = step.unclear ?? { code: 'permissions.shell.target', args: { redirect: step.text } };
    return [await unclear(step, because, look)];
  }
  return Promise.all(
    folders
      .slice(0, absolute ? 1 : undefined)
      .map((cwd) => pathPart(step.access, path, look, { redirect: true, isFolder: false, cwd })),
  );
}

/** One step that is not known well enough; the others stay what they are. */
async function unclear(step: Step, because: Because, look: Look): Promise<Part> {
  const part = await notUnderstood(step.text, step.folders?.[0] ?? look.cwd, because, look);
  if (step.kind === 'redirect') return part;
  const words = step.args.map((arg) => arg.text);
  return {
    ...part,
    candidates: [words, ...part.candidates],
    mentions: [...part.mentions, ...(await found(step, look))],
  };
}

/** The files that patterns among the words of a program that opens files stand for. */
async function found({ args, folders = [] }: CommandStep, look: Look): Promise<Part['mentions']> {
  const mentions: Part['mentions'] = [];
  const program = args[0]?.text ?? '';
  if (!isReader(program) && !isWriter(program)) return mentions;
  for (const arg of args) {
    if (arg.kind !== 'pattern') continue;
    for (const cwd of folders) {
      const { names } = await expandPattern(arg.pieces, cwd, look);
      for (const name of names.slice(0, MAX_MENTIONS))
        mentions.push(...(await Promise.all(mentionsOf([program, name]).map((touch) => mentionOf(touch, cwd, look)))));
    }
  }
  return mentions;
}

/** `at`: the character that was not understood, from 1. */
async function notUnderstood(command: string, cwd: string, because: Because, look: Look, at?: number): Promise<Part> {
  const action: CanonicalAction = {
    kind: 'run',
    command,
    cwd,
    notUnderstood: because,
    ...(at === undefined ? {} : { at }),
  };
  if (command.length > MAX_CRUDE) return { ...plain(action, because), unread: true };
  const own = look.language === 'powershell' ? powershellCandidates(command) : [];
  const candidates = [...own, ...crudeCandidates(command)];
  const touches = candidates.flatMap(({ words, reads, writes }): Touch[] => [
    ...(readOnly(words.map((text) => ({ text }))) ?? mentionsOf(words)),
    ...reads.map((path): Touch => ({ kind: 'read', path, deep: false })),
    ...writes.map(
      (path): Touch => ({ kind: 'write', path, deep: false, ...(DEVICE.test(path) ? {} : { replaces: true }) }),
    ),
  ]);
  const mentions: Part['mentions'] = [];
  for (const [index, touch] of touches.entries()) {
    mentions.push(index < MAX_MENTIONS ? await mentionOf(touch, cwd, look) : unfollowed(touch, cwd, look));
  }
  const words = [[command], ...candidates.map((candidate) => candidate.words)];
  return {
    ...plain(action, because),
    // A deny rule may speak of a whole line.
    candidates: look.language === 'powershell' ? [...words, command.trim().split(/\s+/)].flatMap(spellings) : words,
    mentions,
    ...(removesTooMuch(own, cwd) ? { refused: { code: 'permissions.critical.removeItem', args: {} } } : {}),
  };
}

/** There is no reader for this language: only what is on a short list is understood. */
async function ofPowerShell(command: string, cwd: string, look: Look): Promise<Part> {
  const known = plainPowerShell(command);
  if (known === undefined || !(await meansTheProgram(known.program, cwd, look)))
    return notUnderstood(command, cwd, { code: 'permissions.shell.powershell', args: {} }, look);
  const { argv } = known;
  return { ...plain({ kind: 'run', command, cwd, argv, effect: 'none' }), candidates: spellings(argv) };
}

/** Not one of the workspace; and git in the repository of the workspace alone. */
async function meansTheProgram(program: string | undefined, cwd: string, look: Look): Promise<boolean> {
  if (program === undefined) return true;
  for (const ending of look.places.platform === 'win32' ? ['.com', '.exe', '.bat', '.cmd', '.ps1', ''] : [''])
    if (await isShadowed(program + ending, look, [cwd])) return false;
  return program !== 'git' || isOwnRepository(cwd, look);
}
