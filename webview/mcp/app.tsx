// The whole page of servers of one folder.
import type { McpState, ServerRow } from '../../src/mcpProtocol.ts';
import { Button } from '../components.ts';
import { fileName } from '../format.ts';
import { t } from '../l10n.ts';
import { say, sayFrom } from '../say.ts';
import { Icon } from '../view/icon.tsx';
import { EditorTools } from './editorTools.tsx';
import { useFocusStays } from './focusStays.ts';
import { ServerForm } from './form.tsx';
import { useMcp } from './page.ts';
import { Server } from './server.tsx';

export function App() {
  const { state } = useMcp();
  const { page, failure, form } = state.value;
  return (
    <main class="mcp" data-testid="mcp" data-root={page?.root} aria-busy={page === undefined}>
      {page === undefined ? <h1>{t('Servers of tools')}</h1> : <Head page={page} />}
      {failure && (
        <div class="notice notice-error" role="alert" data-testid="failure">
          <Icon name="error" /> <div class="notice-text">{say(failure)}</div>
        </div>
      )}
      {page?.problems.map((problem) => (
        <Problem key={`${problem.file} ${problem.because.code}`} problem={problem} root={page.root} />
      ))}
      {form && page && <ServerForm key={form.replaces ?? ''} form={form} page={page} />}
      {page && <Servers page={page} adding={form !== undefined} />}
      {page && <EditorTools page={page} />}
    </main>
  );
}

function Head({ page }: { page: McpState }) {
  const { post } = useMcp();
  return (
    <header class="mcp-head">
      <div>
        <h1>
          {t('Servers of tools')} <span class="quiet">{fileName(page.root)}</span>
        </h1>
        <p class="quiet">
          {t('Programs and services that bring tools, prompts and resources (MCP).')}{' '}
          {page.several && (
            <button type="button" class="link-button" onClick={() => post({ type: 'chooseRoot' })}>
              {t('Another folder…')}
            </button>
          )}
        </p>
        {!page.trusted && (
          <p class="mcp-untrusted" data-testid="mcp-untrusted">
            <Icon name="workspace-untrusted" />
            <span>
              {t('This folder is not trusted: no server is started.')}{' '}
              <button type="button" class="link-button" onClick={() => post({ type: 'manageTrust' })}>
                {t('Manage trust…')}
              </button>
            </span>
          </p>
        )}
        {page.exclusive && (
          <p class="mcp-exclusive" data-testid="mcp-exclusive">
            <Icon name="organization" />
            <span>{t('Your organisation has chosen the servers; no others can be added.')}</span>
          </p>
        )}
      </div>
      {!page.exclusive && page.servers.length > 0 && <Add />}
    </header>
  );
}

function Add() {
  const { change, state } = useMcp();
  return (
    <Button
      kind="primary"
      data-testid="mcp-add"
      disabled={state.value.form !== undefined}
      onClick={() => change({ type: 'openForm', form: { name: '', scope: 'local', entry: {} } })}
    >
      {t('Add a server…')}
    </Button>
  );
}

function Problem({ problem, root }: { problem: McpState['problems'][number]; root: string }) {
  const { post } = useMcp();
  const { file, line, because } = problem;
  return (
    <div class="notice notice-warning" role="status" data-testid="mcp-problem">
      <Icon name="warning" />
      <div class="notice-text">
        <div>{sayFrom(because, root)}</div>
        <button
          type="button"
          class="link-button"
          onClick={() => post({ type: 'openFile', file, ...(line === undefined ? {} : { line }) })}
        >
          {t('Open the file')}
        </button>
      </div>
    </div>
  );
}

const GROUPS = ['pending', 'used', 'other'] as const;

function Servers({ page, adding }: { page: McpState; adding: boolean }) {
  useFocusStays();
  if (page.servers.length === 0) return adding ? null : <Empty exclusive={page.exclusive} />;
  return (
    <>
      {GROUPS.map((group) => {
        const own = page.servers.filter((server) => groupOf(server) === group);
        if (own.length === 0) return null;
        return (
          <section key={group} aria-labelledby={`mcp-${group}`} data-group={group}>
            <h2 id={`mcp-${group}`}>
              {groupName(group)} <span class="quiet">{own.length}</span>
            </h2>
            {group === 'pending' && page.trusted && (
              <p class="mcp-audit" data-testid="mcp-audit">
                <Icon name="warning" />
                <span>
                  {t(
                    'Nobody audits servers. One that you approve runs with your rights and sees what the model sends it: look at what it starts, and approve only what you trust.',
                  )}{' '}
                  {t(
                    'Unless settings limit it, a program inherits your environment, keys of models included: CLAUDE_CODE_SUBPROCESS_ENV_SCRUB=1 takes those out.',
                  )}
                </span>
              </p>
            )}
            <ul class="mcp-servers">
              {own.map((server) => (
                <Server key={`${server.scope} ${server.name}`} server={server} page={page} />
              ))}
            </ul>
          </section>
        );
      })}
    </>
  );
}

function Empty({ exclusive }: { exclusive: boolean }) {
  return (
    <div class="mcp-empty" data-testid="mcp-empty">
      <h2>{t('No server yet')}</h2>
      {exclusive ? (
        <p>{t('Your organisation has chosen that there are none.')}</p>
      ) : (
        <>
          <p>
            {t(
              'A server lets conversations use what your team has: its tracker, its documents, a database. Add one for yourself, or name it in .mcp.json for everyone who has the repository; each of them approves it once.',
            )}
          </p>
          <Add />
        </>
      )}
    </div>
  );
}

function groupOf({ standing }: ServerRow): (typeof GROUPS)[number] {
  if (standing === 'pending') return 'pending';
  return standing === 'ready' ? 'used' : 'other';
}

function groupName(group: (typeof GROUPS)[number]): string {
  switch (group) {
    case 'pending':
      return t('Waiting for approval');
    case 'used':
      return t('In use');
    case 'other':
      return t('Not used');
  }
}
