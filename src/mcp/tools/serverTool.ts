// One tool of a server as a tool of ours.
import type { Progress } from '@modelcontextprotocol/sdk/types.js';
import type { Because } from '../../contracts/permission.ts';
import type { Tool } from '../../contracts/tool.ts';
import { showInvisible, withoutInvisible } from '../../util/invisible.ts';
import { sayInEnglish } from '../../util/phrases.ts';
import { cutEnd } from '../../util/truncate.ts';
import { definitionFingerprint } from '../approval.ts';
import type { ServerConnection } from '../connection/serverConnection.ts';
import { ServerFault } from '../connection/serverFault.ts';
import { callTimes } from '../connection/timeouts.ts';
import { READ_RESOURCE } from '../interaction/resourceTools.ts';
import { shownName } from '../shownName.ts';
import { callAsTask, runsAsTask } from './taskCall.ts';
import type { NamedTool } from './toolNames.ts';
import { CallResult, resultLimit, type SaveResult, toolResult } from './toolResult.ts';

export const DESCRIPTION = 2048;
/** Progress of one call that is put on its card. */
const PROGRESS_LINES = 200;

export type Input = Record<string, unknown>;

export type ServerToolParts = {
  env(): Readonly<Record<string, string | undefined>>;
  /** Keeps a result of the call `id` in the folder of the conversation. */
  save(id: string, ...result: Parameters<SaveResult>): ReturnType<SaveResult>;
  /** Why a person has to be asked about the tool whatever rules say: it is not what was approved. */
  mustAsk?(named: NamedTool, connection: ServerConnection): Because | undefined;
  log?(text: string): void;
  /** A call runs: where it had to be asked about, the tool as it was shown is approved with that. */
  ran?(named: NamedTool, connection: ServerConnection): void;
};

/** `schema` is what the model is shown; the server itself checks inputs against its own. */
export function createServerTool(
  named: NamedTool,
  schema: Record<string, unknown>,
  connection: ServerConnection,
  parts: ServerToolParts,
): Tool<Input> {
  const { name, server, short, full, tool } = named;
  const { definition } = connection;
  const meta = tool._meta;
  let fingerprint: string | undefined;
  return {
    name,
    // What does not show could only be meant for the model behind the person's back.
    description: cutEnd(withoutInvisible(tool.description || tool.title || tool.name), DESCRIPTION) || name,
    // A hint of the server: it decides what runs side by side, never what may run.
    kind: tool.annotations?.readOnlyHint === true ? 'read' : 'effect',
    input: { json: schema, parse: parseInput },
    actions(input) {
      const ask = parts.mustAsk?.(named, connection) ?? whyAsk();
      return [
        {
          kind: 'mcp',
          server,
          tool: short,
          input,
          ...(full === undefined ? {} : { full }),
          ...(ask === undefined ? {} : { ask }),
        },
      ];
    },
    subject(input) {
      const fields = Object.keys(input).length === 0 ? '' : `\n${JSON.stringify(input, null, 2)}`;
      return `${name}${fields}`;
    },
    async run(input, context) {
      parts.ran?.(named, connection);
      const { total, idle } = callTimes(definition, parts.env());
      let lines = 0;
      const say = (line: string) => {
        if (++lines <= PROGRESS_LINES) context.progress(`${line}\n`);
      };
      const onProgress = ({ progress, total: of, message }: Progress) => say(sayProgress(progress, of, message));
      const { signal } = context;
      try {
        const result = runsAsTask(tool, connection)
          ? await callAsTask({
              connection,
              tool: tool.name,
              input,
              times: { total, ...(idle === undefined ? {} : { idle }) },
              signal,
              check: stillTheSame,
              onProgress,
              onStatus: (message) => say(shownLine(message)),
            })
          : await connection.request('tools/call', { name: tool.name, arguments: input }, CallResult, {
              signal,
              totalMs: total,
              check: stillTheSame,
              ...(idle === undefined ? {} : { idleMs: idle }),
              onProgress,
            });
        const output = await toolResult(result, {
          source: `${definition.name}/${shownName(tool.name)}`,
          most: resultLimit(meta, parts.env()),
          save: (extension, data) => parts.save(context.call.id, extension, data),
          ...(connection.info()?.capabilities['resources'] === undefined
            ? {}
            : { links: `A resource is read with ${READ_RESOURCE}, server ${JSON.stringify(definition.name)}.` }),
        });
        const tokens = output.detail?.type === 'server' ? output.detail.tokens : undefined;
        if (tokens !== undefined) parts.log?.(`${name} returned about ${tokens} tokens.`);
        return output;
      } catch (error) {
        // The reason is ours or passed through our words; the model is told what a person would be.
        if (error instanceof ServerFault) throw new Error(sayInEnglish(error.because), { cause: error });
        throw error;
      }
    },
  };

  /** What was asked about is what is called: the server may have changed its lists since, or been another's program. */
  function stillTheSame(): void {
    const now = connection.catalog().tools.find((one) => one.name === tool.name);
    if (now !== undefined && (now === tool || definitionFingerprint(now) === decidedAbout())) return;
    const args = { server: definition.name, tool: shownName(tool.name) };
    throw new ServerFault({ code: now === undefined ? 'mcp.tool.gone' : 'mcp.tool.notTheSame', args });
  }

  function decidedAbout(): string {
    fingerprint ??= definitionFingerprint(tool);
    return fingerprint;
  }

  function whyAsk(): Because | undefined {
    return meta?.['anthropic/requiresUserInteraction'] === true
      ? { code: 'mcp.tool.interaction', args: { server: definition.name, tool: shownName(tool.name) } }
      : undefined;
  }
}

function parseInput(value: unknown): Input {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('input: expected an object');
  return value as Input;
}

function sayProgress(progress: number, total: number | undefined, message: string | undefined): string {
  const percent = Math.round((progress / (total ?? 0)) * 100);
  const share = percent >= 0 && percent <= 100 ? `${percent} %` : String(progress);
  return message === undefined ? share : `${share} ${shownLine(message)}`;
}

const shownLine = (text: string) => showInvisible(cutEnd(text, 300));
