// What servers offer to the person who types: prompts as commands, resources as mentions.
import type { ServerOffers } from '../host/project.ts';
import type { Connections } from '../mcp/connection/connections.ts';
import { ServerFault } from '../mcp/connection/serverFault.ts';
import { fetchPrompt, findPrompt, suggestPrompts } from '../mcp/interaction/promptCommands.ts';
import { findResources } from '../mcp/interaction/resourceMentions.ts';
import { sayInEnglish } from '../util/phrases.ts';

/** A person waits for it while they type. */
const WAIT_MS = 3000;

export function createServerOffers(connections: Pick<Connections, 'all'>, log: (text: string) => void): ServerOffers {
  const quietly = async <T>(find: (signal: AbortSignal) => Promise<T[]>): Promise<T[]> => {
    try {
      return await find(AbortSignal.timeout(WAIT_MS));
    } catch (error) {
      log(`A server completed nothing: ${reasonOf(error)}`);
      return [];
    }
  };
  return {
    commands: (typed) => quietly((signal) => suggestPrompts(typed, connections, signal)),
    mentions: async (query) => {
      const found = await quietly((signal) => findResources(query, connections, signal));
      return found.map(({ server, uri, label, detail, open }) => ({
        kind: 'resource' as const,
        server,
        path: uri,
        label,
        detail,
        ...(open === undefined ? {} : { open }),
      }));
    },
    prompt(text) {
      const found = findPrompt(text, connections);
      if (found === undefined) return undefined;
      const { name: server } = found.connection.definition;
      const prompt = found.prompt.name;
      return {
        server,
        prompt,
        missing: found.missing,
        fetch: async (more, signal) => {
          try {
            const messages = await fetchPrompt(found, more, signal);
            const asked = Object.entries(more).map(([name, value]) => ({ name, value }));
            return { server, prompt, messages, ...(asked.length === 0 ? {} : { asked }) };
          } catch (error) {
            throw new Error(reasonOf(error), { cause: error });
          }
        },
      };
    },
  };
}

function reasonOf(error: unknown): string {
  if (error instanceof ServerFault) return sayInEnglish(error.because);
  return error instanceof Error ? error.message : String(error);
}
