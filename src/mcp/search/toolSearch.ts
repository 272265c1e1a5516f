// What one conversation sees of all that servers bring: the tools behind a search, the provider that hides it, the news.
import type { Message } from '../../contracts/message.ts';
import type { Provider } from '../../contracts/provider.ts';
import type { AnyTool } from '../../contracts/tool.ts';
import type { OfferedTool } from '../tools/serverTools.ts';
import { createSearchTools } from './searchTools.ts';
import { createToolNews, type ToolNews } from './toolNews.ts';
import { type ToolSearchParts, withToolSearch } from './withToolSearch.ts';

export type ConversationTools = {
  /** For the conversation's list, behind the built-in ones; none as long as no server is set up. */
  tools(): readonly AnyTool[];
  provider: Provider;
  news: ToolNews;
};

export type ConversationToolsParts = Pick<ToolSearchParts, 'env' | 'searches' | 'window'> & {
  /** There are servers, connected or not: requests begin the same from the first one on. */
  setUp(): boolean;
  offered(): readonly OfferedTool[];
  /** Tools of ours for what servers have beside tools; they are searched for, too. */
  beside: readonly AnyTool[];
  /** In the words of the server. */
  instructions(server: string): string | undefined;
  /** Names of servers that are connected, or were. */
  servers(): readonly string[];
  /** Of the conversation that is taken up again. */
  history: readonly Message[];
};

export function createConversationTools(provider: Provider, parts: ConversationToolsParts): ConversationTools {
  const { setUp, offered, beside, instructions, servers, history } = parts;
  const searched = () => offered().filter(({ alwaysLoad }) => !alwaysLoad);
  const searchTools = createSearchTools(() => [...searched().map(({ tool }) => tool), ...beside]);
  const besideNames = new Set(beside.map(({ name }) => name));
  return {
    tools: () => (setUp() ? [...searchTools, ...beside, ...offered().map(({ tool }) => tool)] : []),
    provider: withToolSearch(provider, {
      ...parts,
      standings() {
        const found = new Map<string, 'searched' | 'always'>();
        for (const name of besideNames) found.set(name, 'searched');
        for (const { tool, alwaysLoad } of offered()) found.set(tool.name, alwaysLoad ? 'always' : 'searched');
        return found;
      },
    }),
    news: createToolNews(() => {
      const known = searched();
      return servers().map((server) => {
        const own = instructions(server);
        return {
          server,
          tools: known.flatMap((one) => (one.server === server ? [one.tool.name] : [])),
          ...(own === undefined ? {} : { instructions: own }),
        };
      });
    }, history),
  };
}
