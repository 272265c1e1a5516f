// A server of tools wants an answer of a model: what would be sent, to which one, and how far a yes goes.
import type { Question } from '../../src/contracts/question.ts';
import { Button } from '../components.ts';
import { grouped } from '../format.ts';
import { t } from '../l10n.ts';
import { usePage, useSelect } from '../page.ts';
import { isOpen } from '../state.ts';
import { questionTitle } from '../toolText.ts';
import { Icon } from './icon.tsx';
import { Spoken, Words } from './spoken.tsx';

type Asked = Extract<Question, { type: 'sample' }>;

export function SampleCard({ question }: { question: Asked }) {
  const open = useSelect((state) => isOpen(state, question.id));
  return open ? <OpenSample question={question} /> : null;
}

function OpenSample({ question }: { question: Asked }) {
  const page = usePage();
  const sent = page.kept.of(`sent:${question.id}`, false);
  const { server, system, messages, model, maxTokens, more } = question;

  function answer(allow: 'once' | 'more' | 'no'): void {
    if (sent.value) return;
    sent.value = true;
    page.post({ type: 'answer', question: question.id, answer: { type: 'sample', allow } });
  }

  return (
    <section
      class="question-card"
      data-testid="sample"
      data-question={question.id}
      aria-label={questionTitle(question)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.isComposing) return;
        // The turn goes on without it.
        event.preventDefault();
        answer('no');
      }}
    >
      <h3 class="question-title">
        <Icon name="server-process" /> {questionTitle(question)}
      </h3>
      <section
        class="sample-messages"
        aria-label={t('What would be sent')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
        tabIndex={0}
      >
        {system !== undefined && <Words who={t('Instructions')} text={system} />}
        {messages.map((message, at) => (
          <Spoken key={at} said={message} />
        ))}
      </section>
      <p class="quiet elicit-note">
        {t(
          '{model} would answer with at most {tokens} tokens, without tools. You pay for it as for your own prompts.',
          {
            model,
            tokens: grouped(maxTokens),
          },
        )}{' '}
        {t('The server {server} gets the answer.', { server })}{' '}
        {t('“Allow {count} here” lets it ask as often in this conversation, with {tokens} tokens in all.', {
          count: grouped(more.requests),
          tokens: grouped(more.tokens),
        })}
      </p>
      <div class="buttons">
        <Button kind="primary" data-testid="sample-once" disabled={sent.value} onClick={() => answer('once')}>
          {t('Allow once')}
        </Button>
        <Button data-testid="sample-more" disabled={sent.value} onClick={() => answer('more')}>
          {t('Allow {count} here', { count: grouped(more.requests) })}
        </Button>
        <Button data-testid="sample-no" disabled={sent.value} onClick={() => answer('no')}>
          {t('Do not allow')}
        </Button>
      </div>
    </section>
  );
}
