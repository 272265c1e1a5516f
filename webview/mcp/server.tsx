// One server: what has become of it, what it would start, what it offers, and what a person can do about it.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { McpState, ServerRow } from '../../src/mcpProtocol.ts';
import { Button } from '../components.ts';
import { fromRoot, timeOf } from '../format.ts';
import { t } from '../l10n.ts';
import { Organisation } from '../permissions/organisation.tsx';
import { sayFrom } from '../say.ts';
import { Icon } from '../view/icon.tsx';
import { Visible } from '../view/visible.ts';
import { Approval } from './approval.tsx';
import { Disclosure } from './disclosure.tsx';
import { Fields } from './fields.tsx';
import { Offered } from './offered.tsx';
import { useMcp } from './page.ts';
import { scopeName, statusOf } from './words.ts';

export function Server({ server, page }: { server: ServerRow; page: McpState }) {
  const { post } = useMcp();
  const { name, file, line, standing, because, state } = server;
  const status = statusOf(server);
  const reason = because ?? (state !== undefined && 'because' in state ? state.because : undefined);
  const stderr = state?.state === 'failed' ? state.stderr : [];
  const remarks = [...server.warnings, ...server.notices];
  return (
    <li
      class="mcp-server"
      data-testid="mcp-server"
      tabIndex={-1}
      data-name={name}
      data-standing={standing}
      data-state={state?.state}
    >
      <div class="mcp-title">
        <h3>
          <Visible text={name} />
        </h3>
        <span class={`mcp-status mcp-status-${status.tone}`} data-testid="mcp-status">
          <Icon name={status.icon} spin={state?.state === 'connecting'} /> {status.text}
        </span>
        <span class="quiet mcp-place">
          {server.scope === 'managed' ? <Organisation /> : `${scopeName(server.scope)} ·`}{' '}
          <button
            type="button"
            class="link-button"
            title={file}
            onClick={() => post({ type: 'openFile', file, ...(line === undefined ? {} : { line }) })}
          >
            {fromRoot(file, page.root)}
            {line === undefined ? '' : `:${line}`}
          </button>
        </span>
      </div>
      {reason && standing !== 'pending' && (
        <p class={state?.state === 'failed' ? 'mcp-reason' : 'quiet mcp-reason'} data-testid="mcp-reason">
          <Visible text={sayFrom(reason, page.root)} /> {state?.state === 'failed' && <Retry state={state} />}
        </p>
      )}
      {stderr.length > 0 && (
        <Disclosure label={t('Last lines of its error output')} open>
          {() => (
            <pre class="mcp-stderr" data-testid="mcp-stderr">
              <Visible text={stderr.join('\n')} />
            </pre>
          )}
        </Disclosure>
      )}
      {remarks.length > 0 && (
        <ul class="mcp-warnings">
          {remarks.map((one) => (
            <li key={JSON.stringify(one)}>
              <Icon name="warning" />
              <span>
                <Visible text={sayFrom(one, page.root)} />
              </span>
            </li>
          ))}
        </ul>
      )}
      {standing === 'pending' ? (
        <Approval server={server} page={page} others={<Others server={server} page={page} />} />
      ) : (
        <>
          <div class="mcp-parts">
            <Offered server={server} />
            <Disclosure
              key={standing}
              label={server.remote ? t('What it connects to') : t('What it starts')}
              open={standing === 'rejected'}
            >
              {() => <Fields fields={server.fields} />}
            </Disclosure>
          </div>
          <Buttons server={server} page={page} />
        </>
      )}
    </li>
  );
}

