// Proposed changes as a list of files and hunks: each is accepted, rejected or commented on, then all is sent at once.
import { useMemo } from 'preact/hooks';
import type { Change, HunkAnswer } from '../../src/contracts/edit.ts';
import type { Decision } from '../../src/contracts/permission.ts';
import { Button } from '../components.ts';
import type { ReviewItem } from '../items.ts';
import { t } from '../l10n.ts';
import { usePage, useSelect } from '../page.ts';
import { isOpen, reviewKey } from '../state.ts';
import { questionTitle } from '../toolText.ts';
import { answerReview, openHunks, withAnswers } from '../verdicts.ts';
import { Icon } from './icon.tsx';
import { ReviewFile } from './reviewFile.tsx';
import { ReviewOutcome } from './reviewOutcome.tsx';
import { Why } from './why.tsx';

const NONE: readonly HunkAnswer[] = [];

export function ReviewCard({ item }: { item: ReviewItem }) {
  const page = usePage();
  const { question } = item;
  const { review } = question;
  const open = useSelect((state) => isOpen(state, question.id));
  const answers = useSelect((state) => state.verdicts.get(review.id)) ?? NONE;
  const changes = useSelect((state) => state.reviewChanges);
  const sent = page.kept.of(`sent:${question.id}`, false);
  const left = useMemo(() => openHunks(review, answers), [review, answers]);
  if (item.answer || !open) return <ReviewOutcome item={item} />;

  function give(given: HunkAnswer[]): void {
    if (given.length === 0) return;
    page.expect({ type: 'reviewVerdicts', review: review.id, answers: withAnswers(answers, given) });
    page.post({ type: 'reviewVerdict', review: review.id, answers: given });
  }

  function giveAll(verdict: 'accepted' | 'rejected'): void {
    give(answerReview(review, answers, verdict));
  }

  function submit(): void {
    if (sent.value || left > 0) return;
    sent.value = true;
    page.post({ type: 'answer', question: question.id, answer: { type: 'review', hunks: [...answers] } });
  }

  function deny(): void {
    if (sent.value) return;
    sent.value = true;
    page.post({ type: 'answer', question: question.id, answer: { type: 'deny' } });
  }

  const asked = askedIn(question);
  const accepted = answers.filter((answer) => answer.verdict !== 'rejected').length;
  return (
    <section
      class="question-card review"
      data-review={review.id}
      data-question={question.id}
      aria-label={questionTitle(question)}
      onKeyDown={moveBetweenHunks}
    >
      <div class="review-head">
        <h3 class="question-title">
          <Icon name="diff" /> {questionTitle(question)}
        </h3>
        <div class="review-all">
          <button type="button" class="text-button" data-testid="all-accept" onClick={() => giveAll('accepted')}>
            <Icon name="check-all" /> {t('Accept all')}
          </button>
          <button type="button" class="text-button" data-testid="all-reject" onClick={() => giveAll('rejected')}>
            <Icon name="close-all" /> {t('Reject all')}
          </button>
        </div>
      </div>
      {review.changes.map((change: Change) => (
        <ReviewFile
          key={change.path}
          review={review}
          proposed={change}
          change={changes.get(reviewKey(review.id, change.path)) ?? change}
          answers={answers}
          give={give}
        />
      ))}
      <div class="buttons review-send">
        <Button kind="primary" data-testid="review-submit" disabled={left > 0 || sent.value} onClick={submit}>
          {accepted > 0 || left > 0 ? t('Apply accepted changes') : t('Reject the changes')}
        </Button>
        <Button data-testid="review-deny" disabled={sent.value} onClick={deny}>
          {t('Deny and stop')}
        </Button>
        <span class="quiet" role="status">
          {left > 0 ? t('{count} still open', { count: left }) : t('Nothing is written until you apply')}
        </span>
      </div>
      {asked !== undefined && <Why decision={asked.decision} keep={question.id} call={asked.call} />}
      <p class="quiet keys-hint">{t('Keys on a hunk: A accept · R reject · C comment · ↑ ↓ move')}</p>
    </section>
  );
}

/** The call that is the reason for the question; all of them, where each is allowed and only shown. */
function askedIn({ calls, decisions }: ReviewItem['question']): { call: string; decision: Decision } | undefined {
  const at = Math.max(
    0,
    decisions.findIndex((one) => one.kind === 'ask'),
  );
  const [call, decision] = [calls[at], decisions[at]];
  return call && decision && { call: call.id, decision };
}

/** Arrow keys, N and P go from hunk to hunk. */
export function moveBetweenHunks(event: KeyboardEvent): void {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const { target, currentTarget } = event;
  if (!(target instanceof HTMLElement) || !(currentTarget instanceof HTMLElement)) return;
  const hunk = target.closest<HTMLElement>('[data-hunk]');
  if (!hunk) return;
  const hunks = [...currentTarget.querySelectorAll<HTMLElement>('[data-hunk]')];
  const step = { ArrowDown: 1, n: 1, ArrowUp: -1, p: -1 }[event.key];
  if (step === undefined) return;
  const next = hunks[hunks.indexOf(hunk) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
