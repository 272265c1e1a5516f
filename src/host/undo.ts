// `assent.undoAction`: any past action of a conversation, any file or hunk of it, is taken back after a look at what that
// means; and so is the undo itself.
import * as vscode from 'vscode';
import type { UndoPlan } from '../contracts/journal.ts';
import { showInvisible } from '../util/invisible.ts';
import type { Open } from './openConversations.ts';
import { callOf, type PastAction, pastActions, promptsOf, sorted, targetOf } from './undoActions.ts';
import type { UndoDocuments } from './undoDocuments.ts';
import { type Chosen, nameOf, previewUndo } from './undoPreview.ts';
import { takeStep } from './undoSteps.ts';
import { outcomeOf, type Tell, type Way } from './undoTelling.ts';

export type UndoActionParts = { documents: UndoDocuments; tell: Tell };

/** `call`: the one whose effects are to go; without it a person chooses. */
export async function undoAction(parts: UndoActionParts, open: Open, call?: string): Promise<void> {
  const { journal } = open.project;
  const session = open.conversation.id;
  const actions = pastActions(await journal.entries(session));
  if (actions.length === 0) return parts.tell.person(open, { code: 'undo.noActions', args: {} });
  const given = actions.find((action) => action.call === call);
  if (call !== undefined && given === undefined) return parts.tell.person(open, { code: 'undo.notOfCall', args: {} });
  for (;;) {
    const action = given ?? (await chooseAction(open, actions));
    if (action === undefined) return;
    const plan = await journal.plan(targetOf(session, action));
    const chosen = await previewUndo({ ...parts, journal }, plan, wordsOf(plan), {
      back: given === undefined,
      into: true,
    });
    if (chosen === undefined) return;
    if (chosen !== 'back') return undoChosen(parts, open, chosen);
  }
}

/** Carries out what was chosen, tells it, and offers the way back. */
async function undoChosen(parts: UndoActionParts, open: Open, chosen: Chosen): Promise<void> {
  const result = await open.project.journal.carryOut(chosen.plan, chosen.only);
  await parts.documents.close();
  parts.tell.model(open, 'The person took back changes in', result.done);
  const { files, left } = outcomeOf(chosen, result);
  if (files === '') return parts.tell.person(open, { code: 'undo.nothingDone', args: { left } });
  const code = left === '' ? 'undo.done' : 'undo.doneLeft';
  const way: Way = { label: 'undo.action.putBack', act: () => putBack(parts, open, result.entries) };
  await parts.tell.person(open, { code, args: left === '' ? { files } : { files, left } }, way);
}

/** Takes an undo back; asks only where not all of it can go. */
export async function putBack(parts: UndoActionParts, open: Open, entries: string[]): Promise<void> {
  const { journal } = open.project;
  const plan = await journal.plan({ type: 'entries', session: open.conversation.id, entries });
  const { conflicts, unknown } = sorted(plan);
  const clean = conflicts.length + unknown.length === 0;
  const chosen = clean
    ? { plan }
    : await previewUndo({ ...parts, journal }, plan, wordsOf(plan), { back: false, into: true });
  if (chosen !== undefined && chosen !== 'back') await undoChosen(parts, open, chosen);
}

function wordsOf(plan: UndoPlan) {
  const { going } = sorted(plan);
  const [first] = going;
  return {
    title: vscode.l10n.t('Undo'),
    yes:
      first !== undefined && going.length === 1
        ? vscode.l10n.t('Undo in {0}', nameOf(first.path))
        : vscode.l10n.t('Undo in {0} files', going.length),
    nothing: vscode.l10n.t('Nothing can be undone now'),
  };
}

async function chooseAction(open: Open, actions: readonly PastAction[]): Promise<PastAction | undefined> {
  const rows = actions.map((action) => ({ ...actionRow(open, action), value: action }));
  const title = vscode.l10n.t('Undo an action');
  const placeholder = vscode.l10n.t('What is to be undone? Nothing changes before you have seen what that means.');
  const picked = await takeStep({ title, placeholder, rows });
  return picked === 'back' ? undefined : picked;
}

function actionRow({ conversation: { events } }: Open, { source, call, message, atMs, paths }: PastAction) {
  const [first = '', ...others] = paths.map(nameOf);
  const files = others.length === 0 ? first : vscode.l10n.t('{0} and {1} more', first, others.length);
  const prompt = promptsOf(events).find(({ id }) => id === message);
  const from =
    prompt === undefined
      ? vscode.l10n.t('from a part of the conversation that was left')
      : vscode.l10n.t('from “{0}”', shortened(prompt.text));
  const input = callOf(events, call)?.input;
  const command = typeof input === 'object' && input !== null && 'command' in input ? String(input.command) : '';
  const row = { detail: `${when(atMs)} · ${from}` };
  switch (source) {
    case 'command':
      return { ...row, label: `$(terminal) ${files}`, description: shortened(command) };
    case 'undo':
      return { ...row, label: `$(discard) ${files}`, description: vscode.l10n.t('an undo') };
    case 'rewind':
      return { ...row, label: `$(history) ${files}`, description: vscode.l10n.t('a rewind') };
    case 'edit':
    case 'onSave':
      return {
        ...row,
        label: `$(edit) ${files}`,
        description: others.length === 0 ? '' : [first, ...others].join(', '),
      };
  }
}

export function shortened(text: string): string {
  const line = showInvisible(text.trim().replace(/\s+/g, ' '));
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

/** The time, and the day unless it is today. */
export function when(atMs: number): string {
  const at = new Date(atMs);
  const today = at.toDateString() === new Date().toDateString();
  const options: Intl.DateTimeFormatOptions = today
    ? { timeStyle: 'short' }
    : { dateStyle: 'medium', timeStyle: 'short' };
  return new Intl.DateTimeFormat(vscode.env.language, options).format(at);
}
