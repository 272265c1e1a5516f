// What the repository would enable: each value by itself, by what has become of it.
import { useEffect, useRef } from 'preact/hooks';
import type { Loosening, LooseningKind } from '../../src/contracts/trust.ts';
import { Button } from '../components.ts';
import { fileName } from '../format.ts';
import { t } from '../l10n.ts';
import { Code } from '../view/code.tsx';
import { Icon } from '../view/icon.tsx';
import { Visible } from '../view/visible.ts';
import { usePermissions } from './page.ts';
import { Shorter } from './shorter.tsx';

const STATES = ['waiting', 'held', 'inForce'] as const;

export function Loosenings({ loosening, trusted }: { loosening: Loosening[]; trusted: boolean }) {
  const { post } = usePermissions();
  const section = useRef<HTMLElement>(null);
  // The button that was pressed is gone with what it accepted: keys must not go nowhere.
  const hadFocus = useRef(false);
  useEffect(() => {
    if (hadFocus.current && document.hasFocus() && document.activeElement === document.body) {
      (section.current?.querySelector<HTMLElement>('[data-testid=accept-loosening]') ?? section.current)?.focus();
    }
    hadFocus.current = false;
  }, [loosening]);
  const accept = (ids: string[]) => {
    hadFocus.current = true;
    post({ type: 'acceptLoosening', ids });
  };
  if (loosening.length === 0) {
    if (trusted) return null;
    return (
      <section aria-labelledby="loosening-title">
        <Title count={0} />
        <p class="quiet" data-testid="loosening-none">
          {t('This repository brings no setting that trusting the folder would put in force.')}
        </p>
      </section>
    );
  }
  return (
    <section aria-labelledby="loosening-title" data-testid="loosening" ref={section} tabIndex={-1}>
      <Title count={loosening.length} />
      {STATES.map((state) => {
        const own = loosening.filter((one) => one.state === state);
        if (own.length === 0) return null;
        return (
          <div key={state} class="loosening-state" data-state={state}>
            <h3>{stateName(state)}</h3>
            <p class="quiet">{stateWords(state)}</p>
            <Shorter
              items={own}
              few={state === 'inForce' ? 5 : 50}
              draw={(one) => <Entry key={one.id} loosening={one} accept={accept} />}
            />
            {state === 'waiting' && (
              <div class="buttons">
                <Button kind="primary" data-testid="loosening-trust" onClick={() => post({ type: 'manageTrust' })}>
                  {t('Manage trust…')}
                </Button>
              </div>
            )}
            {state === 'held' && own.length > 1 && (
              <div class="buttons">
                <Button data-testid="accept-all-loosening" onClick={() => accept(own.map((one) => one.id))}>
                  {t('Accept all {count}', { count: own.length })}
                </Button>
              </div>
            )}
          </div>
        );
      })}
    </section>
  );
}

function Title({ count }: { count: number }) {
  return (
    <h2 id="loosening-title">
      <Icon name="repo" /> {t('What this repository would enable')} <span class="quiet">{count}</span>
    </h2>
  );
}

function Entry({ loosening, accept }: { loosening: Loosening; accept: (ids: string[]) => void }) {
  const { openFile } = usePermissions();
  const { id, kind, name, value, file, line, state } = loosening;
  return (
    <li class="loosening" data-testid="loosening-item" data-kind={kind} data-state={state}>
      <span class="loosening-kind quiet">{kindName(kind)}</span>
      <span class="loosening-name">
        <Code text={name} />
        {value !== '' && value !== name && (
          <code class="loosening-value" dir="ltr">
            <Visible text={value} />
          </code>
        )}
      </span>
      <span class="loosening-end">
        <button type="button" class="link-button" title={file} onClick={() => openFile(file, line)}>
          {fileName(file)}
          {line === undefined ? '' : `:${line}`}
        </button>
        {state === 'held' && (
          <Button data-testid="accept-loosening" aria-label={t('Accept {name}', { name })} onClick={() => accept([id])}>
            {t('Accept')}
          </Button>
        )}
      </span>
    </li>
  );
}

function stateName(state: Loosening['state']): string {
  switch (state) {
    case 'waiting':
      return t('Waits for your trust');
    case 'held':
      return t('Held until you accept it');
    case 'inForce':
      return t('In force');
  }
}

function stateWords(state: Loosening['state']): string {
  switch (state) {
    case 'waiting':
      return t(
        'None of it counts now. Trusting the folder puts it in force, but for servers and what says where requests and keys go: those you accept by themselves.',
      );
    case 'held':
      return t(
        'It came or changed after you trusted the folder, or it is a server or says where requests and keys go, so it does not count yet.',
      );
    case 'inForce':
      return t('It came with the repository, and you trusted it.');
  }
}

function kindName(kind: LooseningKind): string {
  switch (kind) {
    case 'allow':
      return t('Allow rule');
    case 'directory':
      return t('Additional folder');
    case 'env':
      return t('Environment variable');
    case 'hook':
      return t('Hook');
    case 'helper':
      return t('Helper command');
    case 'mcpServer':
      return t('MCP server');
    case 'other':
      return t('Other setting');
  }
}
