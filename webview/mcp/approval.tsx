// What a person says yes or no to: exactly what would be started, and what is different from what they approved before.
import type { ServerRow } from '../../src/mcpProtocol.ts';
import { Button } from '../components.ts';
import { t } from '../l10n.ts';
import { say } from '../say.ts';
import { Code } from '../view/code.tsx';
import { Difference, Fields } from './fields.tsx';
import { useMcp } from './page.ts';

export function Approval({ server, trusted }: { server: ServerRow; trusted: boolean }) {
  const { post } = useMcp();
  const { name, fingerprint, because, before, fields, variables, scope } = server;
  return (
    <div class="mcp-approval" data-testid="mcp-approval">
      {because && <p>{say(because)}</p>}
      {before === undefined ? <Fields fields={fields} /> : <Difference before={before} now={fields} />}
      {variables.length > 0 && (
        <p class="quiet">
          {t('It is given these variables of yours:')}{' '}
          {variables.map((variable) => (
            <span key={variable}>
              <Code text={variable} />{' '}
            </span>
          ))}
        </p>
      )}
      {trusted && (
        <div class="buttons">
          <Button
            kind="primary"
            data-testid="mcp-approve"
            aria-label={t('Use this server: {name}', { name })}
            onClick={() => post({ type: 'approve', name, fingerprint, all: false })}
          >
            {t('Use this server')}
          </Button>
          {scope === 'project' && (
            <Button
              data-testid="mcp-approve-all"
              onClick={() => post({ type: 'approve', name, fingerprint, all: true })}
              title={t('Also those that .mcp.json names later. One that changes is asked about again.')}
            >
              {t('Use all servers of this project')}
            </Button>
          )}
          <Button
            data-testid="mcp-reject"
            aria-label={t('Do not use it: {name}', { name })}
            onClick={() => post({ type: 'reject', name })}
          >
            {t('Do not use it')}
          </Button>
        </div>
      )}
    </div>
  );
}
