// Builds what belongs to one root folder: its settings, kept up to date, and the conversations that follow them.
import { randomUUID } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { homedir, release } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { EditFunctions } from '../contracts/edit.ts';
import type { Recorder } from '../contracts/journal.ts';
import type { Login, LoginConfig } from '../contracts/login.ts';
import type { Because, Rule } from '../contracts/permission.ts';
import type { Settings } from '../contracts/settings.ts';
import type { Workspace } from '../contracts/tool.ts';
import type { EditorModels } from '../host/editorModels.ts';
import { editorNetwork, onEditorNetworkChanged } from '../host/editorNetwork.ts';
import { cleanEnvironment } from '../host/environment.ts';
import { createFileList, type FileList } from '../host/fileList.ts';
import { LOGIN_KEY } from '../host/ids.ts';
import type { Log } from '../host/log.ts';
import { createApprovedRecords } from '../host/mcpApprovals.ts';
import { createStoredInputs } from '../host/mcpInputs.ts';
import { waitingServers } from '../host/mcpServers.ts';
import type { Project } from '../host/project.ts';
import type { Redirects } from '../host/redirects.ts';
import type { StoredKeys } from '../host/secrets.ts';
import type { FolderStatus } from '../host/statusView.ts';
import { createTrustStore } from '../host/trustStore.ts';
import { serverPolicyOf } from '../mcp/config/serverPolicy.ts';
import { createOpenCalls } from '../mcp/interaction/openCalls.ts';
import { createResourceWatch } from '../mcp/interaction/resourceWatch.ts';
import { createSampling } from '../mcp/interaction/sampling.ts';
import { createFetchPage } from '../network/fetchPage.ts';
import { createNetwork } from '../network/network.ts';
import { createJudge, type JudgeOptions } from '../permissions/judge.ts';
import { type LintPlaces, lintRules } from '../permissions/lint/lintRules.ts';
import type { ShellReader } from '../permissions/shell/script.ts';
import { baseUrlOf, type CredentialParts } from '../providers/credentials.ts';
import { asFarAsLetIn, whyRefused } from '../providers/forcedLogin.ts';
import { createProvider } from '../providers/index.ts';
import { secretsOfCustomHeaders } from '../providers/requestHeaders.ts';
import { routeProvider } from '../providers/routeProvider.ts';
import { tryCredential } from '../providers/tryCredential.ts';
import { underLogin } from '../providers/vendorOf.ts';
import { forcedLogin } from '../settings/forcedLogin.ts';
import { helperCommands } from '../settings/helperCommands.ts';
import { editorMcpFile, mcpFile } from '../settings/mcpServers.ts';
import { setValue } from '../settings/setValue.ts';
import { changedSince, watchSettings } from '../settings/watch.ts';
import { shellKindOf } from '../tools/findShell.ts';
import { createDecisionHistory } from '../transcript/decisionHistory.ts';
import { createTranscriptStore } from '../transcript/store.ts';
import { announceSlow } from '../util/announceSlow.ts';
import { sayInEnglish } from '../util/phrases.ts';
import { runHelper } from '../util/runHelper.ts';
import { scrubbedEnvironment } from '../util/scrubbedEnvironment.ts';
import { accountOf, REHEARSAL } from './accountOf.ts';
import { helpersIn } from './helpersIn.ts';
import { ignoreLineOf } from './ignoreLines.ts';
import { judgeOptionsOf, withRuleProblems } from './judgeOptions.ts';
import { managedDirOf } from './managedDir.ts';
import { createEditorTools } from './mcpEditorTools.ts';
import { type OpenedServers, openServers } from './mcpServers.ts';
import { openMcpSignIn } from './mcpSignIn.ts';
import { createToolStore } from './mcpToolStore.ts';
import { bypassOffered, isUnconfinedRoot, type ModeFacts, offeredModes, startMode } from './modes.ts';
import { openJournal } from './openJournal.ts';
import { openModels } from './openModels.ts';
import type { WindowUsage } from './openUsage.ts';
import { createServerOffers } from './serverOffers.ts';
import { startConversation } from './startConversation.ts';
import { statusFolder } from './statusFolder.ts';
import { createTrustedSettings } from './trustedSettings.ts';
import { whoIsSignedIn } from './whoIsSignedIn.ts';

