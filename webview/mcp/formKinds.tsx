// What the form asks of a program, and of a server at an address.
import type { EditableScope } from '../../src/mcpProtocol.ts';
import { t } from '../l10n.ts';
import type { Faults } from './formFaults.ts';
import { LineField, LinesField } from './formField.tsx';
import type { Values } from './formValues.ts';

export type FormParts = {
  values: Values;
  scope: EditableScope;
  faults: Faults;
  set(more: Partial<Values>): void;
};

export function ProgramFields({ values, scope, faults, set }: FormParts) {
  return (
    <>
      <LineField
        id="command"
        label={t('Command')}
        value={values.command}
        example="npx"
        required
        fault={faults.command}
        onInput={(command) => set({ command })}
      />
      <LinesField
        id="args"
        label={t('Arguments, one a line')}
        value={values.args}
        example={'-y\n@modelcontextprotocol/server-everything'}
        fault={faults.args}
        onInput={(args) => set({ args })}
      />
      <LinesField
        id="env"
        label={t('Variables, NAME=value, one a line')}
        help={secretHelp(scope)}
        value={values.env}
        example={`LOG_LEVEL=info\nAPI_KEY=${reference(scope, 'MY_API_KEY')}`}
        fault={faults.env}
        onInput={(env) => set({ env })}
      />
    </>
  );
}

export function AddressFields({ values, scope, faults, set }: FormParts) {
  return (
    <>
      <LineField
        id="url"
        label={t('Address')}
        value={values.url}
        example={values.type === 'ws' ? 'wss://example.com/mcp' : 'https://example.com/mcp'}
        required
        fault={faults.url}
        onInput={(url) => set({ url })}
      />
      <LinesField
        id="headers"
        label={t('Headers, Name: value, one a line')}
        help={secretHelp(scope)}
        value={values.headers}
        example={`Authorization: Bearer ${reference(scope, 'MY_TOKEN')}`}
        fault={faults.headers}
        onInput={(headers) => set({ headers })}
      />
    </>
  );
}

function secretHelp(scope: EditableScope): string {
  const example = reference(scope, 'NAME');
  return scope === 'project' || scope === 'editor'
    ? t('This file is shared: no secret may stand in it. {example} takes it from the environment.', { example })
    : t('For a secret, {example} takes it from the environment.', { example });
}

/** VS Code's own file has words of its own for variables. */
function reference(scope: EditableScope, name: string): string {
  return `$\{${scope === 'editor' ? 'env:' : ''}${name}}`;
}
