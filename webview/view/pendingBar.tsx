// Changes that are written and wait for an answer: a quiet line above the prompt box, which opens the list of their hunks.
import { useEffect, useRef } from 'preact/hooks';
import type { HunkAnswer } from '../../src/contracts/edit.ts';
import { t } from '../l10n.ts';
import { usePage, useSelect } from '../page.ts';
import { answerChange } from '../verdicts.ts';
import { Icon } from './icon.tsx';
import { moveBetweenHunks } from './reviewCard.tsx';
import { ReviewFile } from './reviewFile.tsx';

const NONE: readonly HunkAnswer[] = [];

export function PendingBar() {
  const page = usePage();
  const pending = useSelect((state) => state.pending);
  const open = page.kept.of('pending', false);
  const list = useRef<HTMLDivElement>(null);
  /** The place of the hunk that was answered: the next one takes the focus, since the answered one goes. */
  const answered = useRef<number | undefined>(undefined);
  useEffect(() => {
    const place = answered.current;
    answered.current = undefined;
    if (place === undefined || list.current?.contains(document.activeElement)) return;
    const hunks = [...(list.current?.querySelectorAll<HTMLElement>('[data-hunk]') ?? [])];
    (hunks[place] ?? hunks.at(-1))?.focus();
  }, [pending]);
  if (!pending) return null;
  const { review, edited } = pending;
  const count = review.changes.reduce((sum, change) => sum + change.hunks.length, 0);

  function give(answers: HunkAnswer[]): void {
    if (answers.length === 0) return;
    const hunks = [...(list.current?.querySelectorAll('[data-hunk]') ?? [])];
    const place = hunks.findIndex((hunk) => hunk.contains(document.activeElement));
    if (place >= 0) answered.current = place;
    page.post({ type: 'reviewVerdict', review: review.id, answers });
  }
  const giveAll = (verdict: 'accepted' | 'rejected') =>
    give(review.changes.flatMap((change) => answerChange(change, NONE, verdict)));

  return (
    <section
      class="pending"
      data-testid="pending"
      data-files={review.changes.length}
      data-changes={count}
      aria-label={t('Changes that wait for an answer')}
      onKeyDown={moveBetweenHunks}
    >
      <div class="pending-head">
        <button
          type="button"
          class="fold"
          data-testid="pending-review"
          aria-expanded={open.value}
          title={t('These changes are in the files already. Accept keeps them, reject takes them back.')}
          onClick={() => {
            open.value = !open.value;
          }}
        >
          <Icon name={open.value ? 'chevron-down' : 'chevron-right'} />
          <span>{t('Review')}</span>
          <span class="quiet">
            {t('Pending changes: {count} · files: {files}', { count, files: review.changes.length })}
          </span>
        </button>
        <div class="review-all">
          <button
            type="button"
            class="text-button"
            data-testid="pending-accept-all"
            onClick={() => giveAll('accepted')}
          >
            <Icon name="check-all" /> {t('Accept all')}
          </button>
          <button
            type="button"
            class="text-button"
            data-testid="pending-reject-all"
            onClick={() => giveAll('rejected')}
          >
            <Icon name="close-all" /> {t('Reject all')}
          </button>
        </div>
      </div>
      {open.value && (
        <div class="pending-list" ref={list}>
          {review.changes.map((change) => (
            <ReviewFile
              key={change.path}
              review={review}
              proposed={change}
              change={change}
              edited={edited}
              answers={NONE}
              give={give}
            />
          ))}
          <p class="quiet keys-hint">{t('Keys on a hunk: A accept · R reject · C comment · ↑ ↓ move')}</p>
        </div>
      )}
    </section>
  );
}
