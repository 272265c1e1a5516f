// Server-sent events from bytes. Each chunk is reported as it arrives, comments and pings too, so that a watchdog can tell
// a quiet model from a dead connection; nothing that does not parse is printed anywhere.

export type ServerEvent = { name: string; data: string };

/** Events of `body` as they become whole, one list a chunk. `onBytes` is called for every chunk. */
export async function* readServerEvents(
  body: AsyncIterable<Uint8Array>,
  onBytes: () => void,
): AsyncGenerator<ServerEvent[]> {
  const decoder = new TextDecoder();
  let pending = '';
  let name = '';
  let data: string[] = [];

  const takeLine = (line: string): ServerEvent | undefined => {
    if (line === '') {
      const event = data.length > 0 ? { name, data: data.join('\n') } : undefined;
      name = '';
      data = [];
      return event;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'event') name = value;
    else if (field === 'data') data.push(value);
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
    pending += decoder.decode(chunk, { stream: true });
    const events = takeLines();
    if (events.length > 0) yield events;
  }
  // Some servers leave out the last blank line; what was cut off inside an event is of no use.
  pending += `${decoder.decode()}\n\n`;
  const rest = takeLines().filter((event) => event.data.trimEnd().endsWith('}'));
  if (rest.length > 0) yield rest;
}
