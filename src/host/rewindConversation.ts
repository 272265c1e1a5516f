// Takes a conversation back to another place of its transcript, in every page that shows it.
import type { Rewound } from '../contracts/transcript.ts';
import type { Open, OpenConversations } from './openConversations.ts';
import type { ChatPages } from './pages.ts';

export type Place = { prompt: string } | { place: string | null };

/**
 * The turn must have ended. `rewound` is absent where there is no such place: then all is as it was. Rejects with a
 * readable reason.
 */
export async function rewindConversation(
  { conversations, pages }: { conversations: OpenConversations; pages: Pick<ChatPages, 'replace'> },
  open: Open,
  to: Place,
): Promise<{ open: Open; rewound?: Rewound }> {
  const { root, transcripts } = open.project;
  const { id } = open.conversation;
  // Nothing is closed that could not be opened again.
  const stored = await transcripts.load(root, id);
  const there = (prompt: string) =>
    stored?.events.some((event) => event.type === 'prompted' && event.prompt.id === prompt) ?? false;
  if (stored === undefined || ('prompt' in to && !there(to.prompt))) return { open };
  let work: Promise<Rewound | undefined> = Promise.resolve(undefined);
  const again = await conversations.reopen(open, async () => {
    work = transcripts.rewind(root, id, to);
    await Promise.allSettled([work]);
  });
  await pages.replace(open, again);
  const rewound = await work;
  return { open: again, ...(rewound === undefined ? {} : { rewound }) };
}
