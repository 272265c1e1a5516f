// Server-sent events from bytes. Each chunk is reported as it arrives, comments and pings too, so that a watchdog can tell
// a quiet model from a dead connection; nothing that does not parse is printed anywhere.

export type ServerEvent = { name: string; data: string };
/** The message is for people. */
export class MalformedStream extends Error {}

/** Characters of one event: more than any holds, and what is no stream of events at all ends here. */
const MOST = 32 * 1024 * 1024;

/** Throws `MalformedStream`. Events of `body` as they become whole, one list a chunk. `onBytes` is called for every chunk. */
export async function* readServerEvents(
  body: AsyncIterable<Uint8Array>,
  onBytes: () => void,
): AsyncGenerator<ServerEvent[]> {
  const decoder = new TextDecoder();
  let pending = '';
  let name = '';
  let data: string[] = [];
  let size = 0;
  /** What came last may be half of a line ending. */
  let half = false;

  const takeLine = (line: string): ServerEvent | undefined => {
    if (line === '') {
      const event = data.length > 0 ? { name, data: data.join('\n') } : undefined;
      name = '';
      data = [];
      size = 0;
      return event;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'event') name = value;
    else if (field === 'data') {
      data.push(value);
      size += value.length + 1;
    }
    return undefined;
  };
  const takeLines = (): ServerEvent[] => {
    // A carriage return at the very end may be half of a line ending.
    const end = pending.length - (pending.endsWith('\r') ? 2 : 1);
    const cut = Math.max(pending.lastIndexOf('\n', end), pending.lastIndexOf('\r', end)) + 1;
    if (end < 0 || cut === 0) return [];
    const lines = pending.slice(0, cut).split(/\r\n|\n|\r/);
    pending = pending.slice(cut);
    lines.pop();
    return lines.flatMap((line) => takeLine(line) ?? []);
  };

  for await (const chunk of body) {
    onBytes();
    const text = decoder.decode(chunk, { stream: true });
    // Looked through once: a long line comes in many pieces.
    const ends = half || /[\r\n]/.test(text);
    if (text !== '') half = text.endsWith('\r');
    pending += text;
    const events = ends ? takeLines() : [];
    if (pending.length + size > MOST)
      throw new MalformedStream('The answer is no stream of events: one of them has no end.');
    if (events.length > 0) yield events;
  }
  // Some servers leave out the last blank line; what was cut off inside an event is of no use.
  pending += `${decoder.decode()}\n\n`;
  const rest = takeLines().filter((event) => event.data.trimEnd().endsWith('}'));
  if (rest.length > 0) yield rest;
}
