// Says what came of an undo: to the person where they look, with the way back; to the model with its next request.
import * as vscode from 'vscode';
import type { UndoPlan, UndoResult } from '../contracts/journal.ts';
import type { Because } from '../contracts/permission.ts';
import { inNotice } from '../util/plainLine.ts';
import { banner } from './banners.ts';
import type { ModelNotes } from './modelNotes.ts';
import type { Open } from './openConversations.ts';
import type { ChatPages } from './pages.ts';
import { say } from './say.ts';
import { sorted } from './undoActions.ts';
import type { Chosen } from './undoPreview.ts';
import { nameOf, reasonOf } from './undoPreview.ts';

/** Names and reasons that one message holds. */
const MOST = 4;
const ID = 'undo';
const FAILED: ReadonlySet<string> = new Set(['undo.promptGone', 'undo.placeGone', 'undo.conversationFailed']);

export type Way = { label: string; act(): unknown };
/** `files` and `left` are ready to be read, and empty where there are none. */
export type Outcome = { files: string; left: string };

export type Tell = {
  person(open: Open, because: Because, way?: Way): Promise<void>;
  /** Names the files; nothing is told where there are none. */
  model(open: Open, said: string, paths: readonly string[]): void;
};

export function createTelling(pages: ChatPages, notes: ModelNotes): Tell {
  return {
    async person(open, because, way) {
      const kind = because.args['left'] || FAILED.has(because.code) ? 'warning' : 'info';
      const page = pages.showing(open.conversation.id);
      if (page?.visible) return page.notify(banner(ID, kind, because, way));
      const text = inNotice(say(because));
      const buttons = way === undefined ? [] : [say({ code: way.label, args: {} })];
      const show = kind === 'info' ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
      void show(text, ...buttons).then((button) => button !== undefined && way?.act());
    },
    model(open, said, paths) {
      if (paths.length === 0) return;
      notes.add(
        open.conversation.id,
        `(${said} ${paths.join(', ')}. Read these files again before you go on with them.)`,
      );
    },
  };
}

export function outcomeOf({ plan, only }: Chosen, result: UndoResult): Outcome {
  const wanted = ({ path }: { path: string }) => only === undefined || only.includes(path);
  const { conflicts, unknown } = sorted(plan);
  const failed = result.failed.map(({ path, reason }) => reason.replaceAll(path, nameOf(path)));
  const reasons = [...conflicts, ...unknown]
    .filter(wanted)
    .flatMap((file) => ('because' in file ? [reasonOf(file)] : []));
  return { files: namesOf(result.done), left: some([...failed, ...reasons], ' ') };
}

export function namesOf(paths: readonly string[]): string {
  return some(paths.map(nameOf), ', ');
}

function some(texts: readonly string[], between: string): string {
  const shown = texts.slice(0, MOST).join(between);
  return texts.length <= MOST ? shown : vscode.l10n.t('{0} and {1} more', shown, texts.length - MOST);
}

/** What a plan leaves as it is. */
export function leftAlone(plan: UndoPlan): string[] {
  const { conflicts, unknown } = sorted(plan);
  return [...conflicts, ...unknown].map(({ path }) => path);
}
