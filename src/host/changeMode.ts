// Changes the permission mode of a conversation; the one without questions only after its warning was accepted.
import * as vscode from 'vscode';
import type { Mode } from '../contracts/permission.ts';
import type { Open } from './openConversations.ts';
import type { Project } from './project.ts';

/** Rejects with a readable reason when the acceptance cannot be stored; the mode stays as it is then. */
export async function changeMode({ project, conversation }: Open, mode: Mode): Promise<void> {
  if (!project.modes().includes(mode)) return;
  if (mode === 'bypassPermissions' && !(await acceptsBypass(project))) return;
  conversation.setMode(mode);
}

/** Shown once: who accepted it is not asked again. */
async function acceptsBypass(project: Project): Promise<boolean> {
  if (project.bypass.accepted()) return true;
  const accept = vscode.l10n.t('I accept the risk');
  const choice = await vscode.window.showWarningMessage(
    vscode.l10n.t('Run without asking?'),
    {
      modal: true,
      detail: vscode.l10n.t(
        'In this mode Assent runs commands, changes files and contacts other machines without asking you. Text that the model reads on the way can make it do harm. Only deny rules, ask rules and the deletion of important folders still stop it. Use it in a container or a virtual machine that you can lose.',
      ),
    },
    accept,
  );
  if (choice !== accept) return false;
  await project.bypass.accept();
  return true;
}
