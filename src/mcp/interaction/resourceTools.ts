// The two tools for resources of servers: which there are, and what one holds. Mentions read through the second, too.
import * as z from 'zod/mini';
import type { AnyTool, Tool } from '../../contracts/tool.ts';
import { outsideText } from '../../util/outsideText.ts';
import { sayInEnglish } from '../../util/phrases.ts';
import { nameInTools } from '../approval.ts';
import type { Connections } from '../connection/connections.ts';
import { readResource } from '../connection/offers.ts';
import { ServerFault } from '../connection/serverFault.ts';
import { resultLimit, type SaveResult, toolResult } from '../tools/toolResult.ts';
import type { ResourceWatch } from './resourceWatch.ts';

export const LIST_RESOURCES = 'ListMcpResourcesTool';
export const READ_RESOURCE = 'ReadMcpResourceTool';

const LISTED = 300;
const CHARACTERS = 40_000;

export type ResourceToolsParts = {
  connections: Pick<Connections, 'all' | 'get'>;
  env(): Readonly<Record<string, string | undefined>>;
  save(id: string, ...result: Parameters<SaveResult>): ReturnType<SaveResult>;
  watch?: ResourceWatch;
};

export type ResourceTools = {
  tools: readonly [list: AnyTool, read: AnyTool];
  /** What changed since it was read, each thing once. */
  news(): string[];
};

const ListInput = z.strictObject({ server: z.optional(z.string()) });
const ReadInput = z.strictObject({ server: z.string().check(z.minLength(1)), uri: z.string().check(z.minLength(1)) });

export function createResourceTools(parts: ResourceToolsParts): ResourceTools {
  const { connections } = parts;
  const changed = new Map<string, string>();

  const list: Tool<z.infer<typeof ListInput>> = {
    name: LIST_RESOURCES,
    description: `Lists the resources that connected servers offer, with their addresses for ${READ_RESOURCE}.`,
    kind: 'read',
    input: {
      json: {
        type: 'object',
        properties: { server: { type: 'string', description: 'Only those of this server' } },
        additionalProperties: false,
      },
      parse: (value) => parsed(ListInput, value, 'server: the name of a server, or nothing'),
    },
    // Servers told it when they were connected: nothing is sent.
    actions: () => [{ kind: 'nothing' }],
    subject: ({ server }) => server ?? '',
    run({ server }) {
      const lines = connections
        .all()
        .filter(({ definition }) => server === undefined || definition.name === server)
        .flatMap((connection) => linesOf(connection.definition.name, connection.catalog()));
      const shown: string[] = [];
      let length = 0;
      for (const line of lines.slice(0, LISTED)) {
        length += line.length;
        if (length > CHARACTERS) break;
        shown.push(line);
      }
      const more = lines.length - shown.length;
      const text =
        lines.length === 0
          ? 'There are no resources.'
          : outsideText('server-resources', server ?? 'all servers', shown.join('\n'), [
              ...(more > 0 ? [`${more} more are not shown.`] : []),
            ]);
      return Promise.resolve({ content: [{ type: 'text', text }], isError: false });
    },
  };

  const read: Tool<z.infer<typeof ReadInput>> = {
    name: READ_RESOURCE,
    description: 'Reads a resource of a connected server.',
    kind: 'read',
    input: {
      json: {
        type: 'object',
        properties: {
          server: { type: 'string', description: 'The name of the server' },
          uri: { type: 'string', description: 'The address of the resource' },
        },
        required: ['server', 'uri'],
        additionalProperties: false,
      },
      parse: (value) => parsed(ReadInput, value, 'server: the name of a server; uri: the address of a resource'),
    },
    actions: (input) => [{ kind: 'mcp', server: nameInTools(input.server), tool: READ_RESOURCE, input }],
    subject: ({ server, uri }) => `${server}:${uri}`,
    async run({ server, uri }, context) {
      const connection = connections.get(server);
      if (connection === undefined) {
        const names = connections.all().map(({ definition }) => definition.name);
        throw new Error(`There is no server ${server}. The servers are: ${names.join(', ') || 'none'}.`);
      }
      try {
        const contents = await readResource(connection, uri, context.signal);
        const key = JSON.stringify([server, uri]);
        changed.delete(key);
        parts.watch?.watch(server, uri, () =>
          changed.set(
            key,
            `The resource ${plainLine(uri)} of the server ${plainLine(server)} has changed since it was read. Read it again with ${READ_RESOURCE} if it matters.`,
          ),
        );
        const content = contents.map((resource) => ({ type: 'resource', resource }));
        return await toolResult(
          { content },
          {
            source: `${server}:${uri}`,
            most: resultLimit(undefined, parts.env()),
            save: (extension, data) => parts.save(context.call.id, extension, data),
          },
        );
      } catch (error) {
        if (error instanceof ServerFault) throw new Error(sayInEnglish(error.because), { cause: error });
        throw error;
      }
    },
  };

  return {
    tools: [list, read],
    news: () => {
      const said = [...changed.values()];
      changed.clear();
      return said;
    },
  };
}

function linesOf(
  server: string,
  { resources, templates }: ReturnType<ReturnType<Connections['all']>[number]['catalog']>,
) {
  return [
    ...resources.map(({ uri, name, title, description, mimeType, size }) =>
      JSON.stringify({ server, uri, name: title ?? name, description, mimeType, size }),
    ),
    ...templates.map(({ uriTemplate, name, title, description, mimeType }) =>
      JSON.stringify({ server, uriTemplate, name: title ?? name, description, mimeType }),
    ),
  ];
}

function parsed<T>(schema: z.ZodMiniType<T>, value: unknown, expected: string): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw new Error(`expected ${expected}`);
}

/** Words of a server that stand among ours. */
const plainLine = (text: string) => text.replace(/[\p{C}<>]/gu, '_').slice(0, 300);
