// Messages out of the text of one line or event, each looked at before it goes on.
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { showInvisible } from '../../util/invisible.ts';
import { cutEnd } from '../../util/truncate.ts';
import type { MessageGate } from './messageGate.ts';

/** Of one batch, which older versions of the protocol may send. */
const MOST_TOGETHER = 1000;
/** Enough to be told by, and for what is secret in it to be found. */
const SHOWN = 4000;

type MessageSchema = { safeParse(value: unknown): { success: true; data: JSONRPCMessage } | { success: false } };
type Receiver = { gate: MessageGate; deliver(message: JSONRPCMessage): void };

/** Never throws: what is no message is counted. */
export function readMessages(text: string, schema: MessageSchema, { gate, deliver }: Receiver): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    gate.fault(`not a message: ${shown(text)}`, text.length);
    return;
  }
  const all: unknown[] = Array.isArray(value) ? value.slice(0, MOST_TOGETHER) : [value];
  const share = text.length / Math.max(1, all.length);
  for (const one of all) {
    const read = schema.safeParse(one);
    if (!read.success) {
      gate.fault(`not a message of the protocol: ${shown(JSON.stringify(one))}`, share);
      continue;
    }
    if (gate.admit(read.data, share)) deliver(read.data);
  }
}

function shown(text: string): string {
  return showInvisible(cutEnd(text, SHOWN));
}