export type ProjectParts = {
  context: vscode.ExtensionContext;
  configDir: string;
  keys: StoredKeys;
  log: Log;
  workspace: Workspace;
  edits: EditFunctions;
  /** The accounts of a team's login. */
  login(config: LoginConfig): Login;
  /** Where browsers come back to. */
  redirects: Redirects;
  ripgrep(): Promise<string>;
  /** What the model of a conversation is to be told with its next request. */
  notes?(conversation: string): Promise<string[]>;
  /** The same recorder for a root folder, with an eye on what is written without a review. */
  watchWrites?(recorder: Recorder, root: string): Recorder;
  usage: WindowUsage;
  /** The language models of VS Code itself. */
  editorModels: EditorModels;
  /** Loads its parsers at the first call. */
  shell(): Promise<ShellReader>;
};

export type OpenedProject = Project & {
  readonly files: FileList;
  readonly recorder: Recorder;
  /** How a model is reached from here, for people to look at. */
  readonly status: FolderStatus;
  /** What a new conversation begins with. */
  defaultModel(): string;
  readonly servers: OpenedServers;
};

/** Whose values no log may show, whoever says them. */
const SECRET_VARIABLES = [
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_AUTH_TOKEN',
  'CLAUDE_CODE_OAUTH_TOKEN',
  'ANTHROPIC_FOUNDRY_API_KEY',
  'ANTHROPIC_FOUNDRY_AUTH_TOKEN',
  'ANTHROPIC_IDENTITY_TOKEN',
  'AZURE_CLIENT_SECRET',
  'AZURE_CLIENT_CERTIFICATE_PASSWORD',
  'AWS_BEARER_TOKEN_BEDROCK',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  'CLAUDE_CODE_CLIENT_KEY_PASSPHRASE',
] as const;

/** Of so many past calls an offer says how many it would have met. */
const PAST_CALLS = 200;

/** What the system keeps of the organisation's settings tells nobody that it changed. */
const POLICY_POLL_MS = 30 * 60_000;

