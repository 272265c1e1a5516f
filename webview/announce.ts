// What a screen reader is told, worked out from two states of the page. Nothing is said about a conversation that is
// only drawn again, and a reply is said once, when it is complete.
import type { Item } from './items.ts';
import { t } from './l10n.ts';
import { say, sayFailure } from './say.ts';
import type { State } from './state.ts';
import { questionSummary } from './toolText.ts';

/** `now` interrupts; `politely` waits until the reader is done. */
export type Announcement = { text: string; urgency: 'now' | 'politely' };

export function announcements(before: State, after: State): Announcement[] {
  if (before.generation !== after.generation || before.folded.items === after.folded.items) return [];
  if (before.folded.first !== after.folded.first) return [];
  const said: Announcement[] = [];
  for (let i = after.folded.items.length - 1; i >= 0; i--) {
    const item = after.folded.items[i];
    const was = before.folded.items[i];
    if (item === undefined) continue;
    if (item === was && i < before.folded.items.length - RECENT) break;
    if (item !== was) said.unshift(...about(was, item));
  }
  return said;
}

/** Rows change only near the end; this many unchanged ones are looked at before giving up. */
const RECENT = 60;

function about(was: Item | undefined, item: Item): Announcement[] {
  switch (item.kind) {
    case 'text':
      if (item.open || (was?.kind === 'text' && !was.open && was.text === item.text)) return [];
      return [{ text: t('Assent replied: {text}', { text: item.text.slice(0, 4000) }), urgency: 'politely' }];
    case 'tool':
      if (!item.question || item.answer || (was?.kind === 'tool' && was.question)) return [];
      return [{ text: questionSummary(item.question), urgency: 'now' }];
    case 'review':
      if (item.answer || was?.kind === 'review') return [];
      return [{ text: questionSummary(item.question), urgency: 'now' }];
    case 'notice':
      if (item.severity === 'info') return [{ text: say(item.because), urgency: 'politely' }];
      return [{ text: say(item.because), urgency: 'now' }];
    case 'finish':
      if (item.finish.reason === 'failed') return [{ text: sayFailure(item.finish.failure), urgency: 'now' }];
      if (item.finish.reason === 'cancelled') return [{ text: t('Stopped'), urgency: 'politely' }];
      return [];
    case 'compacted':
      return [{ text: t('The conversation was compacted'), urgency: 'politely' }];
    case 'prompt':
    case 'thinking':
      return [];
  }
}
