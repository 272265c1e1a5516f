// Shows what an undo would do, before it does anything: each file with what becomes of it, what conflicts, and what cannot
// be undone. From here a person goes on to a single file or hunk, or says yes.
import * as vscode from 'vscode';
import type { Hunk } from '../contracts/edit.ts';
import type { Journal, PlannedFile, UndoPlan } from '../contracts/journal.ts';
import { showInvisible } from '../util/invisible.ts';
import { say } from './say.ts';
import { sorted } from './undoActions.ts';
import type { Shown, UndoDocuments } from './undoDocuments.ts';
import { type StepRow, separator, takeStep } from './undoSteps.ts';

export type PreviewParts = { journal: Journal; documents: UndoDocuments };
/** What the person said yes to: all of a plan, or some of its files. */
export type Chosen = { plan: UndoPlan; only?: string[] };
export type PreviewWords = {
  title: string;
  /** The row that says yes. */
  yes: string;
  /** Said where no file would change. */
  nothing: string;
  /** A yes makes sense without files as well. */
  always?: boolean;
};

type Picked = { kind: 'yes' } | { kind: 'file'; file: PlannedFile };

/** `undefined` when the person leaves. */
export async function previewUndo(
  parts: PreviewParts,
  plan: UndoPlan,
  words: PreviewWords,
  steps: { back: boolean; into: boolean },
): Promise<Chosen | 'back' | undefined> {
  for (;;) {
    const rows = planRows(parts, plan, words, steps.into);
    const { going, conflicts, unknown } = sorted(plan);
    const left = conflicts.length + unknown.length;
    const placeholder =
      left === 0
        ? vscode.l10n.t('Nothing has changed yet. Look at what will change, then choose the first row.')
        : vscode.l10n.t('{0} will change, {1} will be left alone. Nothing has changed yet.', going.length, left);
    const picked = await takeStep<Picked>({ title: words.title, placeholder, rows, back: steps.back });
    if (picked === undefined || picked === 'back') return picked;
    if (picked.kind === 'yes') return { plan };
    const chosen = await intoFile(parts, plan, picked.file);
    if (chosen !== 'back') return chosen;
  }
}

function planRows(parts: PreviewParts, plan: UndoPlan, words: PreviewWords, into: boolean): StepRow<Picked>[] {
  const { going, conflicts, unknown, same } = sorted(plan);
  const row = (file: PlannedFile): StepRow<Picked> => {
    const show = isShown(file) ? { show: () => parts.documents.show(file) } : {};
    return { ...fileRow(file), ...show, ...(into ? { value: { kind: 'file', file } } : {}) };
  };
  const group = (label: string, files: PlannedFile[]) =>
    files.length === 0 ? [] : [separator(label), ...files.map(row)];
  const shown = going.filter(isShown);
  const all: StepRow<Picked>[] =
    shown.length < 2
      ? []
      : [
          {
            label: `$(diff-multiple) ${vscode.l10n.t('Show all changes')}`,
            show: () => parts.documents.showAll(shown),
          },
        ];
  const yes: StepRow<Picked> =
    going.length > 0 || words.always
      ? { label: `$(discard) ${words.yes}`, value: { kind: 'yes' } }
      : { label: `$(info) ${words.nothing}` };
  return [
    yes,
    ...all,
    ...group(vscode.l10n.t('Will change'), going),
    ...group(vscode.l10n.t('Conflicts: left alone'), conflicts),
    ...group(vscode.l10n.t('Cannot be undone'), unknown),
    ...group(vscode.l10n.t('Already as it was'), same),
  ];
}

function isShown(file: PlannedFile): file is Shown {
  return file.outcome === 'change';
}

function fileRow(file: PlannedFile): vscode.QuickPickItem {
  const label = (icon: string) => `$(${icon}) ${nameOf(file.path)}`;
  switch (file.outcome) {
    case 'change': {
      const { change, merged, buffer } = file;
      const notes = [
        change.kind === 'create' ? vscode.l10n.t('comes back') : '',
        change.kind === 'delete' ? vscode.l10n.t('is removed') : '',
        counts(change.hunks),
        merged ? vscode.l10n.t('later changes stay') : '',
        buffer ? vscode.l10n.t('in the open editor, not saved') : '',
      ];
      const icon = { create: 'new-file', modify: 'edit', delete: 'trash' }[change.kind];
      return { label: label(icon), description: notes.filter((note) => note !== '').join(' · ') };
    }
    case 'bytes':
      return {
        label: label(file.to.kind === 'absent' ? 'trash' : 'file-binary'),
        description: file.to.kind === 'absent' ? vscode.l10n.t('is removed') : vscode.l10n.t('comes back as a whole'),
      };
    case 'mode':
      return { label: label('lock'), description: vscode.l10n.t('its permissions alone') };
    case 'nothing':
      return { label: label('check') };
    case 'conflict':
      return { label: label('warning'), ...inTwo(reasonOf(file)) };
    case 'unknown':
      return { label: label('circle-slash'), ...inTwo(reasonOf(file)) };
  }
}

