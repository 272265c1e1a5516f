// Joins the servers of a folder to one of its conversations: their tools behind a search, what they ask, what they tell.
import type { Message } from '../contracts/message.ts';
import type { Judge } from '../contracts/permission.ts';
import type { Provider } from '../contracts/provider.ts';
import type { AnyTool } from '../contracts/tool.ts';
import { nameInTools } from '../mcp/approval.ts';
import type { OpenCalls } from '../mcp/interaction/openCalls.ts';
import { createResourceTools, READ_RESOURCE } from '../mcp/interaction/resourceTools.ts';
import type { ResourceWatch } from '../mcp/interaction/resourceWatch.ts';
import { createDeniedNews } from '../mcp/search/deniedNews.ts';
import { createConversationTools } from '../mcp/search/toolSearch.ts';
import type { OfferedTool } from '../mcp/tools/serverTools.ts';
import type { SaveResult } from '../mcp/tools/toolResult.ts';
import { isEditorModel } from '../providers/routeProvider.ts';
import { searchesTools } from '../providers/searchesTools.ts';
import type { OpenedServers } from './mcpServers.ts';

export type ServersInConversation = {
  tools(): readonly AnyTool[];
  provider: Provider;
  /** For the model, each thing once. */
  notes(): string[];
  /** What was told of servers is not in the history any more. */
  shortened(): void;
};

type Parts = {
  provider: Provider;
  servers: Pick<OpenedServers, 'all' | 'connections'>;
  calls: Pick<OpenCalls, 'watched'>;
  watch: ResourceWatch;
  offered(): readonly OfferedTool[];
  /** With the rules of the conversation. */
  judge: Judge;
  /** As a whole: the model is told nothing of it. */
  denied(tool: string): boolean;
  env(): Readonly<Record<string, string | undefined>>;
  window(model: string): number;
  save(id: string, ...result: Parameters<SaveResult>): ReturnType<SaveResult>;
  history: readonly Message[];
};

export function serversInConversation(parts: Parts): ServersInConversation {
  const { provider, servers, calls, watch, judge, denied, env, window, save, history } = parts;
  const { connections } = servers;
  const isDenied = ({ tool, full }: OfferedTool) => denied(tool.name) || (full !== undefined && denied(full));
  const offered = () => parts.offered().filter((one) => !isDenied(one));
  const deniedNews = createDeniedNews(parts.offered, isDenied);
  /** Of a server that is denied nothing else is told either. */
  const told = () =>
    connections.all().filter(({ definition }) => !denied(`mcp__${nameInTools(definition.name)}__${READ_RESOURCE}`));
  const resources = createResourceTools({
    connections: { all: told, get: (server) => told().find(({ definition }) => definition.name === server) },
    env,
    save,
    watch,
  });
  const found = createConversationTools(provider, {
    env,
    window,
    history,
    // An adapter of the editor, and a model that nobody knows, cannot do what the service can.
    searches: (model) => !isEditorModel(model) && provider.has?.('toolSearch') === true && searchesTools(model),
    setUp: () => servers.all().some(({ listed }) => listed.standing === 'ready') || offered().length > 0,
    offered: () => offered().map((one) => calls.watched(one, judge)),
    beside: resources.tools,
    instructions: (server) => connections.get(server)?.info()?.instructions,
    servers: () => [
      ...new Set([...told().map(({ definition }) => definition.name), ...offered().map(({ server }) => server)]),
    ],
  });
  return {
    tools: found.tools,
    provider: found.provider,
    notes: () => [deniedNews(), found.news.take(), ...resources.news()].filter((note) => note !== undefined),
    shortened: found.news.reset,
  };
}
