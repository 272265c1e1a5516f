// What became of a review, in a line a file.
import type { Change, HunkAnswer } from '../../src/contracts/edit.ts';
import { fromRoot } from '../format.ts';
import type { ReviewItem } from '../items.ts';
import { t } from '../l10n.ts';
import { usePage, useRoot } from '../page.ts';
import { fileVerdict } from '../verdicts.ts';
import { Icon } from './icon.tsx';
import { verdictName } from './reviewFile.tsx';

export function ReviewOutcome({ item }: { item: ReviewItem }) {
  const { answer, question } = item;
  if (!answer) {
    return (
      <div class="outcome">
        <Icon name="circle-slash" /> {t('The changes were not answered')}
      </div>
    );
  }
  if (answer.type !== 'review') {
    return (
      <div class="outcome">
        <Icon name="close" /> {t('You rejected the changes')}
        {answer.type === 'deny' && answer.feedback && <Said text={answer.feedback} />}
      </div>
    );
  }
  return (
    <div class="outcome-list">
      {question.review.changes.map((change) => (
        <FileOutcome key={change.path} change={change} answers={answer.hunks} />
      ))}
    </div>
  );
}

function FileOutcome({ change, answers }: { change: Change; answers: HunkAnswer[] }) {
  const page = usePage();
  const root = useRoot();
  const verdict = fileVerdict(change, answers);
  const ids = new Set(change.hunks.map((hunk) => hunk.id));
  const comments = answers
    .filter((answer) => ids.has(answer.hunk) && answer.comment)
    .map((answer) => answer.comment ?? '');
  return (
    <div class="outcome" data-verdict={verdict}>
      <Icon name={verdict === 'rejected' ? 'close' : 'check'} />{' '}
      <button type="button" class="link-button" onClick={() => page.post({ type: 'openFile', path: change.path })}>
        {fromRoot(change.path, root)}
      </button>{' '}
      <span class="quiet">{verdictName(verdict)}</span>
      {[...new Set(comments)].map((comment) => (
        <Said key={comment} text={comment} />
      ))}
    </div>
  );
}

export function Said({ text }: { text: string }) {
  return (
    <span class="said" dir="auto">
      “{text}”
    </span>
  );
}
