// The way from one root folder to a model: the network, the credential, the meter, the models, and a look at all of it.
import { release } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Because } from '../contracts/permission.ts';
import type { Settings } from '../contracts/settings.ts';
import { editorNetwork, onEditorNetworkChanged } from '../host/editorNetwork.ts';
import type { Project } from '../host/project.ts';
import type { FolderStatus } from '../host/statusView.ts';
import { createNetwork, type OpenedNetwork } from '../network/network.ts';
import { baseUrlOf, type CredentialParts } from '../providers/credentials.ts';
import { asFarAsLetIn, whyRefused } from '../providers/forcedLogin.ts';
import { createProvider, type VendorProvider } from '../providers/index.ts';
import { routeProvider } from '../providers/routeProvider.ts';
import { tryCredential } from '../providers/tryCredential.ts';
import { forcedLogin } from '../settings/forcedLogin.ts';
import { helperCommands } from '../settings/helperCommands.ts';
import type { FolderMeter } from '../usage/meter.ts';
import { announceSlow } from '../util/announceSlow.ts';
import { sayInEnglish } from '../util/phrases.ts';
import { runHelper } from '../util/runHelper.ts';
import { accountOf, REHEARSAL } from './accountOf.ts';
import type { FollowedSettings } from './followSettings.ts';
import { helpersIn } from './helpersIn.ts';
import { hideSecrets } from './hideSecrets.ts';
import { type OpenModels, openModels } from './openModels.ts';
import type { ProjectParts, ProjectPlaces } from './projectParts.ts';
import { statusFolder } from './statusFolder.ts';
import { whoIsSignedIn } from './whoIsSignedIn.ts';

/** What a project says of it. */
type Said = Pick<
  Project,
  'account' | 'modelAddress' | 'forcedLogin' | 'forgetCredentials' | 'tryCredential' | 'helperSays'
>;

export type ModelAccess = Said & {
  readonly network: OpenedNetwork;
  /** With the meter in front of every try. */
  readonly provider: VendorProvider;
  readonly meter: FolderMeter;
  readonly models: OpenModels;
  readonly status: FolderStatus;
  /** What a new conversation begins with. */
  defaultModel(): string;
  dispose(): void;
};

export function openModelAccess(
  parts: Pick<ProjectParts, 'keys' | 'login' | 'usage' | 'editorModels' | 'log'> & {
    places: ProjectPlaces;
    followed: FollowedSettings;
    version: string;
    changed: vscode.EventEmitter<void>;
  },
): ModelAccess {
  const { followed, keys, log, changed, editorModels } = parts;
  const { root, home, configDir } = parts.places;
  const { env, modelEnv, now: settings } = followed;
  const trusted = () => vscode.workspace.isTrusted;

  const network = createNetwork({ env, editor: editorNetwork, mayRun: trusted });
  const models = openModels({
    env: modelEnv,
    settings,
    list: (signal) => vendors.listModels(signal),
    editor: editorModels,
    userSettings: path.join(configDir, 'settings.json'),
    reload: followed.reload,
    changed: () => changed.fire(),
    log: (text, cause) => log.error(text, cause),
  });
  const defaultModel = () => models.choice.resolve(models.choice.start().model, false);
  const hideNow = () => {
    // Its key is no secret, and a word of its name.
    if (defaultModel() !== REHEARSAL) hideSecrets(log, env());
  };
  hideNow();

  let helperSays: Because | undefined;
  const showHelper = (because: Because | undefined) => {
    if (because === helperSays) return;
    helperSays = because;
    changed.fire();
  };
  const credentials: CredentialParts = {
    stored: async () => {
      const stored = await keys.chosen();
      log.hide(stored?.apiKey ?? stored?.authToken);
      return stored;
    },
    login: async (renew, signal) => loginOf(settings())?.token(renew, signal),
    loginBaseUrl: () => settings().login?.baseUrl,
    helpers: () => helperCommands(settings()),
    forced: () => forcedLogin(settings()),
  };
  const loginOf = ({ login }: Settings) => login && parts.login(login);
  const meter = parts.usage.meter({ root, settings, env: modelEnv });
  const vendors = createProvider({
    env: modelEnv,
    metered: meter.metered,
    ...credentials,
    fetch: network.fetch,
    runHelper: announceSlow(helpersIn(runHelper, { root, home, trusted }), showHelper),
    mayStart: trusted,
    tell: (because) => {
      log.info(sayInEnglish(because));
      showHelper(because);
    },
    onRequest: (facts) => log.info(`Request ${JSON.stringify(facts)}`),
    onLimits: (limits) => models.heard(limits),
    onWake: network.refresh,
  });
  const editorRefused = () => whyRefused(forcedLogin(settings()), { source: 'none', name: 'VS Code', baseUrl: '' });
  const editor = meter.metered(asFarAsLetIn(editorModels.provider, editorRefused), () => 'editor');
  const provider = models.guarded(routeProvider(vendors, editor));

  const account = (model: string) => {
    const { login } = settings();
    const shown = { ...credentials, login: () => whoIsSignedIn(login, parts.login), loginIsSetUp: login !== undefined };
    return accountOf(shown, modelEnv(), model);
  };
  const status = statusFolder({
    root,
    env: modelEnv,
    processEnv: process.env,
    settings,
    editor: editorNetwork,
    ways: network.ways,
    probe: network.probe,
    provider,
    account,
    defaultModel,
    person: async () => (await loginOf(settings())?.accounts())?.[0]?.label,
    helpers: () => helperCommands(settings()),
    sendAs: models.choice.sendAs,
    versions: {
      assent: parts.version,
      vscode: vscode.version,
      node: process.versions.node,
      system: `${process.platform} ${process.arch} ${release()}`,
    },
  });
  const subscriptions = [
    // Certificates that settings name may be others now.
    followed.onRead(() => network.ways.readAgain(true)),
    changed.event(hideNow),
    models,
    editorModels.onChanged(() => changed.fire()),
    onEditorNetworkChanged(network.refresh),
    { dispose: network.refresh },
    keys.onChanged(() => {
      provider.forget();
      changed.fire();
    }),
  ];
  return {
    network,
    provider,
    meter,
    models,
    status,
    defaultModel,
    account: () => account(defaultModel()),
    modelAddress: () => baseUrlOf(env()),
    forcedLogin: () => forcedLogin(settings()),
    forgetCredentials: () => provider.forget(),
    tryCredential: (credential, baseUrl) =>
      tryCredential(credential, { fetch: network.fetch, env: env(), baseUrl }, new AbortController().signal),
    helperSays: () => helperSays,
    dispose: () => {
      for (const subscription of subscriptions) subscription.dispose();
    },
  };
}
