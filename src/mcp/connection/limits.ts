// How much of a server is borne before it is cut off. One server must not hurt the others, or the conversation.

export type Limits = {
  /** Of one message, bytes. A longer answer fails its request; a line of four times this ends the connection. */
  messageBytes: number;
  /** Objects and lists within one another. */
  nesting: number;
  /** Requests and notifications of the server a second, a large one counted as one for each 8 KB; more are dropped. */
  messagesASecond: number;
  /** So many may come at once. */
  messagesAtOnce: number;
  /** So many dropped ones end the connection. */
  dropped: number;
  /** So many lines or messages that are none end the connection. */
  faults: number;
  /** What is read of one stream; so many may come at once. Who writes more has to wait. */
  bytesASecond: number;
  bytesAtOnce: number;
  /** Of one entry of a list, and of all of them; characters of JSON. */
  entryLength: number;
  listLength: number;
  /** Of one list of tools, prompts or resources. */
  pages: number;
  items: number;
};

/** Bytes that wait for a server to read them; one that never does must not fill our memory. */
export const UNREAD = 16 * 1024 * 1024;

export const DEFAULT_LIMITS: Limits = {
  messageBytes: 16 * 1024 * 1024,
  nesting: 100,
  messagesASecond: 500,
  messagesAtOnce: 2000,
  dropped: 20_000,
  faults: 200,
  bytesASecond: 32 * 1024 * 1024,
  bytesAtOnce: 64 * 1024 * 1024,
  entryLength: 256 * 1024,
  listLength: 8 * 1024 * 1024,
  pages: 200,
  items: 5000,
};
