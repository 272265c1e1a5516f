// The form for a new or a changed server. What it does not know of an entry stays as it is.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { EditableScope, McpState } from '../../src/mcpProtocol.ts';
import { Button } from '../components.ts';
import { t } from '../l10n.ts';
import { Icon } from '../view/icon.tsx';
import { entryOf, type Values, valuesOf } from './formValues.ts';
import { type Form, useMcp } from './page.ts';
import { scopeName } from './words.ts';

const SCOPES: readonly EditableScope[] = ['project', 'local', 'user', 'editor'];
const TYPES = ['stdio', 'http', 'sse'] as const;

export function ServerForm({ form, page }: { form: Form; page: McpState }) {
  const { post, change } = useMcp();
  const [name, setName] = useState(form.name);
  const [scope, setScope] = useState<EditableScope>(form.scope);
  const [values, setValues] = useState<Values>(() => valuesOf(form.entry));
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const set = (more: Partial<Values>) => setValues({ ...values, ...more });
  const isLocal = values.type === 'stdio';
  const missing = name.trim() === '' || (isLocal ? values.command : values.url).trim() === '';
  const save = () => {
    if (missing) return;
    const entry = entryOf(form.entry, values);
    const { replaces } = form;
    post({ type: 'save', scope, name: name.trim(), entry, ...(replaces === undefined ? {} : { replaces }) });
  };
  return (
    <form
      class="mcp-form"
      data-testid="mcp-form"
      aria-labelledby="mcp-form-title"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
      onKeyDown={(event) => {
        if (event.isComposing) return;
        if (event.key === 'Escape') change({ type: 'closeForm' });
        if (event.key === 'Enter' && event.target instanceof HTMLInputElement) save();
      }}
    >
      <h2 id="mcp-form-title">
        {form.replaces === undefined ? t('Add a server') : t('Edit {name}', { name: form.replaces })}
      </h2>
      <label>
        <span>{t('Name')}</span>
        <input
          ref={first}
          data-testid="mcp-form-name"
          value={name}
          required
          spellcheck={false}
          onInput={({ currentTarget }) => setName(currentTarget.value)}
        />
      </label>
      <label>
        <span>{t('For')}</span>
        <select
          data-testid="mcp-form-scope"
          value={scope}
          onChange={({ currentTarget }) => setScope(SCOPES.find((one) => one === currentTarget.value) ?? 'project')}
        >
          {SCOPES.map((one) => (
            <option key={one} value={one}>
              {scopeName(one)}
            </option>
          ))}
        </select>
      </label>
      <p class="quiet mcp-form-file" data-testid="mcp-form-file">
        {t('Is written to {file}', { file: page.files[scope] })}
      </p>
      <label>
        <span>{t('Kind')}</span>
        <select
          data-testid="mcp-form-type"
          value={values.type}
          onChange={({ currentTarget }) => set({ type: TYPES.find((one) => one === currentTarget.value) ?? 'stdio' })}
        >
          <option value="stdio">{t('A program on this machine (stdio)')}</option>
          <option value="http">{t('An address (http)')}</option>
          <option value="sse">{t('An older server at an address (sse)')}</option>
        </select>
      </label>
      {isLocal ? (
        <>
          <Line
            id="command"
            label={t('Command')}
            value={values.command}
            example="npx"
            onInput={(command) => set({ command })}
          />
          <Lines
            id="args"
            label={t('Arguments, one a line')}
            value={values.args}
            example={'-y\n@modelcontextprotocol/server-everything'}
            onInput={(args) => set({ args })}
          />
          <Lines
            id="env"
            label={t('Variables, NAME=value, one a line')}
            value={values.env}
            example={'LOG_LEVEL=info\nAPI_KEY=$'.concat('{MY_API_KEY}')}
            onInput={(env) => set({ env })}
          />
        </>
      ) : (
        <>
          <Line
            id="url"
            label={t('Address')}
            value={values.url}
            example="https://example.com/mcp"
            onInput={(url) => set({ url })}
          />
          <Lines
            id="headers"
            label={t('Headers, Name: value, one a line')}
            value={values.headers}
            example={'Authorization: Bearer $'.concat('{MY_TOKEN}')}
            onInput={(headers) => set({ headers })}
          />
        </>
      )}
      {(scope === 'project' || scope === 'editor') && (
        <p class="quiet">
          <Icon name="info" />{' '}
          {t('This file is shared. Write no secrets into it, but the name of a variable: {example}', {
            example: '$'.concat('{NAME}'),
          })}
        </p>
      )}
      <div class="buttons">
        <Button kind="primary" data-testid="mcp-form-save" disabled={missing} onClick={save}>
          {t('Save')}
        </Button>
        <Button data-testid="mcp-form-cancel" onClick={() => change({ type: 'closeForm' })}>
          {t('Cancel')}
        </Button>
      </div>
    </form>
  );
}

type FieldProps = { id: string; label: string; value: string; example: string; onInput(value: string): void };

function Line({ id, label, value, example, onInput }: FieldProps) {
  return (
    <label>
      <span>{label}</span>
      <input
        data-testid={`mcp-form-${id}`}
        value={value}
        placeholder={example}
        required
        spellcheck={false}
        dir="ltr"
        onInput={({ currentTarget }) => onInput(currentTarget.value)}
      />
    </label>
  );
}

function Lines({ id, label, value, example, onInput }: FieldProps) {
  return (
    <label>
      <span>{label}</span>
      <textarea
        data-testid={`mcp-form-${id}`}
        value={value}
        placeholder={example}
        rows={3}
        spellcheck={false}
        dir="ltr"
        onInput={({ currentTarget }) => onInput(currentTarget.value)}
      />
    </label>
  );
}
