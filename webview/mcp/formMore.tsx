// What few servers need, behind one line of the form. It is open from the start where something of it is set.
import { useState } from 'preact/hooks';
import { t } from '../l10n.ts';
import type { FieldName } from './formFaults.ts';
import { FlagField, LineField } from './formField.tsx';
import type { FormParts } from './formKinds.tsx';

const FIELDS = [
  ...(['cwd', 'envFile', 'headersHelper', 'clientId', 'callbackPort', 'scopes', 'authServerMetadataUrl'] as const),
  ...(['timeout', 'alwaysLoad'] as const),
] satisfies readonly FieldName[];

export function MoreFields({ values, scope, faults, set }: FormParts) {
  const [open, setOpen] = useState(() => FIELDS.some((field) => values[field] !== '' && values[field] !== false));
  const isProgram = values.type === 'stdio';
  return (
    <details
      class="mcp-form-more"
      data-testid="mcp-form-more"
      open={open}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>{t('More')}</summary>
      <div class="mcp-form-fields">
        {isProgram && (
          <LineField
            id="cwd"
            label={t('Folder')}
            help={t('Where the program runs; empty means the folder of the project.')}
            value={values.cwd}
            fault={faults.cwd}
            onInput={(cwd) => set({ cwd })}
          />
        )}
        {isProgram && (scope === 'editor' || values.envFile !== '') && (
          <LineField
            id="envFile"
            label={t('File of variables')}
            help={t('Lines NAME=value. Only VS Code’s file has it.')}
            value={values.envFile}
            fault={faults.envFile}
            onInput={(envFile) => set({ envFile })}
          />
        )}
        {!isProgram && (
          <LineField
            id="headersHelper"
            label={t('Command that prints headers')}
            help={t('Runs at each attempt to connect, and prints one JSON object of texts within 10 s.')}
            value={values.headersHelper}
            example="./scripts/token.sh"
            fault={faults.headersHelper}
            onInput={(headersHelper) => set({ headersHelper })}
          />
        )}
        {!isProgram && <SignInFields {...{ values, scope, faults, set }} />}
        <LineField
          id="timeout"
          label={t('Longest call, in milliseconds')}
          help={t('Empty means MCP_TOOL_TIMEOUT, or 28 hours.')}
          value={values.timeout}
          example="60000"
          plain
          fault={faults.timeout}
          onInput={(timeout) => set({ timeout })}
        />
        <FlagField
          id="alwaysLoad"
          label={t('Always show its tools to the model')}
          help={t('They are never left to be searched for, and a first turn waits for the server.')}
          value={values.alwaysLoad}
          fault={faults.alwaysLoad}
          onChange={(alwaysLoad) => set({ alwaysLoad })}
        />
      </div>
    </details>
  );
}

function SignInFields({ values, faults, set }: FormParts) {
  return (
    <fieldset class="mcp-form-group">
      <legend>{t('Sign-in (OAuth)')}</legend>
      <p class="quiet">
        {t('Most servers need none of this. A secret of the client goes into the variable MCP_CLIENT_SECRET.')}
      </p>
      <div class="mcp-form-row">
        <LineField
          id="clientId"
          label={t('Client ID')}
          value={values.clientId}
          fault={faults.clientId}
          onInput={(clientId) => set({ clientId })}
        />
        <LineField
          id="callbackPort"
          label={t('Port of the callback')}
          value={values.callbackPort}
          plain
          fault={faults.callbackPort}
          onInput={(callbackPort) => set({ callbackPort })}
        />
        <LineField
          id="scopes"
          label={t('Scopes, blanks between them')}
          value={values.scopes}
          fault={faults.scopes}
          onInput={(scopes) => set({ scopes })}
        />
      </div>
      <LineField
        id="authServerMetadataUrl"
        label={t('Address of the metadata')}
        help={t('Where the service that signs people in describes itself, if it is not found.')}
        value={values.authServerMetadataUrl}
        example="https://login.example.com/.well-known/openid-configuration"
        fault={faults.authServerMetadataUrl}
        onInput={(authServerMetadataUrl) => set({ authServerMetadataUrl })}
      />
    </fieldset>
  );
}
