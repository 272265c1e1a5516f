// Messages as lines over a program's input and output.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import type { Limits } from './limits.ts';
import { createLineReader, type Line } from './lineReader.ts';
import type { MessageGate } from './messageGate.ts';
import { readMessages } from './readMessages.ts';
import { ServerFault } from './serverFault.ts';
import type { ServerProgram } from './serverProcess.ts';
import { createThrottle, throttled } from './throttle.ts';

/** After so many messages others get their turn. */
const AT_ONCE = 50;
export type StdioParts = {
  server: string;
  limits: Limits;
  /** Starts the program. */
  start(): Promise<ServerProgram>;
  gate: MessageGate;
  /** The program ended by itself, or must be ended. Called once; `close` still has to be called. */
  lost(fault: ServerFault): void;
  schema: Parameters<typeof readMessages>[1];
};

export function createStdioTransport({ server, limits, start, gate, lost, schema }: StdioParts): Transport {
  let program: ServerProgram | undefined;
  let starting: Promise<ServerProgram> | undefined;
  let closing: Promise<void> | undefined;
  const transport: Transport = {
    async start() {
      if (closing !== undefined) throw new Error('Not connected');
      starting = start();
      program = await starting;
      void read(program);
      void program.ended.then(({ code, signal }) => {
        if (closing === undefined) lost(endOf(server, code, signal));
      });
    },
    async send(message) {
      if (program === undefined || closing !== undefined) throw new Error('Not connected');
      await program.write(`${JSON.stringify(message)}\n`);
    },
    close() {
      closing ??= (async () => {
        // One that is only being started has to be there to be ended.
        await (await starting?.catch(() => undefined))?.end();
        transport.onclose?.();
      })();
      return closing;
    },
  };

  async function read({ stdout }: ServerProgram): Promise<void> {
    const lines = createLineReader(limits);
    const throttle = createThrottle(limits, () => performance.now());
    let count = 0;
    try {
      for await (const chunk of stdout) {
        await throttled(throttle, chunk.length);
        for (const line of lines(chunk)) {
          if (closing !== undefined) return;
          receive(line);
          if (++count % AT_ONCE === 0) await nextTurn();
        }
      }
    } catch (error) {
      // The stream was closed with its program, which says why.
      if (closing === undefined) gate.fault(`its output broke off: ${String(error)}`);
    }
  }

  function receive(line: Line): void {
    switch (line.kind) {
      case 'endless':
        lost(new ServerFault({ code: 'mcp.connection.endless', args: { server } }, 'again'));
        return;
      case 'tooLarge':
      case 'tooDeep': {
        // An answer fails its request; anything else that large is there to do harm.
        gate.fault(
          line.kind === 'tooLarge' ? 'a message is too large' : 'a message is nested too deeply',
          line.id === undefined && line.kind === 'tooLarge' ? limits.messageBytes : 0,
        );
        if (line.id !== undefined) deliver(refusal(line.id, line.kind, limits));
        return;
      }
      case 'line':
        readMessages(line.text, schema, { gate, deliver });
    }
  }

  function deliver(message: JSONRPCMessage): void {
    transport.onmessage?.(message);
  }

  return transport;
}

/** In place of an answer that is not read. */
export function refusal(id: number, why: 'tooLarge' | 'tooDeep', limits: Limits): JSONRPCMessage {
  const message =
    why === 'tooLarge'
      ? `The answer was larger than ${Math.round(limits.messageBytes / 1024 / 1024)} MB and was not read.`
      : `The answer was nested more than ${limits.nesting} levels deep and was not read.`;
  return { jsonrpc: '2.0', id, error: { code: -32000, message } };
}

function endOf(server: string, code: number | null, signal: NodeJS.Signals | null): ServerFault {
  return signal !== null
    ? new ServerFault({ code: 'mcp.connection.killed', args: { server, signal } }, 'again')
    : new ServerFault({ code: 'mcp.connection.exited', args: { server, code: String(code) } }, 'again');
}
