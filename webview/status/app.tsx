// The whole status page.
import type { Because } from '../../src/contracts/permission.ts';
import { Button } from '../components.ts';
import { t } from '../l10n.ts';
import { say } from '../say.ts';
import { Icon } from '../view/icon.tsx';
import { CheckSteps } from './checkSteps.tsx';
import { Facts } from './facts.tsx';
import { useStatus } from './page.ts';
import { announcement } from './words.ts';

export function App() {
  const { state, post } = useStatus();
  const { facts, check, failure, copied } = state.value;
  return (
    <main class="status" data-testid="status" aria-busy={facts === undefined && failure === undefined}>
      <header class="status-head">
        <h1>{t('Status')}</h1>
        <div class="status-copy">
          {copied && <span class="quiet">{t('Copied, without secrets.')}</span>}
          <Button data-testid="copy" disabled={facts === undefined} onClick={() => post({ type: 'copy' })}>
            {t('Copy report')}
          </Button>
        </div>
      </header>
      {failure && <Failure because={failure} />}
      <CheckSteps check={check} />
      {facts && <Facts facts={facts} />}
      <div class="hidden" aria-live="polite" data-testid="announcer">
        {copied ? t('Copied, without secrets.') : announcement(check)}
      </div>
    </main>
  );
}

function Failure({ because }: { because: Because }) {
  const { post } = useStatus();
  return (
    <div class="notice notice-error" role="alert" data-testid="failure">
      <Icon name="error" />
      <div class="notice-text">
        <div>{say(because)}</div>
        <div class="notice-buttons">
          <Button onClick={() => post({ type: 'remedy', remedy: 'log' })}>{t('Show log')}</Button>
        </div>
      </div>
    </div>
  );
}
