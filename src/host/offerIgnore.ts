// Asks whether git shall leave the local settings file out, naming the file that would be changed for it.
import * as vscode from 'vscode';
import type { Because } from '../contracts/permission.ts';
import { inNotice } from '../util/plainLine.ts';
import { say } from './say.ts';

const DECLINED = 'assent.ignoreDeclined';

/**
 * `target` is the list that git reads, `line` what would be added to it, and `write` does so or says why it could not.
 * "Never ask" is kept for the profile.
 */
export async function offerIgnore(
  { file, target, line }: { file: string; target: string; line: string },
  write: () => Promise<Because | undefined>,
  state: vscode.Memento,
): Promise<void> {
  if (state.get(DECLINED) === true) return;
  const add = vscode.l10n.t('Add the line');
  const never = vscode.l10n.t('Never ask');
  const question = vscode.l10n.t(
    'Your rules are in {0}, which git would take into a commit. Add the line {1} to {2}, so that git leaves it out in all your repositories?',
    inNotice(file),
    line,
    inNotice(target),
  );
  const answer = await vscode.window.showInformationMessage(question, add, never);
  if (answer === never) await state.update(DECLINED, true);
  if (answer !== add) return;
  const failed = await write();
  if (failed !== undefined) await vscode.window.showErrorMessage(inNotice(say(failed)));
}