/** One file of an undo: shown, undone alone, or hunk by hunk. */
async function intoFile(parts: PreviewParts, plan: UndoPlan, file: PlannedFile): Promise<Chosen | 'back' | undefined> {
  const name = nameOf(file.path);
  for (;;) {
    const rows: StepRow<{ hunk: string } | 'all'>[] = [];
    if (isShown(file)) {
      const show = () => parts.documents.show(file);
      rows.push({ label: `$(diff) ${vscode.l10n.t('Show the changes')}`, show });
    }
    if (sorted(plan).going.includes(file)) {
      rows.push({ label: `$(discard) ${vscode.l10n.t('Undo in this file only')}`, value: 'all' });
    }
    if ('because' in file) {
      const { description, detail } = inTwo(reasonOf(file));
      rows.push({ label: `$(warning) ${description}`, detail });
    }
    const hunks: Hunk[] = [];
    for (const entry of file.entries) hunks.push(...(await parts.journal.hunks(plan.session, entry)));
    if (hunks.length > 0) rows.push(separator(vscode.l10n.t('One hunk alone')), ...hunks.map(hunkRow));
    const title = vscode.l10n.t('Undo in {0}', name);
    const placeholder = vscode.l10n.t('Undo the file, or one hunk of it');
    const picked = await takeStep({ title, placeholder, rows, back: true });
    if (picked === undefined || picked === 'back') return picked;
    if (picked === 'all') return { plan, only: [file.path] };
    const target = { type: 'hunks' as const, session: plan.session, hunks: [picked.hunk] };
    const words = {
      title,
      yes: vscode.l10n.t('Undo this hunk'),
      nothing: vscode.l10n.t('This hunk cannot be undone now'),
    };
    const chosen = await previewUndo(parts, await parts.journal.plan(target), words, { back: true, into: false });
    if (chosen !== 'back') return chosen;
  }
}

/** What the action made of the lines, as they were numbered then. */
function hunkRow(hunk: Hunk): StepRow<{ hunk: string }> {
  const { beforeStart, beforeCount, afterStart, afterCount, before, after } = hunk;
  const [start, count] = afterCount > 0 ? [afterStart, afterCount] : [beforeStart, beforeCount];
  const label =
    count === 1
      ? vscode.l10n.t('Line {0}', start)
      : vscode.l10n.t('Lines {0}–{1}', start, start + Math.max(count, 1) - 1);
  const cut = (sign: string, text: string) => {
    const line = text.split('\n').find((one) => one.trim() !== '') ?? '';
    return line === '' ? '' : `${sign} ${showInvisible(line.trim()).slice(0, 100)}`;
  };
  const detail = [cut('−', before), cut('+', after)].filter((line) => line !== '').join('   ');
  return { label: `$(discard) ${label}`, description: counts([hunk]), detail, value: { hunk: hunk.id } };
}

/** `+2 −1`, with what an undo has to take back as it stands. */
function counts(hunks: readonly Hunk[]): string {
  const added = hunks.reduce((sum, hunk) => sum + hunk.afterCount, 0);
  const removed = hunks.reduce((sum, hunk) => sum + hunk.beforeCount, 0);
  return `+${added} −${removed}`;
}

/** What is the matter, and what to do about it: a row cuts what is too long for it. */
function inTwo(reason: string): { description: string; detail: string } {
  const [description = '', ...detail] = reason.split(/(?<=[.!?])\s+/);
  return { description, detail: detail.join(' ') };
}

export function nameOf(file: string): string {
  return showInvisible(vscode.workspace.asRelativePath(file));
}

export function reasonOf({ path, because }: Extract<PlannedFile, { because: unknown }>): string {
  const args = because.args['path'] === path ? { ...because.args, path: nameOf(path) } : because.args;
  return say({ ...because, args });
}
