// Questions of the model with answers to choose from, or the person's own words.
import type { ChoiceQuestion, Question } from '../../src/contracts/question.ts';
import { Button, Checkbox, Radio, RadioGroup, TextField } from '../components.ts';
import type { ToolItem } from '../items.ts';
import { t } from '../l10n.ts';
import { usePage, useSelect } from '../page.ts';
import { isOpen } from '../state.ts';
import { questionTitle } from '../toolText.ts';
import { Icon } from './icon.tsx';

type Asked = Extract<Question, { type: 'choice' }>;
type Given = { chosen: string[]; other: string; useOther: boolean };
const NOTHING: Given = { chosen: [], other: '', useOther: false };
/** A label no option has: it stands for the person's own words. */
const OTHER = '\u0000other';

export function ChoiceCard({ item, question }: { item: ToolItem; question: Asked }) {
  const open = useSelect((state) => isOpen(state, question.id)) && !item.answer;
  return open ? <OpenChoice question={question} /> : <ChoiceOutcome item={item} question={question} />;
}

function OpenChoice({ question }: { question: Asked }) {
  const page = usePage();
  const given = page.kept.of<Given[]>(
    `choice:${question.id}`,
    question.questions.map(() => NOTHING),
  );
  const sent = page.kept.of(`sent:${question.id}`, false);
  const answers = given.value.map(answersOf);
  const complete = answers.length === question.questions.length && answers.every((one) => one.length > 0);

  function change(at: number, changed: Partial<Given>): void {
    given.value = given.value.map((one, i) => (i === at ? { ...one, ...changed } : one));
  }

  function send(): void {
    if (!complete || sent.value) return;
    sent.value = true;
    page.post({ type: 'answer', question: question.id, answer: { type: 'choice', answers } });
  }

  function skip(): void {
    if (sent.value) return;
    sent.value = true;
    const feedback = t('I would rather not answer; go on as you think best.');
    page.post({ type: 'answer', question: question.id, answer: { type: 'deny', feedback } });
  }

  return (
    <section
      class="question-card"
      data-testid="question"
      data-question={question.id}
      aria-label={questionTitle(question)}
    >
      <h3 class="question-title">
        <Icon name="question" /> {questionTitle(question)}
      </h3>
      {question.questions.map((one, i) => (
        <OneQuestion
          key={one.question}
          question={one}
          given={given.value[i] ?? NOTHING}
          change={(changed) => change(i, changed)}
        />
      ))}
      <div class="buttons">
        <Button kind="primary" data-testid="question-submit" disabled={!complete || sent.value} onClick={send}>
          {t('Answer')}
        </Button>
        <Button data-testid="question-skip" disabled={sent.value} onClick={skip}>
          {t('Skip')}
        </Button>
      </div>
    </section>
  );
}

function OneQuestion(props: { question: ChoiceQuestion; given: Given; change: (changed: Partial<Given>) => void }) {
  const { question, given, change } = props;
  const options = question.options.map((option) => (
    <span class="option-text" key={option.label}>
      <span dir="auto">{option.label}</span>
      {option.description && (
        <span class="quiet" dir="auto">
          {option.description}
        </span>
      )}
    </span>
  ));
  return (
    <fieldset class="choice">
      <legend>
        {question.header && <span class="tag">{question.header}</span>} <span dir="auto">{question.question}</span>
      </legend>
      {question.multiSelect ? (
        <div class="options">
          {question.options.map((option, i) => (
            <Checkbox
              key={option.label}
              data-option={option.label}
              checked={given.chosen.includes(option.label)}
              onChange={(checked) =>
                change({
                  chosen: checked
                    ? [...given.chosen, option.label]
                    : given.chosen.filter((label) => label !== option.label),
                })
              }
            >
              {options[i]}
            </Checkbox>
          ))}
        </div>
      ) : (
        <RadioGroup
          class="options"
          aria-label={question.question}
          value={given.useOther ? OTHER : (given.chosen[0] ?? '')}
          onChange={(value) => change(value === OTHER ? { useOther: true } : { chosen: [value], useOther: false })}
        >
          {question.options.map((option, i) => (
            <Radio key={option.label} value={option.label} data-option={option.label}>
              {options[i]}
            </Radio>
          ))}
          <Radio value={OTHER}>{t('Something else')}</Radio>
        </RadioGroup>
      )}
      {(question.multiSelect || given.useOther) && (
        <TextField
          class="other-text"
          value={given.other}
          placeholder={t('Your own answer')}
          aria-label={t('Your own answer')}
          data-testid="question-other"
          onInput={(other) => change({ other, useOther: true })}
        />
      )}
    </fieldset>
  );
}

function answersOf(given: Given): string[] {
  const other = given.useOther ? given.other.trim() : '';
  return other === '' ? (given.useOther && given.chosen.length === 0 ? [] : given.chosen) : [...given.chosen, other];
}

function ChoiceOutcome({ item, question }: { item: ToolItem; question: Asked }) {
  const { answer } = item;
  return (
    <div class="outcome-list" data-testid="question" data-question={question.id}>
      {question.questions.map((one, i) => (
        <div class="outcome" key={one.question}>
          <Icon name="question" /> <span class="quiet">{one.question}</span>{' '}
          {answer?.type === 'choice' ? (answer.answers[i] ?? []).join(', ') : t('not answered')}
        </div>
      ))}
    </div>
  );
}
