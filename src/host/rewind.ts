// `assent.rewind`: the code, the conversation or both go back to before a prompt, after a look at what that means. The
// prompt returns to the composer, and the rewind itself can be undone.
import * as vscode from 'vscode';
import type { UndoPlan, UndoResult } from '../contracts/journal.ts';
import type { Prompt } from '../contracts/message.ts';
import type { Because } from '../contracts/permission.ts';
import type { Rewound } from '../contracts/transcript.ts';
import { readableError } from '../util/readableError.ts';
import type { Open, OpenConversations } from './openConversations.ts';
import type { ChatPages } from './pages.ts';
import { rewindConversation } from './rewindConversation.ts';
import { putBack, shortened, type UndoActionParts, when } from './undo.ts';
import { promptsOf, sorted } from './undoActions.ts';
import { type Chosen, type PreviewWords, previewUndo } from './undoPreview.ts';
import { type StepRow, takeStep } from './undoSteps.ts';
import { leftAlone, namesOf, outcomeOf, type Way } from './undoTelling.ts';

export type RewindParts = UndoActionParts & { pages: ChatPages; conversations: OpenConversations };
type What = 'both' | 'conversation' | 'code';

/** A turn that does not end by then goes on, and so does what it was to make room for. */
const STOP_MS = 15_000;
const STOP_LOOK_MS = 50;

/** `prompt`: the id of the one to go back to; without it a person chooses. */
export async function rewind(parts: RewindParts, open: Open, prompt?: string): Promise<void> {
  const prompts = promptsOf(open.conversation.events);
  if (prompts.length === 0) return parts.tell.person(open, { code: 'undo.noPrompts', args: {} });
  const to = prompts.find(({ id }) => id === prompt) ?? (await choosePrompt(prompts));
  if (to === undefined || !(await stopped(parts, open))) return;
  const plan = await open.project.journal.plan({ type: 'message', session: open.conversation.id, message: to.id });
  for (;;) {
    const what = plan.files.length === 0 ? await confirmConversation(to) : await chooseWhat(to, plan);
    if (what === undefined) return;
    if (what === 'conversation') return carryOut(parts, open, to, what, undefined, plan);
    const chosen = await previewUndo({ ...parts, journal: open.project.journal }, plan, wordsOf(to, plan, what), {
      back: true,
      into: false,
    });
    if (chosen === undefined) return;
    if (chosen !== 'back') return carryOut(parts, open, to, what, chosen, plan);
  }
}

async function carryOut(
  parts: RewindParts,
  open: Open,
  to: Prompt,
  what: What,
  chosen: Chosen | undefined,
  plan: UndoPlan,
): Promise<void> {
  const { tell } = parts;
  const result = chosen && (await open.project.journal.carryOut(chosen.plan, chosen.only));
  await parts.documents.close();
  const { files, left } = chosen && result ? outcomeOf(chosen, result) : { files: '', left: '' };
  const done = result?.done ?? [];
  const moved = what === 'code' ? undefined : await goBack(parts, open, to);
  const now = moved?.open ?? open;
  const from = moved?.rewound?.from;
  if (from !== undefined) await giveBack(parts, now, to);
  if (moved !== undefined && from === undefined) {
    tellTaken(parts, now, done);
    const entries = result?.entries ?? [];
    const way: Way = { label: 'undo.action.undoRewind', act: () => putBack(parts, now, entries) };
    const because = moved.failure ?? { code: 'undo.promptGone', args: {} };
    return tell.person(now, because, entries.length === 0 ? undefined : way);
  }
  if (from === undefined) tellTaken(parts, now, done);
  else
    tellAhead(
      parts,
      now,
      what === 'conversation' ? plan.files.map(({ path }) => path) : [...leftAlone(plan), ...failedOf(result)],
    );
  const way: Way = {
    label: 'undo.action.undoRewind',
    act: () => undoRewind(parts, now, from, result?.entries ?? []),
  };
  const code = codeOf(from !== undefined, files, left);
  const args = { ...(files === '' ? {} : { files }), ...(left === '' ? {} : { left }) };
  await tell.person(now, { code, args }, done.length > 0 || from !== undefined ? way : undefined);
}

/** A failure is no reason to keep quiet about the files that went back already. */
async function goBack(
  parts: RewindParts,
  open: Open,
  { id }: Prompt,
): Promise<{ open: Open; rewound?: Rewound; failure?: Because }> {
  try {
    return await rewindConversation(parts, open, { prompt: id });
  } catch (error) {
    const failure = { code: 'undo.conversationFailed', args: { reason: readableError(error) } };
    return { open: parts.conversations.get(open.conversation.id) ?? open, failure };
  }
}

/** `from`: the place where the conversation was, if it was taken back; null is its very beginning. */
async function undoRewind(
  parts: RewindParts,
  rewound: Open,
  from: string | null | undefined,
  entries: string[],
): Promise<void> {
  let open = parts.conversations.get(rewound.conversation.id) ?? rewound;
  if (from !== undefined) {
    if (!(await stopped(parts, open))) return;
    const moved = await rewindConversation(parts, open, { place: from });
    open = moved.open;
    if (moved.rewound === undefined) await parts.tell.person(open, { code: 'undo.placeGone', args: {} });
    else if (entries.length === 0) await parts.tell.person(open, { code: 'undo.putBack', args: {} });
  }
  if (entries.length > 0) await putBack(parts, open, entries);
}

