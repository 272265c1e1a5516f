// Counts what a server sends unasked and what is no message, and says when it is too much.
import type { Because } from '../../contracts/permission.ts';
import type { Limits } from './limits.ts';
import { ServerFault } from './serverFault.ts';

/** The first ones tell what is wrong; the rest would only fill the log. */
const LOGGED = 5;
/** Each so many bytes of a message, or of what is none, count as one more. */
const MESSAGE_BYTES = 8 * 1024;
const FAULT_BYTES = 1024 * 1024;

export type MessageGate = {
  /** False: the message is dropped. */
  admit(message: unknown, bytes?: number): boolean;
  /** Something that is no message, or that answers nothing. `text` goes to the log. */
  fault(text: string, bytes?: number): void;
};

export type GateParts = {
  server: string;
  limits: Limits;
  now(): number;
  log(text: string): void;
  /** The connection must end. Called once. */
  fail(fault: ServerFault): void;
};

export function createMessageGate({ server, limits, now, log, fail }: GateParts): MessageGate {
  let room = limits.messagesAtOnce;
  let filledAt = now();
  let dropped = 0;
  let faults = 0;
  let faultAt = filledAt;
  let logged = 0;
  let ended = false;
  const end = (because: Because) => {
    if (ended) return;
    ended = true;
    fail(new ServerFault(because, 'again'));
  };
  return {
    admit(message, bytes = 0) {
      // Answers are as many as our requests; those that answer nothing are counted as faults.
      if (typeof message !== 'object' || message === null || !('method' in message)) return !ended;
      const at = now();
      room = Math.min(limits.messagesAtOnce, room + ((at - filledAt) / 1000) * limits.messagesASecond);
      filledAt = at;
      const cost = 1 + Math.floor(bytes / MESSAGE_BYTES);
      if (room >= cost) {
        room -= cost;
        return !ended;
      }
      if (dropped === 0) log(`${server} sends more messages than are read; the rest of them is dropped.`);
      dropped += cost;
      if (dropped >= limits.dropped) end({ code: 'mcp.connection.flood', args: { server } });
      return false;
    },
    fault(text, bytes = 0) {
      const at = now();
      // One now and then over a long day is no reason to end.
      faults = Math.max(0, faults - (at - faultAt) / 1000) + 1 + Math.floor(bytes / FAULT_BYTES);
      faultAt = at;
      if (++logged <= LOGGED) log(`${server}: ${text}`);
      if (faults >= limits.faults) end({ code: 'mcp.connection.garbage', args: { server } });
    },
  };
}
