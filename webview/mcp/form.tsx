// The form for a new or a changed server. What it does not know of an entry stays as it is.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { EditableScope, McpState } from '../../src/mcpProtocol.ts';
import { Button } from '../components.ts';
import { t } from '../l10n.ts';
import { say } from '../say.ts';
import { Icon } from '../view/icon.tsx';
import { type Faults, fieldOf, formFaults } from './formFaults.ts';
import { ChoiceField, LineField } from './formField.tsx';
import { AddressFields, ProgramFields } from './formKinds.tsx';
import { MoreFields } from './formMore.tsx';
import { entryOf, type ServerType, type Values, valuesOf } from './formValues.ts';
import { type Form, useMcp } from './page.ts';
import { scopeName } from './words.ts';

const SCOPES: readonly EditableScope[] = ['project', 'local', 'user', 'editor'];

export function ServerForm({ form, page }: { form: Form; page: McpState }) {
  const { post, change } = useMcp();
  const [name, setName] = useState(form.name);
  const [scope, setScope] = useState<EditableScope>(form.scope);
  const [values, setValues] = useState<Values>(() => valuesOf(form.entry));
  const [tried, setTried] = useState(0);
  const box = useRef<HTMLFormElement>(null);
  const { refused, saving = false, replaces } = form;
  const refusedField = refused && fieldOf(refused);
  const faults: Faults = {
    ...(refused && refusedField ? { [refusedField]: say(refused) } : {}),
    ...(tried > 0 ? formFaults(name, values, scope, replaces) : {}),
  };
  useEffect(() => focusFirstFault(box.current), [tried, refused]);
  useFocusBack(() => box.current?.querySelector<HTMLElement>('input'));

  /** A refusal is of what was sent. */
  const touched = () => change({ type: 'formTouched' });
  const set = (more: Partial<Values>) => {
    touched();
    setValues((now) => ({ ...now, ...more }));
  };
  const save = () => {
    if (saving) return;
    if (Object.keys(formFaults(name, values, scope, replaces)).length > 0) {
      setTried(tried + 1);
      return;
    }
    const entry = entryOf(form.entry, values, scope);
    post({ type: 'save', scope, name: name.trim(), entry, ...(replaces === undefined ? {} : { replaces }) });
    change({ type: 'saving' });
  };
  const parts = { values, scope, faults, set };
  return (
    <form
      ref={box}
      class="mcp-form"
      data-testid="mcp-form"
      aria-labelledby="mcp-form-title"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
      onKeyDown={(event) => {
        if (event.isComposing || event.keyCode === 229) return;
        if (event.key === 'Escape') change({ type: 'closeForm' });
        if (event.key === 'Enter' && event.target instanceof HTMLInputElement) {
          event.preventDefault();
          save();
        }
      }}
    >
      <h2 id="mcp-form-title">{replaces === undefined ? t('Add a server') : t('Edit {name}', { name: replaces })}</h2>
      <div class="mcp-form-row">
        <LineField
          id="name"
          label={t('Name')}
          value={name}
          plain
          required
          fault={faults.name}
          onInput={(now) => {
            touched();
            setName(now);
          }}
        />
        <ChoiceField
          id="type"
          label={t('Kind')}
          value={values.type}
          fault={faults.type}
          options={kinds()}
          onChange={(type) => set({ type })}
        />
        <ChoiceField
          id="scope"
          label={t('For')}
          value={scope}
          fault={undefined}
          options={SCOPES.map((one) => ({ value: one, label: scopeName(one) }))}
          onChange={(now) => {
            touched();
            setScope(now);
          }}
        />
      </div>
      <p class="quiet mcp-form-file" data-testid="mcp-form-file">
        {t('Is written to {file}', { file: page.files[scope] })}
      </p>
      {values.type === 'stdio' ? <ProgramFields {...parts} /> : <AddressFields {...parts} />}
      <MoreFields {...parts} />
      {refused && refusedField === undefined && (
        <p class="field-fault" role="alert" data-testid="mcp-form-refused">
          <Icon name="error" /> {say(refused)}
        </p>
      )}
      <div class="buttons">
        <Button kind="primary" data-testid="mcp-form-save" onClick={save}>
          {t('Save')}
        </Button>
        <Button data-testid="mcp-form-cancel" onClick={() => change({ type: 'closeForm' })}>
          {t('Cancel')}
        </Button>
      </div>
    </form>
  );
}

function kinds(): Array<{ value: ServerType; label: string }> {
  return [
    { value: 'stdio', label: t('A program on this machine (stdio)') },
    { value: 'http', label: t('An address (http)') },
    { value: 'ws', label: t('An address, by WebSocket (ws)') },
    { value: 'sse', label: t('An older server at an address (sse)') },
  ];
}

/** What is wrong behind a line that is closed is brought out. */
function focusFirstFault(form: HTMLElement | null): void {
  const faulty = [...(form?.querySelectorAll<HTMLElement>('[aria-invalid=true]') ?? [])];
  for (const element of faulty) element.closest('details')?.setAttribute('open', '');
  faulty[0]?.focus();
}

/** Takes the focus, and gives it back in the end to what had it. */
function useFocusBack(first: () => HTMLElement | null | undefined): void {
  // Before the button that opened the form is drawn as disabled, and loses the focus.
  useLayoutEffect(() => {
    const had = document.activeElement;
    first()?.focus();
    return () => {
      // The button takes the focus once it has drawn that it is enabled again.
      requestAnimationFrame(() =>
        requestAnimationFrame(() => {
          if (document.activeElement !== document.body) return;
          // The button of a page without servers is drawn anew.
          const isThere = had !== document.body && had?.isConnected === true;
          const back = isThere ? had : document.querySelector('[data-testid=mcp-add]');
          if (back instanceof HTMLElement) back.focus();
        }),
      );
    };
  }, []);
}
