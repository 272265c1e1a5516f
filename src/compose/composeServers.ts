// Gives the servers of one root folder what they need of VS Code and of the other parts: sign-ins, questions, inputs,
// what was approved of them.
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import * as vscode from 'vscode';
import { askToIgnore } from '../host/askToIgnore.ts';
import { cleanEnvironment } from '../host/environment.ts';
import { createStoredInputs } from '../host/mcpInputs.ts';
import { waitingServers } from '../host/mcpServers.ts';
import { say } from '../host/say.ts';
import { serverPolicyOf } from '../mcp/config/serverPolicy.ts';
import { createOpenCalls, type OpenCalls } from '../mcp/interaction/openCalls.ts';
import { createResourceWatch, type ResourceWatch } from '../mcp/interaction/resourceWatch.ts';
import { createSampling } from '../mcp/interaction/sampling.ts';
import type { OpenedNetwork } from '../network/network.ts';
import { editorMcpFile } from '../settings/mcpServers.ts';
import { sayInEnglish } from '../util/phrases.ts';
import { scrubbedEnvironment } from '../util/scrubbedEnvironment.ts';
import { createApprovedRecords } from './approvedRecords.ts';
import type { FollowedSettings } from './followSettings.ts';
import { createIgnoreOffer } from './ignoreLines.ts';
import { createEditorTools, type EditorTools } from './mcpEditorTools.ts';
import { type OpenedServers, openServers } from './mcpServers.ts';
import { openMcpSignIn } from './mcpSignIn.ts';
import { createToolStore } from './mcpToolStore.ts';
import type { ProjectParts, ProjectPlaces } from './projectParts.ts';

export type ComposedServers = {
  readonly servers: OpenedServers;
  /** Calls of servers that run, through which they ask. */
  readonly serverCalls: OpenCalls;
  readonly resourceWatch: ResourceWatch;
  /** Tools of other extensions. */
  readonly editorTools: EditorTools;
  dispose(): Promise<void>;
};

export function composeServers(
  parts: Pick<ProjectParts, 'context' | 'redirects' | 'log'> & {
    places: ProjectPlaces;
    followed: FollowedSettings;
    network: OpenedNetwork;
    version: string;
    /** Others wait for a person now, or something is wrong with others. */
    changed(): void;
  },
): ComposedServers {
  const { context, followed, network, log } = parts;
  const { root } = parts.places;
  const { env, now: settings } = followed;
  const startEnv = cleanEnvironment(process.env);
  const tell = (text: string) => log.info(text);
  const logins = openMcpSignIn({
    context,
    redirects: parts.redirects,
    fetch: network.fetch,
    env,
    clientMetadataUrl: () => settings().mcpClientMetadataUrl,
    log,
  });
  const serverCalls = createOpenCalls({
    newId: randomUUID,
    // A person said yes to this address, in the conversation.
    // As a text: a Uri would write what is escaped in the query in another way.
    openAddress: async (url) => vscode.env.openExternal(url as unknown as vscode.Uri),
    log: tell,
  });
  const offerIgnore = createIgnoreOffer({
    ...{ home: parts.places.home, trusted: () => vscode.workspace.isTrusted, log },
    ask: (file, line) => askToIgnore(vscode.workspace.asRelativePath(file), line),
    tell: (because) => void vscode.window.showErrorMessage(say(because)),
  });
  const servers = openServers({
    ...parts.places,
    asks: {
      elicit: serverCalls.elicit,
      sample: createSampling({ calls: serverCalls, newId: randomUUID }),
    },
    logins,
    trusted: () => vscode.workspace.isTrusted,
    settings,
    startEnv,
    env,
    programEnv: () => scrubbedEnvironment(env(), process.platform),
    workingDirectories: followed.workingDirectories,
    accept: followed.accept,
    reread: followed.reload,
    records: createApprovedRecords(path.join(context.globalStorageUri.fsPath, 'approvedServers')),
    localWritten: (file) => {
      offerIgnore(file).catch((cause: unknown) => log.error(`Git was not asked about ${file}`, cause));
    },
    inputs: createStoredInputs(editorMcpFile(root), context.secrets),
    toolStore: createToolStore(path.join(context.globalStorageUri.fsPath, 'servers')),
    fetch: network.fetch,
    openSocket: network.openSocket,
    version: parts.version,
    log,
  });
  const resourceWatch = createResourceWatch(servers.connections, tell);
  let waiting = '';
  const subscriptions = [
    logins.follow(servers.connections),
    followed.onRead(() => {
      servers.settingsChanged().catch((cause: unknown) => log.error(`The servers of ${root} could not be read`, cause));
    }),
    resourceWatch,
    servers.onChanged(() => {
      const now = [...waitingServers(servers), ...servers.problems().map(({ file }) => file)].join('\n');
      if (now === waiting) return;
      waiting = now;
      parts.changed();
    }),
  ];
  return {
    servers,
    serverCalls,
    resourceWatch,
    editorTools: createEditorTools({
      ownId: context.extension.id,
      // Of the person alone: neither a repository nor what another extension gives as a default switches them on.
      wanted: () =>
        vscode.workspace.isTrusted &&
        vscode.workspace.getConfiguration('assent').inspect('mcp.editorTools')?.globalValue === true,
      policy: () => serverPolicyOf(settings(), startEnv),
      exclusive: servers.exclusive,
      tell: (because) => tell(sayInEnglish(because)),
    }),
    dispose: async () => {
      for (const subscription of subscriptions) subscription.dispose();
      await servers.dispose();
    },
  };
}
