// Builds what belongs to one root folder: its settings, kept up to date, and the conversations that follow them.
import { randomUUID } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { createFileList } from '../host/fileList.ts';
import { createFetchPage } from '../network/fetchPage.ts';
import { shellKindOf } from '../tools/findShell.ts';
import { createDecisionHistory } from '../transcript/decisionHistory.ts';
import { createTranscriptStore } from '../transcript/store.ts';
import { composeServers } from './composeServers.ts';
import { followSettings } from './followSettings.ts';
import { managedDirOf } from './managedDir.ts';
import { openJournal } from './openJournal.ts';
import { openModelAccess } from './openModelAccess.ts';
import { openPermissions } from './openPermissions.ts';
import type { OpenedProject, ProjectParts } from './projectParts.ts';
import { createServerOffers } from './serverOffers.ts';
import { startConversation } from './startConversation.ts';

/** Rejects with a readable reason when the folder cannot be used. */
export async function openProject(root: string, parts: ProjectParts): Promise<OpenedProject> {
  const { context, configDir, log } = parts;
  const places = { root, home: homedir(), configDir, managedDir: managedDirOf(context) };
  const { version } = context.extension.packageJSON as { version: string };
  const tell = (text: string) => log.info(text);
  const changed = new vscode.EventEmitter<void>();
  const followed = await followSettings(places, parts);
  const { env, now: settings } = followed;
  // Once a window: a conversation should not change its language in the middle.
  const shellKind = await shellKindOf(env(), process.platform);

  const access = openModelAccess({ ...parts, places, followed, version, changed });
  const { provider, models } = access;
  const fetchPage = createFetchPage({ ways: access.network.ways });
  const transcripts = createTranscriptStore({ configDir, version, env, now: Date.now, newId: randomUUID });
  const decisions = createDecisionHistory({ configDir, root, log: tell });
  const changes = openJournal({
    ...parts,
    root: await realpath(root),
    storage: context.globalStorageUri.fsPath,
    settings,
    env,
    log: tell,
  });
  const permissions = openPermissions({ ...parts, places, followed, decisions });
  const { judgeOptions, ...permissionsOfProject } = permissions;
  const { dispose: endServers, ...composed } = composeServers({
    ...parts,
    places,
    followed,
    network: access.network,
    version,
    changed: () => changed.fire(),
  });
  const { servers } = composed;
  const files = createFileList(root, parts.ripgrep, () => settings().respectGitignore);
  const subscriptions = [
    changed,
    changes,
    // After the other parts, which may have something to show by then.
    followed.onRead(() => changed.fire()),
    // Another mode may be offered now.
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('assent.allowDangerouslySkipPermissions')) changed.fire();
    }),
    access,
    followed,
    files,
  ];
  followed.catchUp();

  return {
    root,
    commandTool: shellKind === 'powershell' ? 'PowerShell' : 'Bash',
    transcripts,
    decisions,
    journal: changes.journal,
    recorder: changes.recorder,
    servers,
    editorTools: composed.editorTools,
    files,
    ...permissionsOfProject,
    reload: followed.reload,
    settings,
    acceptLoosening: followed.acceptHeld,
    ruleRemoved: followed.ruleRemoved,
    spending: access.meter.spending,
    account: access.account,
    status: access.status,
    defaultModel: access.defaultModel,
    modelAddress: access.modelAddress,
    forcedLogin: access.forcedLogin,
    forgetCredentials: access.forgetCredentials,
    tryCredential: access.tryCredential,
    helperSays: access.helperSays,
    models: () => models.choices([models.choice.start().model]),
    reasoning: models.defaults,
    refusedModel: models.choice.refused,
    lookForModels: models.look,
    keepModel: models.keep,
    rateLimit: models.limit,
    start: (from) => {
      const id = from?.id ?? randomUUID();
      // Past decisions are read while the person types.
      decisions.known(0);
      // The parsers of commands are loaded while the person types, and so is the vendor's client.
      void parts.shell();
      // Side by side and in the background: no turn waits for them.
      servers.start(id);
      models.prepare(
        (from !== undefined && 'messages' in from ? from.model : undefined) ?? models.choice.start().model,
      );
      void provider.prepare().catch((cause: unknown) => log.error('The model client could not be loaded', cause));
      return startConversation(
        {
          ...parts,
          ...composed,
          places,
          provider,
          models: models.choice,
          meter: access.meter,
          fetchPage,
          transcripts,
          recorder: parts.watchWrites?.(changes.recorder, root) ?? changes.recorder,
          env,
          judgeOptions,
          settings,
          workingDirectories: followed.workingDirectories,
          shellKind,
          remembered: followed.acceptRules,
        },
        { mode: permissions.startMode(), ...models.choice.start() },
        from ?? { id },
      );
    },
    serverOffers: createServerOffers(servers.connections, tell),
    onChanged: changed.event,
    dispose: async () => {
      for (const subscription of subscriptions) subscription.dispose();
      await endServers();
    },
  };
}
