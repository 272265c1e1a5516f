// A journal beside a folder of real files, with an editor in front of them.
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { Cause, JournalEntry, PlannedFile, UndoPlan, UndoTarget } from '../../../../src/contracts/journal.ts';
import type { Because } from '../../../../src/contracts/permission.ts';
import { editFunctions } from '../../../../src/edits/functions.ts';
import { createJournal, type OpenedJournal } from '../../../../src/edits/journal/journal.ts';
import { writeAtomically } from '../../../../src/edits/writeAtomically.ts';
import { type EditorWorkspace, editorWorkspace } from '../../../support/editorWorkspace.ts';

export const SESSION = 'session-1';

export type Kit = OpenedJournal & {
  folder: string;
  /** Where the journal is. */
  store: string;
  workspace: EditorWorkspace;
  told: Because[];
  open: string[];
  trusted: { now: boolean };
  clock: { aheadMs: number };
  at(name: string): string;
  put(name: string, content: string | Uint8Array): Promise<void>;
  text(name: string): Promise<string>;
  bytes(name: string): Promise<Buffer>;
  cause(call: string, message?: string): Cause;
  /** The agent writes `after` where it saw what is there now (or `before`). */
  edit(name: string, after: string, call: string, options?: { message?: string; before?: string }): Promise<void>;
  /** The agent makes a file. */
  create(name: string, text: string, call: string, message?: string): Promise<void>;
  entries(): Promise<JournalEntry[]>;
  plan(target: Target): Promise<UndoPlan>;
  /** Plans and carries out; fails the test when a file could not be written. */
  undo(target: Target): Promise<{ files: PlannedFile[]; entries: string[] }>;
};
/** `UndoTarget` without the session. */
type Target = UndoTarget extends infer T ? (T extends unknown ? Omit<T, 'session'> : never) : never;

export async function kit(t: TestContext): Promise<Kit> {
  const base = await realpath(await mkdtemp(path.join(tmpdir(), 'assent-journal-')));
  t.after(() => rm(base, { recursive: true, force: true }));
  const [folder, store] = [path.join(base, 'work'), path.join(base, 'journal')];
  await mkdir(folder);
  const workspace = editorWorkspace();
  const told: Because[] = [];
  const open: string[] = [];
  const trusted = { now: true };
  const clock = { aheadMs: 0 };
  const opened = createJournal({
    folder: store,
    edits: editFunctions,
    workspace,
    writeAtomically,
    env: () => process.env,
    trusted: () => trusted.now,
    enabled: () => true,
    openFiles: () => open,
    now: () => Date.now() + clock.aheadMs,
    log: (text) => {
      throw new Error(text);
    },
  });
  const at = (name: string) => path.join(folder, name);
  const cause = (call: string, message = 'message-1'): Cause => ({
    session: SESSION,
    message,
    call,
    tell: (because) => told.push(because),
  });
  const whole = (target: Target) => ({ ...target, session: SESSION }) as UndoTarget;
  return {
    ...opened,
    folder,
    store,
    workspace,
    told,
    open,
    trusted,
    clock,
    at,
    cause,
    async put(name, content) {
      await mkdir(path.dirname(at(name)), { recursive: true });
      await writeFile(at(name), content);
    },
    text: (name) => readFile(at(name), 'utf8'),
    bytes: (name) => readFile(at(name)),
    async edit(name, after, call, { message, before } = {}) {
      const now = await workspace.readText(at(name));
      if (!('text' in now)) throw new Error(`${name}: ${now.problem}`);
      const change = editFunctions.change(at(name), before ?? now.text, after, now.encoding, '0');
      await opened.recorder.workspace(workspace, cause(call, message)).write(change);
    },
    async create(name, text, call, message) {
      const change = editFunctions.change(at(name), undefined, text, { name: 'utf-8', bom: false }, '0');
      await opened.recorder.workspace(workspace, cause(call, message)).write(change);
    },
    entries: () => opened.journal.entries(SESSION),
    plan: (target) => opened.journal.plan(whole(target)),
    async undo(target) {
      const plan = await opened.journal.plan(whole(target));
      const { failed, entries } = await opened.journal.carryOut(plan);
      if (failed.length > 0) throw new Error(failed.map((one) => `${one.path}: ${one.reason}`).join('\n'));
      return { files: plan.files, entries };
    },
  };
}

/** How each file of a plan would end, and why where it is left alone. */
export function outcomes(plan: { files: readonly PlannedFile[] }): string[] {
  return plan.files.map((file) =>
    'because' in file
      ? `${path.basename(file.path)} ${file.because.code}`
      : `${path.basename(file.path)} ${file.outcome}`,
  );
}
