// What the `@…` of a text stand for: all that was ever offered by that name, and above it what the person chose.
import { useRef } from 'preact/hooks';
import type { Attachment } from '../../src/contracts/message.ts';
import type { Mention } from '../../src/protocol.ts';
import { mentionAttachments, nameOf, remember, unknownMentions } from '../mentions.ts';
import { usePage, useSelect } from '../page.ts';

/** How long a prompt waits for the extension to say which file a mention means. */
const WAIT_MS = 400;

export type Mentions = {
  /** This one is meant by its name, whatever else is offered by it. */
  choose(item: Mention): void;
  /** Resolves when the extension was asked for every name of the text that is not known. */
  findIn(text: string): Promise<void>;
  attachmentsOf(text: string): Attachment[];
};

export function useMentions(): Mentions {
  const page = usePage();
  const offered = useSelect((state) => state.mentions);
  const known = useRef(new Map<string, Mention>());
  const chosen = useRef(new Map<string, Mention>());
  remember(known.current, offered?.items ?? []);

  /** Resolves when the extension has answered for a name, or after a moment. */
  function askFor(name: string): Promise<void> {
    const asked = name.replace(/\/$/, '');
    page.post({ type: 'mentionQuery', query: asked });
    return new Promise((resolve) => {
      const done = () => {
        stop();
        window.clearTimeout(timer);
        resolve();
      };
      const timer = window.setTimeout(done, WAIT_MS);
      const stop = page.state.subscribe((state) => {
        if (state.mentions?.query !== asked) return;
        remember(known.current, state.mentions.items);
        queueMicrotask(done);
      });
    });
  }

  return {
    choose: (item) => chosen.current.set(nameOf(item), item),
    findIn: async (text) => {
      // One after the other: a newer query ends an older one.
      for (const name of unknownMentions(text, known.current)) await askFor(name);
    },
    attachmentsOf: (text) => mentionAttachments(text, new Map([...known.current, ...chosen.current])),
  };
}