/** Rejects with a readable reason when the folder cannot be used. */
export async function openProject(root: string, parts: ProjectParts): Promise<OpenedProject> {
  const { context, configDir, keys, log } = parts;
  const home = homedir();
  const changed = new vscode.EventEmitter<void>();
  const settingsRead = new vscode.EventEmitter<void>();
  let waiting = '';
  const managedDir = managedDirOf(context);
  const trustedSettings = createTrustedSettings(
    {
      root,
      home,
      configDir,
      trusted: () => vscode.workspace.isTrusted,
      // What cannot be read may well be a key.
      keepsKey: () =>
        keys.list().then(
          (list) => list.length > 0 || context.globalState.get(LOGIN_KEY) === true,
          () => true,
        ),
      env: process.env,
      managedDir,
    },
    createTrustStore(context.globalState),
  );
  const load = async () => withRuleProblems(await trustedSettings.load());

  const readingFrom = Date.now();
  let settings: Settings = await load();
  // An account that cannot be read is one all the same: nothing else is used in its place.
  const hasLogin = async ({ login }: Settings) =>
    login !== undefined &&
    parts
      .login(login)
      .accounts()
      .then(
        (accounts) => accounts.length > 0,
        () => true,
      );
  let signedIn = await hasLogin(settings);
  let realDirectories = await realPaths([root, ...settings.additionalDirectories]);
  const read = async () => {
    settings = await load();
    signedIn = await hasLogin(settings);
    realDirectories = await realPaths([root, ...settings.additionalDirectories]);
  };
  const watchedFiles = () =>
    // A key of the registry is no file.
    [...settings.sources.map((source) => source.file), mcpFile(root), editorMcpFile(root)].filter((file) =>
      path.isAbsolute(file),
    );
  let watched = watchedFiles();
  let watcher = watchSettings(watched, () => reloadLater());
  let reading: Promise<void> = Promise.resolve();
  /** One at a time: an older reading must not win over a newer one. Whoever asked for a reading hears of its failure. */
  const reload = () => {
    reading = reading
      .catch(() => {})
      .then(async () => {
        await read();
        const now = watchedFiles();
        if (now.join('\n') !== watched.join('\n')) {
          watcher.dispose();
          watched = now;
          watcher = watchSettings(now, () => reloadLater());
          // Something may have changed before the new watch began.
          await read();
        }
        // Certificates that settings name may be others now.
        network.ways.readAgain(true);
        settingsRead.fire();
        changed.fire();
      });
    return reading;
  };
  const reloadLater = () => {
    reload().catch((cause: unknown) => log.error(`The settings of ${root} could not be read again`, cause));
  };

  const policyPoll = setInterval(reloadLater, POLICY_POLL_MS);
  policyPoll.unref();

  const env = () => ({ ...cleanEnvironment(process.env), ...settings.env });
  /** What counts for requests; programs are not told of the login. */
  const modelEnv = () => (signedIn ? underLogin(env(), settings.login?.baseUrl) : env());
  // Once a window: a conversation should not change its language in the middle.
  const shellKind = await shellKindOf(env(), process.platform);
  const defaultModel = () => models.choice.resolve(models.choice.start().model, false);
  const models = openModels({
    env: modelEnv,
    settings: () => settings,
    list: (signal) => vendors.listModels(signal),
    editor: parts.editorModels,
    userSettings: path.join(configDir, 'settings.json'),
    reload: () => reload(),
    changed: () => changed.fire(),
    log: (text, cause) => log.error(text, cause),
  });
  const hideSecrets = () => {
    // Its key is no secret, and a word of its name.
    if (defaultModel() === REHEARSAL) return;
    const now = env();
    for (const name of SECRET_VARIABLES) log.hide(now[name]);
    for (const secret of secretsOfCustomHeaders(now)) log.hide(secret);
  };
  hideSecrets();
  const network = createNetwork({ env, editor: editorNetwork, mayRun: () => vscode.workspace.isTrusted });
  const fetchPage = createFetchPage({ ways: network.ways });
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
    login: async (renew, signal) => settings.login && parts.login(settings.login).token(renew, signal),
    loginBaseUrl: () => settings.login?.baseUrl,
    helpers: () => helperCommands(settings),
    forced: () => forcedLogin(settings),
  };
  const meter = parts.usage.meter({ root, settings: () => settings, env: modelEnv });
  const vendors = createProvider({
    env: modelEnv,
    metered: meter.metered,
    ...credentials,
    fetch: network.fetch,
    runHelper: announceSlow(
      helpersIn(runHelper, { root, home, trusted: () => vscode.workspace.isTrusted }),
      showHelper,
    ),
    mayStart: () => vscode.workspace.isTrusted,
    tell: (because) => {
      log.info(sayInEnglish(because));
      showHelper(because);
    },
    onRequest: (facts) => log.info(`Request ${JSON.stringify(facts)}`),
    onLimits: (limits) => models.heard(limits),
    onWake: network.refresh,
  });
  const editorRefused = () => whyRefused(forcedLogin(settings), { source: 'none', name: 'VS Code', baseUrl: '' });
  const provider = models.guarded(
    routeProvider(
      vendors,
      meter.metered(asFarAsLetIn(parts.editorModels.provider, editorRefused), () => 'editor'),
    ),
  );
  const account = (model: string) => {
    const login = () => whoIsSignedIn(settings.login, parts.login);
    const shown = { ...credentials, login, loginIsSetUp: settings.login !== undefined };
    return accountOf(shown, modelEnv(), model);
  };
  const status = statusFolder({
    root,
    env: modelEnv,
    processEnv: process.env,
    settings: () => settings,
    editor: editorNetwork,
    ways: network.ways,
    probe: network.probe,
    provider,
    account,
    defaultModel,
    person: async () => settings.login && (await parts.login(settings.login).accounts())[0]?.label,
    helpers: () => helperCommands(settings),
    sendAs: models.choice.sendAs,
    versions: {
      assent: version(context),
      vscode: vscode.version,
      node: process.versions.node,
      system: `${process.platform} ${process.arch} ${release()}`,
    },
  });
  const lintPlaces = (): LintPlaces => ({
    root,
    home,
    platform: process.platform,
    managedOnly: settings.managedRulesOnly === true,
  });
  const modeFacts = (): ModeFacts => {
    const own = vscode.workspace.getConfiguration('assent');
    return {
      chosen: own.inspect('initialPermissionMode')?.globalValue,
      defaultMode: settings.defaultMode,
      allowsBypass: own.inspect('allowDangerouslySkipPermissions')?.globalValue === true,
      disableBypass: settings.disableBypass,
      bypassAccepted: settings.values['skipDangerousModePermissionPrompt'] === true,
      unconfinedRoot: isUnconfinedRoot(process.env, process.getuid?.()),
    };
  };
  const judgeOptions = (sessionRules: readonly Rule[]): JudgeOptions => {
    const now = env();
    // A copy of the environment knows letter case, where Windows itself does not.
    const searchPath = now['PATH'] ?? now['Path'] ?? '';
    const places = { root, configDir, trusted: vscode.workspace.isTrusted, searchPath };
    return {
      ...judgeOptionsOf(settings, sessionRules, places),
      disableBypass: !bypassOffered(modeFacts()),
      past: () => decisions.known(PAST_CALLS),
      // Git runs, so in trusted folders only.
      ignoreLine: async (file) => (vscode.workspace.isTrusted ? ignoreLineOf(file, home, log) : undefined),
      shell: parts.shell,
    };
  };
  const transcripts = createTranscriptStore({
    configDir,
    version: version(context),
    env,
    now: Date.now,
    newId: randomUUID,
  });
  const decisions = createDecisionHistory({ configDir, root, log: (text) => log.info(text) });
  const changes = openJournal({
    ...parts,
    root: await realpath(root),
    storage: context.globalStorageUri.fsPath,
    settings: () => settings,
    env,
    log: (text) => log.info(text),
  });
  const logins = openMcpSignIn({
    context,
    redirects: parts.redirects,
    fetch: network.fetch,
    env,
    clientMetadataUrl: () => settings.mcpClientMetadataUrl,
    log,
  });
  const serverCalls = createOpenCalls({
    newId: randomUUID,
    // A person said yes to this address, in the conversation.
    openAddress: async (url) => vscode.env.openExternal(vscode.Uri.parse(url, true)),
    log: (text) => log.info(text),
  });
  const servers = openServers({
    asks: {
      elicit: serverCalls.elicit,
      sample: createSampling({ calls: serverCalls, judge: createJudge(() => judgeOptions([])), newId: randomUUID }),
    },
    logins,
    root,
    home,
    configDir,
    managedDir,
    trusted: () => vscode.workspace.isTrusted,
    settings: () => settings,
    startEnv: cleanEnvironment(process.env),
    env,
    programEnv: () => scrubbedEnvironment(env(), process.platform),
    workingDirectories: () => realDirectories,
    accept: async (ids) => {
      await trustedSettings.accept(ids);
      await reload();
    },
    records: createApprovedRecords(context.globalState),
    inputs: createStoredInputs(editorMcpFile(root), context.secrets),
    toolStore: createToolStore(path.join(context.globalStorageUri.fsPath, 'servers')),
    fetch: network.fetch,
    openSocket: network.openSocket,
    version: version(context),
    log,
  });
  const resourceWatch = createResourceWatch(servers.connections, (text) => log.info(text));
  const editorTools = createEditorTools({
    ownId: context.extension.id,
    // Of the person alone: neither a repository nor what another extension gives as a default switches them on.
    wanted: () =>
      vscode.workspace.isTrusted &&
      vscode.workspace.getConfiguration('assent').inspect('mcp.editorTools')?.globalValue === true,
    policy: () => serverPolicyOf(settings, cleanEnvironment(process.env)),
    exclusive: servers.exclusive,
    tell: (because) => log.info(sayInEnglish(because)),
  });
  const files = createFileList(root, parts.ripgrep, () => settings.respectGitignore);
  const subscriptions = [
    changed,
    changes,
    changed.event(hideSecrets),
    logins.follow(servers.connections),
    settingsRead.event(() => {
      servers.settingsChanged().catch((cause: unknown) => log.error(`The servers of ${root} could not be read`, cause));
    }),
    settingsRead,
    resourceWatch,
    servers.onChanged(() => {
      const now = [...waitingServers(servers), ...servers.problems().map(({ file }) => file)].join('\n');
      if (now === waiting) return;
      waiting = now;
      changed.fire();
    }),
    models,
    parts.editorModels.onChanged(() => changed.fire()),
    onEditorNetworkChanged(network.refresh),
    { dispose: network.refresh },
    vscode.workspace.onDidGrantWorkspaceTrust(reloadLater),
    // Another mode may be offered now.
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('assent.allowDangerouslySkipPermissions')) changed.fire();
    }),
    keys.onChanged(() => {
      provider.forget();
      changed.fire();
    }),
  ];

  // While they were read, and nobody watched yet.
  if (changedSince(watched, settings.sources, readingFrom)) reloadLater();

  return {
    root,
    commandTool: shellKind === 'powershell' ? 'PowerShell' : 'Bash',
    transcripts,
    decisions,
    journal: changes.journal,
    servers,
    recorder: changes.recorder,
    files,
    judge: createJudge(() => judgeOptions([])),
    judgeWith: (session) => createJudge(() => judgeOptions(session)),
    lint: async (signal) => lintRules(settings.rules, { ...lintPlaces(), shell: await parts.shell() }, signal),
    reload,
    settings: () => settings,
    spending: meter.spending,
    acceptLoosening: async (ids) => {
      const held = settings.loosening.filter(({ id, state }) => state === 'held' && ids.includes(id));
      await trustedSettings.accept(held.map(({ id }) => id));
      await reload();
    },
    ruleRemoved: async ({ behavior, file, text }, removed) => {
      if (behavior !== 'allow' || file === undefined) return;
      await (removed ? trustedSettings.withdrawRules(file, [text]) : trustedSettings.acceptRules(file, [text]));
    },
    account: () => account(defaultModel()),
    status,
    defaultModel,
    modelAddress: () => baseUrlOf(env()),
    forcedLogin: () => forcedLogin(settings),
    forgetCredentials: () => provider.forget(),
    tryCredential: (credential, baseUrl) =>
      tryCredential(credential, { fetch: network.fetch, env: env(), baseUrl }, new AbortController().signal),
    helperSays: () => helperSays,
    models: () => models.choices([models.choice.start().model]),
    reasoning: models.defaults,
    refusedModel: models.choice.refused,
    lookForModels: models.look,
    keepModel: models.keep,
    rateLimit: models.limit,
    modes: () => offeredModes(modeFacts()),
    startMode: () => startMode(modeFacts()),
    bypass: {
      accepted: () => modeFacts().bypassAccepted,
      accept: async () => {
        await setValue(path.join(configDir, 'settings.json'), 'skipDangerousModePermissionPrompt', true);
        await reload();
      },
    },
    start: (from) => {
      // Past decisions are read while the person types.
      decisions.known(0);
      // The parsers of commands are loaded while the person types, and so is the vendor's client.
      void parts.shell();
      // Side by side and in the background: no turn waits for them.
      servers.start();
      models.prepare(
        (from !== undefined && 'messages' in from ? from.model : undefined) ?? models.choice.start().model,
      );
      void provider.prepare().catch((cause: unknown) => log.error('The model client could not be loaded', cause));
      return startConversation(
        {
          ...parts,
          root,
          managedDir,
          provider,
          models: models.choice,
          meter,
          fetchPage,
          transcripts,
          recorder: parts.watchWrites?.(changes.recorder, root) ?? changes.recorder,
          env,
          judgeOptions,
          settings: () => settings,
          workingDirectories: () => realDirectories,
          shellKind,
          servers,
          serverCalls,
          resourceWatch,
          editorTools,
          remembered: async (file, rules) => {
            await trustedSettings.acceptRules(file, rules);
            await reload();
          },
        },
        { mode: startMode(modeFacts()), ...models.choice.start() },
        from,
      );
    },
    serverOffers: createServerOffers(servers.connections, (text) => log.info(text)),
    onChanged: changed.event,
    dispose: async () => {
      watcher.dispose();
      clearInterval(policyPoll);
      files.dispose();
      for (const subscription of subscriptions) subscription.dispose();
      await servers.dispose();
    },
  };
}

async function realPaths(folders: readonly string[]): Promise<string[]> {
  // A folder that does not exist (yet) stands for itself.
  return Promise.all(folders.map((folder) => realpath(folder).catch(() => folder)));
}

function version(context: vscode.ExtensionContext): string {
  const { version } = context.extension.packageJSON as { version: string };
  return version;
}
