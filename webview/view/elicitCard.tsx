// What a server of tools asks a person for: a form, or to open an address. Its words are shown as its words.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Question } from '../../src/contracts/question.ts';
import { type FormValue, formContent, formFields } from '../../src/util/elicitForm.ts';
import { Button } from '../components.ts';
import { t } from '../l10n.ts';
import { usePage, useSelect } from '../page.ts';
import { isOpen } from '../state.ts';
import { questionTitle } from '../toolText.ts';
import { ElicitField } from './elicitField.tsx';
import { Icon } from './icon.tsx';
import { Visible } from './visible.ts';

type Asked = Extract<Question, { type: 'elicit' }>;
type Values = Record<string, FormValue>;

/** Longer words of a server scroll by themselves, so that what they ask for stays in sight. */
const LONG = 600;
const CONTROLS = 'input, select, vscode-radio, vscode-checkbox';

export function ElicitCard({ question }: { question: Asked }) {
  const open = useSelect((state) => isOpen(state, question.id));
  return open ? <OpenElicit question={question} /> : null;
}

function OpenElicit({ question }: { question: Asked }) {
  const page = usePage();
  const { request, server } = question;
  const fields = request.mode === 'form' ? (formFields(request.schema) ?? []) : [];
  const values = page.kept.of<Values>(`elicit:${question.id}`, {});
  const tried = page.kept.of(`tried:${question.id}`, false);
  const sent = page.kept.of(`sent:${question.id}`, false);
  const filled = formContent(fields, values.value);
  const faults = tried.value && 'faults' in filled ? filled.faults : undefined;
  const card = useRef<HTMLElement>(null);
  const [refusals, setRefusals] = useState(0);
  useEffect(() => {
    if (refusals > 0) firstControl(card.current, '.choice:has(.field-fault)')?.focus();
  }, [refusals]);
  const greeted = page.kept.of(`greeted:${question.id}`, false);
  useEffect(() => {
    if (greeted.value) return;
    greeted.value = true;
    // Hands that are elsewhere stay there: a key that is meant for a message is not for the server.
    if (document.hasFocus() && document.activeElement === document.body) firstControl(card.current, '.choice')?.focus();
  }, []);

  function answer(action: 'accept' | 'decline' | 'cancel'): void {
    if (sent.value) return;
    if (action === 'accept' && 'faults' in filled) {
      tried.value = true;
      setRefusals(refusals + 1);
      return;
    }
    sent.value = true;
    // It is for the server; the page forgets it.
    values.value = {};
    const content = action === 'accept' && request.mode === 'form' && 'content' in filled ? filled : {};
    page.post({
      type: 'answer',
      question: question.id,
      answer: action === 'accept' ? { type: 'elicit', action, ...content } : { type: 'elicit', action },
    });
  }

  return (
    <section
      ref={card}
      class="question-card"
      data-testid="elicit"
      data-question={question.id}
      data-mode={request.mode}
      aria-label={questionTitle(question)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.isComposing) return;
        // The turn goes on without it.
        event.preventDefault();
        answer('cancel');
      }}
    >
      <h3 class="question-title">
        <Icon name="server-process" /> {questionTitle(question)}
      </h3>
      <Message text={request.message} />
      {request.mode === 'url' ? (
        <Address url={request.url} />
      ) : (
        fields.map((field, at) => (
          <ElicitField
            key={field.name}
            id={`elicit-${question.id}-${at}`}
            field={field}
            value={values.value[field.name] ?? field.initial}
            fault={faults?.get(field.name)}
            change={(value) => {
              values.value = { ...values.value, [field.name]: value };
            }}
            send={() => answer('accept')}
          />
        ))
      )}
      <p class="quiet elicit-note">
        {request.mode === 'url'
          ? t('The address was named by the server {server}. Open it only if you expected this.', { server })
          : t('What you enter goes to the server {server}. Do not enter passwords or keys here.', { server })}
      </p>
      {faults !== undefined && (
        <p class="field-fault" role="alert">
          {t('Correct what is marked, then answer again.')}
        </p>
      )}
      <div class="buttons">
        <Button kind="primary" data-testid="elicit-accept" disabled={sent.value} onClick={() => answer('accept')}>
          {request.mode === 'url' ? t('Open in browser') : t('Send to the server')}
        </Button>
        <Button data-testid="elicit-decline" disabled={sent.value} onClick={() => answer('decline')}>
          {t('Decline')}
        </Button>
        <Button data-testid="elicit-cancel" disabled={sent.value} onClick={() => answer('cancel')}>
          {t('Not now')}
        </Button>
      </div>
    </section>
  );
}

/** The first control of the first such field. */
function firstControl(card: HTMLElement | null, field: string): HTMLElement | null | undefined {
  return card?.querySelector(field)?.querySelector<HTMLElement>(CONTROLS);
}

function Message({ text }: { text: string }) {
  const words = <Visible text={text} />;
  if (text.length <= LONG)
    return (
      <div class="elicit-message" dir="auto">
        {words}
      </div>
    );
  return (
    <section
      class="elicit-message elicit-long"
      dir="auto"
      aria-label={t('What the server says')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
      tabIndex={0}
    >
      {words}
    </section>
  );
}

/** The host is what counts, so it stands out. */
function Address({ url }: { url: string }) {
  const { host, protocol } = new URL(url);
  const at = url.toLowerCase().indexOf(host, protocol.length);
  return (
    <code class="elicit-address" data-testid="elicit-address">
      {at < 0 ? (
        <Visible text={url} />
      ) : (
        <>
          <Visible text={url.slice(0, at)} />
          <strong>
            <Visible text={url.slice(at, at + host.length)} />
          </strong>
          <Visible text={url.slice(at + host.length)} />
        </>
      )}
    </code>
  );
}