function tellTaken({ tell }: RewindParts, open: Open, paths: readonly string[]): void {
  tell.model(open, 'The person took back what was changed since an earlier prompt in', paths);
}

/** The model has forgotten what it did; files have not. */
function tellAhead({ tell }: RewindParts, open: Open, paths: readonly string[]): void {
  tell.model(open, 'The person went back to this point. Files that were changed after it and stay changed:', paths);
}

function failedOf(result: UndoResult | undefined): string[] {
  return result?.failed.map(({ path }) => path) ?? [];
}

async function giveBack({ pages }: RewindParts, open: Open, { text, attachments }: Prompt): Promise<void> {
  const page = pages.showing(open.conversation.id);
  await page?.insert(text, attachments);
  await page?.focusComposer();
}

/** False when the person would rather let the turn go on. */
async function stopped({ pages }: RewindParts, { conversation }: Open): Promise<boolean> {
  if (!conversation.state.running) return true;
  const row = { label: `$(debug-stop) ${vscode.l10n.t('Stop, and go on to the rewind')}`, value: true };
  const title = vscode.l10n.t('Rewind');
  const placeholder = vscode.l10n.t(
    'The conversation is still working. Nothing changes before you have seen what that means.',
  );
  if ((await takeStep({ title, placeholder, rows: [row] })) !== true) return false;
  // What waits would begin at once.
  for (const { id } of conversation.state.queue) {
    const prompt = conversation.unqueue(id);
    if (prompt) await pages.showing(conversation.id)?.insert(`${prompt.text}\n`, prompt.attachments);
  }
  conversation.stop();
  for (let waited = 0; conversation.state.running; waited += STOP_LOOK_MS) {
    if (waited > STOP_MS) return false;
    await new Promise((resolve) => setTimeout(resolve, STOP_LOOK_MS));
  }
  return true;
}

async function choosePrompt(prompts: readonly Prompt[]): Promise<Prompt | undefined> {
  const rows = prompts.toReversed().map((prompt) => ({
    label: `$(comment) ${shortened(prompt.text)}`,
    description: when(prompt.atMs),
    value: prompt,
  }));
  const title = vscode.l10n.t('Rewind');
  const placeholder = vscode.l10n.t('To before which prompt? Nothing changes before you have seen what that means.');
  const picked = await takeStep({ title, placeholder, rows });
  return picked === 'back' ? undefined : picked;
}

async function chooseWhat(to: Prompt, plan: UndoPlan): Promise<What | undefined> {
  const { going } = sorted(plan);
  const left = leftAlone(plan);
  const files = [
    going.length > 0 ? vscode.l10n.t('goes back: {0}', namesOf(going.map(({ path }) => path))) : '',
    left.length > 0 ? vscode.l10n.t('left alone: {0}', namesOf(left)) : '',
  ];
  const description = files.filter((one) => one !== '').join(' · ');
  const rows: StepRow<What>[] = [
    {
      label: `$(history) ${vscode.l10n.t('Code and conversation')}`,
      description,
      detail: vscode.l10n.t('The prompt returns to the composer. Look at each change in the next step.'),
      value: 'both',
    },
    conversationRow(),
    {
      label: `$(code) ${vscode.l10n.t('Code only')}`,
      description,
      detail: vscode.l10n.t('The conversation stays, and the model is told. Look at each change in the next step.'),
      value: 'code',
    },
  ];
  return chosenWhat(to, rows, vscode.l10n.t('What is to go back? Nothing has changed yet.'));
}

function confirmConversation(to: Prompt): Promise<What | undefined> {
  const placeholder = vscode.l10n.t('No file was changed since. Nothing has changed yet.');
  return chosenWhat(to, [conversationRow()], placeholder);
}

function conversationRow(): StepRow<What> {
  return {
    label: `$(comment-discussion) ${vscode.l10n.t('Conversation only')}`,
    detail: vscode.l10n.t('The prompt returns to the composer. Files stay as they are now.'),
    value: 'conversation',
  };
}

async function chosenWhat(to: Prompt, rows: StepRow<What>[], placeholder: string): Promise<What | undefined> {
  const picked = await takeStep({ title: titleOf(to), placeholder, rows });
  return picked === 'back' ? undefined : picked;
}

function titleOf({ text }: Prompt): string {
  return vscode.l10n.t('Rewind to before “{0}”', shortened(text));
}

function wordsOf(to: Prompt, plan: UndoPlan, what: What): PreviewWords {
  const { going } = sorted(plan);
  const names = namesOf(going.map(({ path }) => path));
  const both = what === 'both';
  const none = vscode.l10n.t('No file can go back now');
  return {
    title: titleOf(to),
    yes: !both
      ? vscode.l10n.t('Rewind {0}', names)
      : going.length === 0
        ? vscode.l10n.t('Rewind the conversation; no file can go back')
        : vscode.l10n.t('Rewind the conversation and {0}', names),
    nothing: none,
    always: both,
  };
}

function codeOf(conversation: boolean, files: string, left: string): string {
  const end = left === '' ? '' : 'Left';
  if (conversation) return files === '' ? `undo.rewoundConversation${end}` : `undo.rewoundBoth${end}`;
  return files === '' ? 'undo.nothingDone' : `undo.rewound${end}`;
}
