// The walk to the model: one line a step, and under the one that failed what to change.
import type { HopName } from '../../src/contracts/network.ts';
import type { Check, CheckedHop } from '../../src/statusProtocol.ts';
import { HOPS } from '../../src/util/hops.ts';
import { Button } from '../components.ts';
import { duration } from '../format.ts';
import { t } from '../l10n.ts';
import { say } from '../say.ts';
import { Icon } from '../view/icon.tsx';
import { useStatus } from './page.ts';
import { remedyName, stateName, stepName, verdict } from './words.ts';

const ICONS = {
  ok: 'pass',
  failed: 'error',
  skipped: 'circle-slash',
  running: 'loading',
  waiting: 'circle-outline',
} as const;

export function CheckSteps({ check }: { check: Check | undefined }) {
  const { post } = useStatus();
  const running = check?.state === 'running';
  return (
    <section class="status-check" aria-labelledby="check-title" data-testid="check" data-state={check?.state ?? 'none'}>
      <div class="status-check-head">
        <div>
          <h2 id="check-title">{t('The way to the model')}</h2>
          <p class={check && check.state !== 'running' ? '' : 'quiet'} data-testid="verdict">
            {check ? verdict(check) : t('Not checked yet.')}
          </p>
        </div>
        {running ? (
          <Button data-testid="cancel" onClick={() => post({ type: 'cancel' })}>
            {t('Cancel')}
          </Button>
        ) : (
          <Button kind="primary" data-testid="run" onClick={() => post({ type: 'run' })}>
            {check ? t('Check again') : t('Check')}
          </Button>
        )}
      </div>
      <ol class="status-hops">
        {HOPS.map((name) => (
          <Step key={name} name={name} check={check} />
        ))}
      </ol>
      <p class="quiet">
        {check?.cost ? say(check.cost) : t('The check asks the model for one word, which costs a few tokens.')}
      </p>
    </section>
  );
}

function Step({ name, check }: { name: HopName; check: Check | undefined }) {
  const hop = check?.hops.find((one) => one.hop === name);
  const state = hop?.state ?? stateOf(name, check);
  return (
    <li class={`status-hop hop-${state}`} data-hop={name} data-state={state}>
      <Icon name={ICONS[state]} spin={state === 'running'} />
      <span class="status-step">
        {stepName(name)} <span class="hidden">{stateName(state)}</span>
      </span>
      <span class="status-time">{hop && hop.state !== 'skipped' ? time(hop.durationMs) : ''}</span>
      {hop && (
        <div class="status-found">
          <span>{say(hop.because)}</span>
          {hop.state === 'failed' && <Remedies hop={hop} />}
        </div>
      )}
    </li>
  );
}

/** A step is mostly a matter of milliseconds. */
function time(ms: number): string {
  return ms < 1000 ? t('{n} ms', { n: ms }) : duration(ms);
}

/** The first step that is not told yet is the one under way. */
function stateOf(name: HopName, check: Check | undefined): 'running' | 'waiting' {
  if (check?.state !== 'running') return 'waiting';
  const next = HOPS.find((one) => !check.hops.some(({ hop }) => hop === one));
  return next === name ? 'running' : 'waiting';
}

function Remedies({ hop }: { hop: CheckedHop }) {
  const { post } = useStatus();
  return (
    <div class="notice-buttons">
      {hop.remedies.map((remedy, at) => (
        <Button
          key={remedy}
          kind={at === 0 ? 'primary' : 'secondary'}
          data-remedy={remedy}
          onClick={() => post({ type: 'remedy', remedy })}
        >
          {remedyName(remedy)}
        </Button>
      ))}
    </div>
  );
}
