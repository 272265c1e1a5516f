// The times of servers, from the environment.
import type { ServerDefinition } from '../../contracts/mcp.ts';
import { numberFrom } from '../../util/envValue.ts';

type Env = Readonly<Record<string, string | undefined>>;

const MINUTE_MS = 60_000;
/** What a timer can wait at most; more would be no wait at all. */
const MOST_MS = 2 ** 31 - 1;
const FIRST_BYTE_MS = MINUTE_MS;
/** Less is taken for seconds written by mistake. */
const LEAST_CALL_MS = 1000;

/** Until a server is connected and its lists are read. */
export function connectTimeout(env: Env): number {
  return positive(env['MCP_TIMEOUT']) ?? 30_000;
}

/** How long the start of a conversation may wait for servers that it has to wait for. */
export function startTimeout(env: Env): number {
  return positive(env['MCP_CONNECT_TIMEOUT_MS']) ?? 5000;
}

/** How many local servers are started side by side. */
export function batchSize(env: Env): number {
  return Math.max(1, Math.floor(positive(env['MCP_SERVER_CONNECTION_BATCH_SIZE']) ?? 3));
}

export type CallTimes = {
  /** Of the whole call. */
  total: number;
  /** Without an answer or progress; undefined: no such limit. */
  idle?: number;
  /** Until the first byte of an answer over HTTP. */
  firstByte: number;
};

export function callTimes({ transport, timeoutMs }: ServerDefinition, env: Env): CallTimes {
  const own = timeoutMs !== undefined && timeoutMs >= LEAST_CALL_MS ? timeoutMs : positive(env['MCP_TOOL_TIMEOUT']);
  const idle =
    numberFrom(env['CLAUDE_CODE_MCP_TOOL_IDLE_TIMEOUT']) ?? (transport.type === 'stdio' ? 30 : 5) * MINUTE_MS;
  return {
    total: Math.min(own ?? 100_000_000, MOST_MS),
    ...(idle > 0 ? { idle: Math.min(idle, MOST_MS) } : {}),
    firstByte: Math.min(Math.max(FIRST_BYTE_MS, own ?? 0), MOST_MS),
  };
}

function positive(value: string | undefined): number | undefined {
  const number = numberFrom(value);
  return number !== undefined && number > 0 ? Math.min(number, MOST_MS) : undefined;
}
