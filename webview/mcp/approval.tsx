// What a person says yes or no to: exactly what would be started, and what is different from what they approved before.
import type { ComponentChildren } from 'preact';
import type { McpState, ServerRow } from '../../src/mcpProtocol.ts';
import { Button } from '../components.ts';
import { t } from '../l10n.ts';
import { sayFrom } from '../say.ts';
import { Code } from '../view/code.tsx';
import { Difference, Fields } from './fields.tsx';
import { useMcp } from './page.ts';

/** `others`: what else can be done, in the row of the answers. */
export function Approval({ server, page, others }: { server: ServerRow; page: McpState; others: ComponentChildren }) {
  const { post } = useMcp();
  const { name, fingerprint, because, before, fields, variables, scope } = server;
  return (
    <div class="mcp-approval" data-testid="mcp-approval">
      {because && <p>{sayFrom(because, page.root)}</p>}
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
      <div class="buttons">
        {page.trusted && (
          <>
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
                onClick={() =>
                  post({
                    ...{ type: 'approve', name, fingerprint },
                    all: page.servers.map((one) => ({ name: one.name, fingerprint: one.fingerprint })),
                  })
                }
                title={t('All that .mcp.json names now. One that comes later or changes is asked about by itself.')}
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
          </>
        )}
        {others}
      </div>
    </div>
  );
}
