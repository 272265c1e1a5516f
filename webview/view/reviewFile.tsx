// One file of a review with its hunks.
import { useMemo } from 'preact/hooks';
import type { Change, Hunk, HunkAnswer, Review } from '../../src/contracts/edit.ts';
import { fileName, folderOf, fromRoot } from '../format.ts';
import { t } from '../l10n.ts';
import { usePage, useRoot } from '../page.ts';
import { type Answers, answerChange, answerOf, counts, fileVerdict, ownEdits, verdictOf } from '../verdicts.ts';
import { CommentBox } from './commentBox.tsx';
import { contextOf, HunkLines, splitLines } from './diffLines.tsx';
import { Icon, IconButton } from './icon.tsx';
import { Visible } from './visible.ts';

type Give = (answers: HunkAnswer[]) => void;

/**
 * `change` is what was proposed with what the person made of it in the diff editor. `edited`: further hunks that are not
 * as they were proposed.
 */
export function ReviewFile(props: {
  review: Review;
  proposed: Change;
  change: Change;
  edited?: readonly string[];
  answers: Answers;
  give: Give;
}) {
  const { review, proposed, change, answers, give, edited = [] } = props;
  const page = usePage();
  const root = useRoot();
  const key = `${review.id}:${change.path}`;
  const commenting = page.kept.of(`commenting:${key}`, false);
  const folded = page.kept.of(`folded:${key}`, false);
  const file = useMemo(() => splitLines(proposed.before), [proposed]);
  const context = useMemo(() => contextOf(change.hunks), [change]);
  const { added, removed } = counts(change);
  const path = fromRoot(change.path, root);
  const verdict = fileVerdict(change, answers);
  const own = ownEdits(change, answers);

  return (
    <div
      class="edit-file"
      data-testid="edit"
      data-path={change.path}
      data-hunks={change.hunks.length}
      data-review={review.id}
      data-verdict={verdict}
    >
      <div class="edit-head">
        <button
          type="button"
          class="fold edit-name"
          aria-expanded={!folded.value}
          title={change.path}
          onClick={() => {
            folded.value = !folded.value;
          }}
        >
          <Icon name={folded.value ? 'chevron-right' : 'chevron-down'} />
          <span class="file-name">
            <Visible text={fileName(path)} />
          </span>
          <span class="file-folder">
            <Visible text={folderOf(path)} />
          </span>
        </button>
        {change.kind !== 'modify' && <span class="tag">{change.kind === 'create' ? t('new file') : t('deleted')}</span>}
        <span class="counts">
          <span class="count-added">+{added}</span> <span class="count-removed">−{removed}</span>
        </span>
        <span class="edit-buttons">
          <IconButton
            icon="diff-single"
            label={t('Open {file} in the diff editor', { file: fileName(path) })}
            testId="edit-review"
            onClick={() => page.post({ type: 'openReview', review: review.id, path: change.path })}
          />
          <IconButton
            icon="comment"
            label={t('Reject {file} with a comment', { file: fileName(path) })}
            testId="edit-feedback"
            onClick={() => {
              commenting.value = true;
            }}
          />
          <IconButton
            icon="check"
            label={t('Accept all of {file}', { file: fileName(path) })}
            testId="edit-accept"
            pressed={verdict === 'accepted' || verdict === 'edited'}
            class="accept"
            onClick={() => give(answerChange(change, answers, 'accepted'))}
          />
          <IconButton
            icon="close"
            label={t('Reject all of {file}', { file: fileName(path) })}
            testId="edit-reject"
            pressed={verdict === 'rejected'}
            class="reject"
            onClick={() => give(answerChange(change, answers, 'rejected'))}
          />
        </span>
      </div>
      {commenting.value && (
        <CommentBox
          keep={key}
          label={t('What should be done instead?')}
          send={t('Reject with this comment')}
          testId="edit-feedback"
          onSend={(comment) => {
            commenting.value = false;
            give(answerChange(change, answers, 'rejected', comment));
          }}
          onCancel={() => {
            commenting.value = false;
          }}
        />
      )}
      {!folded.value && (
        <div class="edit-diff" data-testid="edit-diff">
          {change.hunks.map((hunk, i) => (
            <HunkView
              key={hunk.id}
              hunk={hunk}
              edited={hunk.after !== proposed.hunks[i]?.after || edited.includes(hunk.id)}
              file={file}
              context={context[i] ?? { lead: 0, trail: 0 }}
              answers={answers}
              give={give}
              keep={`${review.id}:${hunk.id}`}
              name={t('{file}, change {n} of {count}', { file: fileName(path), n: i + 1, count: change.hunks.length })}
            />
          ))}
          {change.hunks.length === 0 && <div class="quiet empty-diff">{t('The file is empty.')}</div>}
          {own.map((answer) => (
            <div class="own-edit" key={answer.hunk}>
              <Icon name="edit" /> {t('Your own edit at line {line}', { line: answer.lines?.[0] ?? 0 })}
            </div>
          ))}
        </div>
      )}
    </div>
  );
}

