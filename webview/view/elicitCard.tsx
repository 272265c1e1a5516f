// What a server of tools asks a person for: a form, or to open an address. Its words are shown as its words.
import type { Question } from '../../src/contracts/question.ts';
import { type FormFault, type FormField, type FormValue, formContent, formFields } from '../../src/util/elicitForm.ts';
import { Button, Checkbox, Radio, RadioGroup, TextField } from '../components.ts';
import { t } from '../l10n.ts';
import { usePage, useSelect } from '../page.ts';
import { isOpen } from '../state.ts';
import { questionTitle } from '../toolText.ts';
import { Icon } from './icon.tsx';
import { Visible } from './visible.ts';

type Asked = Extract<Question, { type: 'elicit' }>;
type Values = Record<string, FormValue>;

/** Of so many options a list is easier than buttons. */
const BUTTONS = 7;

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

  function answer(action: 'accept' | 'decline' | 'cancel'): void {
    if (sent.value) return;
    if (action === 'accept' && 'faults' in filled) {
      tried.value = true;
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
      class="question-card"
      data-testid="elicit"
      data-question={question.id}
      data-mode={request.mode}
      aria-label={questionTitle(question)}
    >
      <h3 class="question-title">
        <Icon name="server-process" /> {questionTitle(question)}
      </h3>
      <div class="elicit-message" dir="auto">
        <Visible text={request.message} />
      </div>
      {request.mode === 'url' ? (
        <Address url={request.url} />
      ) : (
        fields.map((field) => (
          <Field
            key={field.name}
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

/** The host is what counts, so it stands out. */
function Address({ url }: { url: string }) {
  const { host } = new URL(url);
  const at = url.toLowerCase().indexOf(host);
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

type FieldProps = {
  field: FormField;
  value: FormValue;
  fault: FormFault | undefined;
  change: (value: FormValue) => void;
  send: () => void;
};

function Field({ field, value, fault, change, send }: FieldProps) {
  const { label, description, required } = field;
  const name = (
    <>
      <Visible text={label} />
      {required && <span aria-hidden="true"> *</span>}
    </>
  );
  return (
    <fieldset class="choice" data-testid="elicit-field" data-field={field.name}>
      {field.kind !== 'flag' && <legend dir="auto">{name}</legend>}
      {description !== undefined && (
        <span class="quiet" dir="auto">
          <Visible text={description} />
        </span>
      )}
      <Control field={field} value={value} change={change} send={send} label={name} />
      {fault !== undefined && <span class="field-fault">{sayFault(fault)}</span>}
    </fieldset>
  );
}

function Control(props: Omit<FieldProps, 'fault'> & { label: preact.ComponentChildren }) {
  const { field, value, change, send, label } = props;
  const named = field.required ? t('{field}, required', { field: field.label }) : field.label;
  switch (field.kind) {
    case 'flag':
      return (
        <Checkbox checked={value === true} onChange={change} aria-label={named}>
          {label}
        </Checkbox>
      );
    case 'one':
      return field.options.length > BUTTONS ? (
        <select
          class="elicit-list"
          aria-label={named}
          value={String(value)}
          onChange={(event) => change(event.currentTarget.value)}
        >
          {(!field.required || value === '') && <option value="">{t('Choose…')}</option>}
          {field.options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      ) : (
        <RadioGroup class="options" aria-label={named} value={String(value)} onChange={change}>
          {field.options.map((option) => (
            <Radio key={option.value} value={option.value}>
              <Visible text={option.label} />
            </Radio>
          ))}
        </RadioGroup>
      );
    case 'many': {
      const chosen = Array.isArray(value) ? value : [];
      return (
        <div class="options">
          {field.options.map((option) => (
            <Checkbox
              key={option.value}
              checked={chosen.includes(option.value)}
              onChange={(on) => change(on ? [...chosen, option.value] : chosen.filter((one) => one !== option.value))}
            >
              <Visible text={option.label} />
            </Checkbox>
          ))}
        </div>
      );
    }
    default:
      return (
        <TextField
          class="other-text"
          value={String(value)}
          placeholder={placeholderOf(field)}
          aria-label={named}
          onInput={change}
          onKeyDown={(event) => {
            // A key of an input method is not meant for the form.
            if (event.key === 'Enter' && !event.isComposing && event.keyCode !== 229) send();
          }}
        />
      );
  }
}

function placeholderOf(field: Extract<FormField, { kind: 'text' | 'number' }>): string {
  if (field.kind === 'text')
    return {
      email: 'name@example.com',
      uri: 'https://',
      date: '2026-12-31',
      'date-time': '2026-12-31T18:00:00Z',
      '': '',
    }[field.format ?? ''];
  const { least, most } = field;
  if (least !== undefined && most !== undefined) return t('{least} to {most}', { least, most });
  return '';
}

function sayFault({ why, amount = 0 }: FormFault): string {
  switch (why) {
    case 'missing':
      return t('This is required.');
    case 'tooShort':
      return t('At least {amount} characters.', { amount });
    case 'tooLong':
      return t('At most {amount} characters.', { amount });
    case 'notNumber':
      return t('Enter a number.');
    case 'notWhole':
      return t('Enter a whole number.');
    case 'tooSmall':
      return t('At least {amount}.', { amount });
    case 'tooBig':
      return t('At most {amount}.', { amount });
    case 'tooFew':
      return t('Choose at least {amount}.', { amount });
    case 'tooMany':
      return t('Choose at most {amount}.', { amount });
    case 'notOffered':
      return t('Choose one of those that are offered.');
    case 'notEmail':
      return t('Enter a mail address.');
    case 'notUri':
      return t('Enter a whole address, such as https://example.com.');
    case 'notDate':
      return t('Enter a date, such as 2026-12-31.');
    case 'notDateTime':
      return t('Enter a date and time, such as 2026-12-31T18:00:00Z.');
  }
}
