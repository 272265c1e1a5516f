// Asks for a key or a token, tries it, and keeps it in secret storage.
import * as vscode from 'vscode';
import type { Credential, Trial } from '../contracts/provider.ts';
import { hostOf } from '../util/hostOf.ts';
import { askSecret } from './askSecret.ts';
import type { Project } from './project.ts';
import { sourceName } from './sayAccount.ts';
import { markOf } from './secrets.ts';
import type { SignInParts } from './signInParts.ts';
import { tellWithStatus } from './tellWithStatus.ts';

const VENDOR = 'https://api.anthropic.com';

export async function signInWithKey(parts: SignInParts): Promise<void> {
  const project = await parts.project();
  const address = project?.modelAddress() ?? VENDOR;
  const apiKey = await askSecret({
    title: vscode.l10n.t('Enter an API key'),
    prompt:
      address === VENDOR
        ? vscode.l10n.t('The key is sent to the model provider only.')
        : vscode.l10n.t('The key is sent to {0} only, as your settings say.', hostOf(address)),
    attempt: trialOf(project, address, (text) => ({ source: 'stored', apiKey: text })),
  });
  if (apiKey === undefined) return;
  const usual = address === VENDOR ? vscode.l10n.t('API key') : hostOf(address);
  const label = await labelFor(parts, usual, markOf({ apiKey }));
  if (label === undefined) return;
  await parts.keys.add({ label, origin: new URL(address).origin, apiKey });
  await tellSignedIn(project);
}

/** The token goes into secret storage, its address into the person's own settings. */
export async function signInWithGateway(parts: SignInParts): Promise<void> {
  const project = await parts.project();
  const now = project?.modelAddress() ?? VENDOR;
  const title = vscode.l10n.t('Use a gateway');
  const entered = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('The address of the gateway, without “/v1”.'),
    value: now === VENDOR ? '' : now,
    placeHolder: 'https://llm.example.com',
    ignoreFocusOut: true,
    validateInput: (text) => addressFault(text.trim()),
  });
  const address = entered?.trim().replace(/\/+$/, '');
  if (!address) return;
  const authToken = await askSecret({
    title,
    prompt: vscode.l10n.t('Your token for {0}. It is sent there only.', hostOf(address)),
    attempt: trialOf(project, address, (text) => ({ source: 'stored', authToken: text })),
  });
  if (authToken === undefined) return;
  const label = await labelFor(parts, hostOf(address), markOf({ authToken }));
  if (label === undefined) return;
  await parts.keys.add({ label, origin: new URL(address).origin, authToken });
  if (address !== now) await parts.setEnv('ANTHROPIC_BASE_URL', address);
  await project?.reload();
  await tellSignedIn(project);
}

function trialOf(project: Project | undefined, address: string, credential: (text: string) => Credential) {
  return async (text: string): Promise<Trial> =>
    project === undefined
      ? { state: 'untested', detail: vscode.l10n.t('no folder is open') }
      : project.tryCredential(credential(text), address);
}

/** Asked only where there is another account to tell it from. */
async function labelFor({ keys }: SignInParts, usual: string, mark: string): Promise<string | undefined> {
  const accounts = await keys.list().catch(() => []);
  const same = accounts.find((account) => account.mark === mark);
  if (same !== undefined) return same.label;
  if (accounts.length === 0) return usual;
  const taken = new Set(accounts.map(({ label }) => label));
  const label = await vscode.window.showInputBox({
    title: vscode.l10n.t('What do you call this account?'),
    prompt: vscode.l10n.t('There is another one already; the name tells them apart. The same name replaces it.'),
    value: taken.has(usual) ? `${usual} ${mark}` : usual,
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === '' ? vscode.l10n.t('Give it a name.') : undefined),
  });
  return label?.trim();
}

async function tellSignedIn(project: Project | undefined): Promise<void> {
  const account = (await project?.account()) ?? { state: 'none' };
  if (account.state !== 'ready' || account.source === 'stored') {
    void vscode.window.showInformationMessage(vscode.l10n.t('Signed in. The key is in the secret storage of VS Code.'));
    return;
  }
  void tellWithStatus(
    'info',
    vscode.l10n.t('The key is stored, but it is not used yet: {0}, and that goes before it.', sourceName(account)),
  );
}

function addressFault(text: string): string | undefined {
  if (text === '') return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    return vscode.l10n.t('An address begins with https:// and names a host.');
  }
  if (url.username !== '' || url.password !== '') {
    return vscode.l10n.t('Leave out the user name and password: the token is asked for next.');
  }
  const local = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  return url.protocol === 'http:' && !local
    ? vscode.l10n.t('Use https:// here: over http:// anybody on the way could read your token.')
    : undefined;
}
