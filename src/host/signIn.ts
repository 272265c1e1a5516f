// Signing in: the ways there are, each with what it needs. Keys go from the box into secret storage and nowhere else.
import * as vscode from 'vscode';
import type { SignInWay } from '../protocol.ts';
import { hostOf } from '../util/hostOf.ts';
import { say } from './say.ts';
import { sourceName } from './sayAccount.ts';
import type { StoredAccount } from './secrets.ts';
import type { SignInParts } from './signInParts.ts';
import { type Cloud, signInToCloud } from './signInToCloud.ts';
import { signInWithGateway, signInWithKey } from './signInWithKey.ts';
import { tellWithStatus } from './tellWithStatus.ts';

type Way = vscode.QuickPickItem & { way?: SignInWay; run?: () => Promise<unknown> };

/** Asks which way, where none is given or the given one is not open to the person. */
export async function signIn(parts: SignInParts, wanted?: SignInWay): Promise<void> {
  const project = await parts.project();
  const forced = project?.forcedLogin();
  if (forced?.method === 'claudeai') {
    const because = { code: 'credentials.force.chatAccount', args: { file: forced.file } };
    void tellWithStatus('error', say(because));
    return;
  }
  const ways: Way[] = [];
  if (forced?.method !== 'gateway') ways.push(...(await storedWays(parts)));
  if (forced?.method !== 'console') ways.push(...(await teamWays(parts)));
  if (forced?.method !== 'gateway') ways.push(keyWay(parts));
  if (forced === undefined) ways.push(...otherWays(parts), ...(await editorWays(parts)), teamSettingsWay());
  if (ways.length === 0) {
    const because = { code: 'credentials.force.noLogin', args: { file: forced?.file ?? '' } };
    void tellWithStatus('error', say(because));
    return;
  }
  const title = vscode.l10n.t('How does Assent reach the model?');
  const direct = ways.filter(({ way }) => way !== undefined && way === wanted);
  if (direct.length === 1) return void (await direct[0]?.run?.());
  const options = { title, ignoreFocusOut: true, matchOnDescription: true, matchOnDetail: true };
  const choice = await vscode.window.showQuickPick(direct.length > 1 ? direct : ways, options);
  await choice?.run?.();
}

/** Forgets what was typed in, in every window, and says what else still signs in. */
export async function signOut(parts: SignInParts): Promise<void> {
  const [accounts, logins] = await Promise.all([
    // What cannot be read is forgotten all the same.
    parts.keys.list().catch((): StoredAccount[] => []),
    parts.teamLogin?.accounts() ?? [],
  ]);
  const all: Way = { label: `$(sign-out) ${vscode.l10n.t('Sign out of everything')}`, run: () => forgetAll(parts) };
  const ways: Way[] = [
    all,
    ...logins.map(({ id, label }) => ({
      label: `$(organization) ${label}`,
      description: vscode.l10n.t('sign-in of your team'),
      run: async () => parts.teamLogin?.signOut(id),
    })),
    ...accounts.map(({ label, origin, mark }) => ({
      label: `$(key) ${label}`,
      description: `${hostOf(origin)} · ${mark}`,
      run: () => parts.keys.forget(label),
    })),
  ];
  const several = accounts.length + logins.length > 1;
  const title = vscode.l10n.t('Which account is forgotten?');
  const choice = several ? await vscode.window.showQuickPick(ways, { title }) : all;
  if (choice === undefined) return;
  await choice.run?.();
  for (const project of await parts.projects()) project.forgetCredentials();
  const account = (await (await parts.project())?.account()) ?? { state: 'none' };
  if (account.state !== 'ready') {
    void vscode.window.showInformationMessage(vscode.l10n.t('Signed out. The stored key is forgotten.'));
    return;
  }
  void tellWithStatus(
    'info',
    vscode.l10n.t('It is forgotten here. Assent still reaches the model: {0}.', sourceName(account)),
  );
}

async function forgetAll({ keys, teamLogin }: SignInParts): Promise<void> {
  await keys.forget();
  await teamLogin?.signOut();
}

async function storedWays({ keys }: SignInParts): Promise<Way[]> {
  const accounts = await keys.list().catch((): StoredAccount[] => []);
  if (accounts.length === 0) return [];
  return [
    ...accounts.map(({ label, origin, mark, chosen }) => ({
      label: `$(account) ${vscode.l10n.t('Use {0}', label)}`,
      description: `${hostOf(origin)} · ${mark}${chosen ? ` · ${vscode.l10n.t('in use')}` : ''}`,
      run: () => keys.choose(label),
    })),
    separator(),
  ];
}

async function teamWays({ teamLogin }: SignInParts): Promise<Way[]> {
  const host = await teamLogin?.configured();
  if (teamLogin === undefined || host === undefined) return [];
  return [
    {
      way: 'login',
      label: `$(organization) ${vscode.l10n.t('Sign in with your team')}`,
      detail: vscode.l10n.t('Opens {0} in the browser, as your settings say.', host),
      run: () => teamLogin.signIn(),
    },
  ];
}

function keyWay(parts: SignInParts): Way {
  return {
    way: 'key',
    label: `$(key) ${vscode.l10n.t('Enter an API key')}`,
    detail: vscode.l10n.t('From the Anthropic Console. Kept in the secret storage of VS Code.'),
    run: () => signInWithKey(parts),
  };
}

function otherWays(parts: SignInParts): Way[] {
  const clouds: Array<[Cloud, string]> = [
    ['bedrock', 'Amazon Bedrock'],
    ['vertex', 'Google Vertex AI'],
    ['foundry', 'Microsoft Foundry'],
  ];
  return [
    {
      way: 'gateway',
      label: `$(server) ${vscode.l10n.t('Use a gateway')}`,
      detail: vscode.l10n.t('Asks for its address and your token, for an LLM gateway that speaks the Messages API.'),
      run: () => signInWithGateway(parts),
    },
    ...clouds.map(
      ([cloud, label]): Way => ({
        way: 'cloud',
        label: `$(cloud) ${label}`,
        detail: vscode.l10n.t('With the sign-in of that cloud. Puts the variables it needs into your settings.'),
        run: () => signInToCloud(cloud, parts),
      }),
    ),
  ];
}

async function editorWays({ editorModels }: SignInParts): Promise<Way[]> {
  if (editorModels === undefined || !(await editorModels.available())) return [];
  return [
    {
      label: `$(vscode) ${vscode.l10n.t('Use the language models of VS Code')}`,
      detail: vscode.l10n.t('Those that another extension brings. No key is needed here.'),
      run: async () => editorModels.choose(),
    },
  ];
}

/** What is missing where a team has set it up: trust, or the file itself. */
function teamSettingsWay(): Way {
  const trusted = vscode.workspace.isTrusted;
  return {
    way: 'team',
    label: `$(repo) ${vscode.l10n.t('My team has set it up')}`,
    detail: trusted
      ? vscode.l10n.t('Shows what reaches the model now, from which settings file, and what is missing.')
      : vscode.l10n.t('Settings in .claude/settings.json of the repository are used once you trust the folder.'),
    run: async () => vscode.commands.executeCommand(trusted ? 'assent.status' : 'workbench.trust.manage'),
  };
}

function separator(): Way {
  return { label: '', kind: vscode.QuickPickItemKind.Separator };
}
