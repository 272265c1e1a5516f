// A plan to approve, change or send back.
import { useRef } from 'preact/hooks';
import type { Answer, Question } from '../../src/contracts/question.ts';
import { Button } from '../components.ts';
import type { ToolItem } from '../items.ts';
import { t } from '../l10n.ts';
import { usePage, useSelect } from '../page.ts';
import { isOpen } from '../state.ts';
import { questionTitle } from '../toolText.ts';
import { CommentBox } from './commentBox.tsx';
import { Icon } from './icon.tsx';
import { MarkdownView } from './markdownView.tsx';
import { Said } from './reviewOutcome.tsx';

type PlanQuestion = Extract<Question, { type: 'plan' }>;

export function PlanCard({ item, question }: { item: ToolItem; question: PlanQuestion }) {
  const open = useSelect((state) => isOpen(state, question.id)) && !item.answer;
  return open ? <OpenPlan question={question} /> : <PlanOutcome question={question} answer={item.answer} />;
}

function OpenPlan({ question }: { question: PlanQuestion }) {
  const page = usePage();
  const plan = page.kept.of(`plan:${question.id}`, question.plan);
  const editing = page.kept.of(`editing:${question.id}`, false);
  const commenting = page.kept.of(`commenting:${question.id}`, false);
  const sent = page.kept.of(`sent:${question.id}`, false);
  const area = useRef<HTMLTextAreaElement>(null);

  function answer(given: Answer): void {
    if (sent.value) return;
    sent.value = true;
    page.post({ type: 'answer', question: question.id, answer: given });
  }
  const approve = (mode: 'default' | 'acceptEdits') => answer({ type: 'plan', mode, plan: plan.value });

  return (
    <section class="question-card" data-testid="plan" data-question={question.id} aria-label={questionTitle(question)}>
      <div class="review-head">
        <h3 class="question-title">
          <Icon name="list-ordered" /> {questionTitle(question)}
        </h3>
        <div class="review-all">
          <button
            type="button"
            class="text-button"
            aria-pressed={editing.value}
            data-testid="plan-edit"
            onClick={() => {
              editing.value = !editing.value;
            }}
          >
            <Icon name={editing.value ? 'eye' : 'edit'} /> {editing.value ? t('Show') : t('Edit')}
          </button>
          <button
            type="button"
            class="text-button"
            data-testid="plan-open"
            onClick={() => page.post({ type: 'openPlan', question: question.id })}
          >
            <Icon name="go-to-file" /> {t('Open as document')}
          </button>
        </div>
      </div>
      {editing.value ? (
        <textarea
          ref={area}
          class="plan-text"
          dir="auto"
          rows={12}
          aria-label={t('The plan')}
          defaultValue={plan.peek()}
          onInput={(event) => {
            plan.value = event.currentTarget.value;
          }}
        />
      ) : (
        <div class="plan-body">
          <MarkdownView text={plan.value} />
        </div>
      )}
      {commenting.value ? (
        <CommentBox
          keep={question.id}
          label={t('What should the plan say instead?')}
          send={t('Keep planning')}
          testId="plan-keep"
          onSend={(feedback) => answer({ type: 'deny', feedback })}
          onCancel={() => {
            commenting.value = false;
          }}
        />
      ) : (
        <div class="buttons">
          <Button
            kind="primary"
            data-testid="plan-approve-auto"
            disabled={sent.value}
            onClick={() => approve('acceptEdits')}
          >
            {t('Approve, edit automatically')}
          </Button>
          <Button data-testid="plan-approve-manual" disabled={sent.value} onClick={() => approve('default')}>
            {t('Approve, ask for each edit')}
          </Button>
          <Button
            data-testid="plan-keep"
            disabled={sent.value}
            onClick={() => {
              commenting.value = true;
            }}
          >
            {t('Keep planning…')}
          </Button>
        </div>
      )}
    </section>
  );
}

function PlanOutcome({ question, answer }: { question: PlanQuestion; answer: Answer | undefined }) {
  const expanded = usePage().kept.of(`open:${question.id}`, false);
  const approved = answer?.type === 'plan';
  return (
    <div class="outcome" data-testid="plan" data-question={question.id}>
      <button
        type="button"
        class="fold"
        aria-expanded={expanded.value}
        onClick={() => {
          expanded.value = !expanded.value;
        }}
      >
        <Icon name={expanded.value ? 'chevron-down' : 'chevron-right'} />
        {!answer ? t('Plan, not answered') : approved ? t('Plan approved') : t('Plan sent back')}
      </button>
      {answer?.type === 'deny' && answer.feedback && <Said text={answer.feedback} />}
      {expanded.value && <MarkdownView text={approved ? answer.plan : question.plan} />}
    </div>
  );
}
