// Which turn of the script answers a request. Each conversation goes through the script on its own.
//
// A conversation is known by its first user message. Several that begin alike are told apart by the answers they were given,
// and one that was compacted goes on where it was: its new first message holds a text we sent.

import type { Fields, MessagesRequest } from './messagesRequest.ts';
import { textBlocks } from './messagesRequest.ts';
import type { Turn } from './script.ts';

export type ConversationTrack = {
  id: number;
  first: string;
  /** How many turns were taken, for each `when`; the turns without one count under ''. */
  taken: Map<string, number>;
  /** What the last whole answer can be recognised by: ids of calls and texts, as they stand in JSON. */
  lastAnswer: string[];
  /** Texts that were sent, as they stand in JSON, for recognising a summary. */
  sent: string[];
  paused: boolean;
};
type ParsedScript = { turns: Turn[]; loop: boolean };

/** Shorter texts are too likely to occur by chance. */
const SHORTEST_SUMMARY = 12;

export function createTracks() {
  const tracks: ConversationTrack[] = [];
  return {
    /** The conversation of a request; a new one when nothing fits. */
    of(request: MessagesRequest): ConversationTrack {
      const first = JSON.stringify(request.messages[0], (key, value: unknown) =>
        key === 'cache_control' ? undefined : value,
      );
      const alike = tracks.filter((track) => track.first === first);
      const whole = JSON.stringify(request.messages);
      const fits = (track: ConversationTrack) => track.lastAnswer.every((part) => whole.includes(part));
      const known = alike.findLast((track) => track.lastAnswer.length > 0 && fits(track));
      const fresh = alike.findLast((track) => track.lastAnswer.length === 0);
      // A longer conversation that fits no answer was cut short by the person: it is the latest of its kind.
      const found = known ?? fresh ?? (request.messages.length > 1 ? alike.at(-1) : undefined) ?? compactedFrom(first);
      if (found) {
        found.first = first;
        return found;
      }
      const made = { id: tracks.length + 1, first, taken: new Map(), lastAnswer: [], sent: [], paused: false };
      tracks.push(made);
      return made;
    },
    isPaused: (request: MessagesRequest) =>
      tracks.some(
        (track) => track.paused && JSON.stringify(request.messages.at(-1)).includes(track.lastAnswer[0] ?? ''),
      ),
  };

  function compactedFrom(first: string): ConversationTrack | undefined {
    return tracks.findLast((track) =>
      track.sent.some((text) => text.length >= SHORTEST_SUMMARY && first.includes(text)),
    );
  }
}

/** The next turn for the request, or undefined when the script is exhausted. `take` moves on. */
export function nextTurn(
  script: ParsedScript,
  track: ConversationTrack,
  request: MessagesRequest,
): { turn: Turn; take(): void } | undefined {
  const said = lastUserText(request);
  const words = [...new Set(script.turns.flatMap((turn) => turn.when ?? []))].filter((when) => said.includes(when));
  for (const key of [...words, '']) {
    const queue = script.turns.filter((turn) => (turn.when ?? '') === key);
    const taken = track.taken.get(key) ?? 0;
    const turn = queue[script.loop && queue.length > 0 ? taken % queue.length : taken];
    if (turn) return { turn, take: () => track.taken.set(key, taken + 1) };
  }
  return undefined;
}

/** The text of the newest user message that has any; of the first message only what follows its opening block. */
export function lastUserText(request: MessagesRequest): string {
  const index = request.messages.findLastIndex(
    (message) => message.role === 'user' && textsOf(message.content).length > 0,
  );
  const texts = textsOf(request.messages[index]?.content ?? []);
  return (index === 0 && texts.length > 1 ? texts.slice(1) : texts).join('\n');
}

export function textsOf(content: string | Fields[]): string[] {
  return textBlocks(content).flatMap((block) => (block['type'] === 'text' ? String(block['text']) : []));
}
