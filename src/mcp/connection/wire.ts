// The way messages of one session take: a program's pipes, or requests to an address.
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { ServerDefinition } from '../../contracts/mcp.ts';
import type { ConnectionParts } from './connectionParts.ts';
import { guardedFetch } from './guardedFetch.ts';
import type { Limits } from './limits.ts';
import type * as Sdk from './mcpSdk.ts';
import type { MessageGate } from './messageGate.ts';
import { programEnvironment } from './programEnvironment.ts';
import { createRemoteTransport } from './remoteTransport.ts';
import type { ServerFault } from './serverFault.ts';
import { startProgram } from './serverProcess.ts';
import type { StderrTail } from './stderrTail.ts';
import { createStdioTransport } from './stdioTransport.ts';
import { callTimes } from './timeouts.ts';

/** How long a server may take to hear that its session is over. */
const GOODBYE_MS = 500;

export type WireParts = {
  definition: ServerDefinition;
  parts: ConnectionParts;
  sdk: typeof Sdk;
  limits: Limits;
  gate: MessageGate;
  stderr: StderrTail;
  headers: Readonly<Record<string, string>>;
  lost(fault: ServerFault): void;
  refused(status: number): void;
};

/** Nothing is started before `start` of the transport. Throws a `ServerFault` where there is no such way. */
export function createWire({
  definition,
  parts,
  sdk,
  limits,
  gate,
  stderr,
  headers,
  lost,
  refused,
}: WireParts): Transport {
  const { name: server, transport } = definition;
  if (transport.type === 'stdio')
    return createStdioTransport({
      server,
      limits,
      gate,
      lost,
      schema: sdk.JSONRPCMessageSchema,
      start: () =>
        startProgram({
          command: transport.command,
          args: transport.args,
          cwd: transport.cwd ?? parts.root,
          env: programEnvironment(parts.programEnv(), parts.env(), transport.env, parts.root, parts.session?.()),
          guard: parts.guard,
          stderr,
          log: parts.log,
        }),
    });
  const pending = new Set<unknown>();
  const authorize = parts.authorize?.(definition);
  const remote: Transport = createRemoteTransport({
    server,
    transport,
    sdk,
    limits,
    gate,
    lost,
    pending,
    headers,
    authorize,
    refused,
    fetch: guardedFetch({
      server,
      fetch: parts.fetch,
      ...(authorize === undefined ? {} : { authorize }),
      limits,
      firstByteMs: callTimes(definition, parts.env()).firstByte,
      refused,
      broken: lost,
      streamEnded: (id) => {
        if (!pending.has(id)) return;
        const message = 'The connection was closed before the answer came.';
        remote.onmessage?.({ jsonrpc: '2.0', id, error: { code: -32000, message } });
      },
    }),
    ...(parts.openSocket === undefined ? {} : { openSocket: parts.openSocket }),
  });
  return remote;
}

/** Ends it, and tells a server that keeps sessions. Never rejects: a server that cannot be told forgets by itself. */
export async function endWire(wire: Transport): Promise<void> {
  if (wire.sessionId !== undefined && 'terminateSession' in wire && typeof wire.terminateSession === 'function') {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, GOODBYE_MS);
    });
    const told: Promise<void> = wire.terminateSession();
    // An unreachable server is what sessions are ended for, too.
    await Promise.race([told.catch(() => {}), late]);
    clearTimeout(timer);
  }
  await wire.close();
}