function Buttons({ server, page }: { server: ServerRow; page: McpState }) {
  const { post } = useMcp();
  const { name, standing, state, remote, signedIn, fingerprint } = server;
  const on = standing === 'ready';
  return (
    <div class="buttons mcp-buttons">
      {on && state?.state === 'needsAuthentication' && (
        <Button kind="primary" data-testid="mcp-authenticate" onClick={() => post({ type: 'authenticate', name })}>
          {t('Sign in…')}
        </Button>
      )}
      {on && state?.state !== 'connecting' && (
        <Button data-testid="mcp-reconnect" onClick={() => post({ type: 'reconnect', name })}>
          {state?.state === 'connected' ? t('Reconnect') : t('Connect')}
        </Button>
      )}
      {on && remote && signedIn && (
        <Button data-testid="mcp-clear" onClick={() => post({ type: 'clearAuthentication', name })}>
          {t('Sign out')}
        </Button>
      )}
      {standing === 'notConfigured' && server.scope === 'editor' && (
        <Button kind="primary" data-testid="mcp-inputs" onClick={() => post({ type: 'askInputs', name })}>
          {t('Enter values…')}
        </Button>
      )}
      {standing === 'rejected' && (
        <Button
          data-testid="mcp-approve-again"
          onClick={() => post({ type: 'approve', name, fingerprint, all: false })}
        >
          {t('Use it after all')}
        </Button>
      )}
      {(on || standing === 'disabled') && (
        <Button data-testid="mcp-enable" onClick={() => post({ type: 'enable', name, on: !on })}>
          {on ? t('Switch off in this folder') : t('Switch on')}
        </Button>
      )}
      <Others server={server} page={page} />
    </div>
  );
}

/** What changes the file stands apart. */
function Others({ server, page }: { server: ServerRow; page: McpState }) {
  const { post, state } = useMcp();
  const { name } = server;
  if (server.scope === 'managed' || page.exclusive) return null;
  return (
    <span class="mcp-others buttons">
      <Button
        data-testid="mcp-edit"
        aria-label={t('Edit {name}', { name })}
        disabled={state.value.form !== undefined}
        onClick={() => post({ type: 'edit', name })}
      >
        {t('Edit…')}
      </Button>
      <Remove server={server} root={page.root} />
    </span>
  );
}

function Retry({ state: { retryAtMs } }: { state: Extract<ServerRow['state'], { state: 'failed' }> }) {
  if (retryAtMs === undefined) return null;
  const time = timeOf(retryAtMs, Date.now(), document.documentElement.lang || 'en');
  return <span class="quiet">{t('It is tried again at {time}.', { time })}</span>;
}

/** Asks in its own place, once. */
function Remove({ server, root }: { server: ServerRow; root: string }) {
  const { post } = useMcp();
  const [asking, setAsking] = useState(false);
  const wasAsking = useRef(false);
  const box = useRef<HTMLFieldSetElement>(null);
  useEffect(() => {
    if (!asking && !wasAsking.current) return;
    wasAsking.current = asking;
    // The control takes the focus once it has drawn itself.
    const frame = requestAnimationFrame(() =>
      box.current?.querySelector<HTMLElement>('[data-testid=mcp-remove], [data-testid=mcp-remove-yes]')?.focus(),
    );
    return () => cancelAnimationFrame(frame);
  }, [asking]);
  const { name, file } = server;
  return (
    <fieldset
      class="mcp-remove buttons"
      ref={box}
      aria-label={t('Remove {name}', { name })}
      onKeyDown={(event) => {
        if (event.key === 'Escape') setAsking(false);
      }}
    >
      {asking ? (
        <>
          <span>{t('Take “{name}” out of {file}?', { name, file: fromRoot(file, root) })}</span>
          <Button
            kind="primary"
            data-testid="mcp-remove-yes"
            onClick={() => {
              setAsking(false);
              post({ type: 'remove', name });
            }}
          >
            {t('Remove')}
          </Button>
          <Button data-testid="mcp-remove-no" onClick={() => setAsking(false)}>
            {t('Keep')}
          </Button>
        </>
      ) : (
        <Button data-testid="mcp-remove" aria-label={t('Remove {name}', { name })} onClick={() => setAsking(true)}>
          {t('Remove…')}
        </Button>
      )}
    </fieldset>
  );
}