function HunkView(props: {
  hunk: Hunk;
  /** Its text is not what was proposed. */
  edited: boolean;
  file: readonly string[];
  context: { lead: number; trail: number };
  answers: Answers;
  give: Give;
  keep: string;
  name: string;
}) {
  const { hunk, answers, give } = props;
  const commenting = usePage().kept.of(`commenting:${props.keep}`, false);
  const verdict = verdictOf(answers, hunk.id);
  const answer = answerOf(answers, hunk.id);
  const accept = () => {
    if (verdict !== 'edited') give([{ hunk: hunk.id, verdict: 'accepted' }]);
  };
  const reject = (comment?: string) => give([{ hunk: hunk.id, verdict: 'rejected', ...(comment ? { comment } : {}) }]);

  function onKeyDown(event: KeyboardEvent): void {
    if (event.target !== event.currentTarget || event.isComposing) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.toLowerCase();
    if (key === 'a') accept();
    else if (key === 'r') reject();
    else if (key === 'c') commenting.value = true;
    else return;
    event.preventDefault();
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: a field set is for the fields of a form.
    <div
      class={`hunk verdict-${verdict}`}
      role="group"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a hunk takes keys of its own (A, R, C).
      tabIndex={0}
      aria-label={`${props.name}: ${verdictName(verdict)}`}
      aria-keyshortcuts="A R C N P"
      data-testid="hunk"
      data-hunk={hunk.id}
      data-verdict={verdict}
      onKeyDown={onKeyDown}
    >
      <div class="hunk-head">
        <span class="hunk-place">
          {t('Line {line}', { line: hunk.beforeStart })}
          {verdict !== 'open' && <span class={`verdict verdict-${verdict}`}> {verdictName(verdict)}</span>}
          {verdict === 'open' && props.edited && (
            <span class="verdict verdict-edited"> {t('edited by you, still open')}</span>
          )}
        </span>
        <span class="hunk-buttons">
          <IconButton
            icon="comment"
            label={t('Reject this change with a comment')}
            testId="hunk-comment"
            onClick={() => {
              commenting.value = true;
            }}
          />
          <IconButton
            icon="check"
            label={t('Accept this change')}
            testId="hunk-accept"
            class="accept"
            pressed={verdict === 'accepted' || verdict === 'edited'}
            onClick={accept}
          />
          <IconButton
            icon="close"
            label={t('Reject this change')}
            testId="hunk-reject"
            class="reject"
            pressed={verdict === 'rejected'}
            onClick={() => reject()}
          />
        </span>
      </div>
      <HunkLines
        hunk={hunk}
        file={props.file}
        lead={props.context.lead}
        trail={props.context.trail}
        keep={props.keep}
        {...(verdict === 'edited' && answer?.text !== undefined ? { replaced: answer.text } : {})}
      />
      {answer?.comment && (
        <div class="hunk-said" dir="auto">
          <Icon name="comment" /> {answer.comment}
        </div>
      )}
      {commenting.value && (
        <CommentBox
          keep={props.keep}
          label={t('What should be done instead?')}
          send={t('Reject with this comment')}
          testId="hunk-comment"
          onSend={(comment) => {
            commenting.value = false;
            reject(comment);
          }}
          onCancel={() => {
            commenting.value = false;
          }}
        />
      )}
    </div>
  );
}

export function verdictName(verdict: ReturnType<typeof verdictOf> | 'mixed'): string {
  switch (verdict) {
    case 'open':
      return t('open');
    case 'accepted':
      return t('accepted');
    case 'rejected':
      return t('rejected');
    case 'edited':
      return t('edited by you');
    case 'mixed':
      return t('partly accepted');
  }
}
