// The caps that hold, and how far they are used up.
import type { CapUse } from '../../src/contracts/usage.ts';
import { exactUsd } from '../../src/util/usd.ts';
import { t } from '../l10n.ts';
import { useUsage } from './page.ts';
import { capName } from './words.ts';

export function Caps({ caps }: { caps: readonly CapUse[] }) {
  const { post } = useUsage();
  return (
    <section data-testid="usage-caps">
      <h2>{t('Caps')}</h2>
      {caps.length === 0 && <p class="quiet">{t('There is no cap on cost.')}</p>}
      <ul class="usage-caps">
        {caps.map((cap) => {
          const share = cap.usd === 0 ? 1 : Math.min(1, cap.spent / cap.usd);
          const words = t('{spent} of {cap}', { spent: exactUsd(cap.spent), cap: exactUsd(cap.usd) });
          return (
            <li key={`${cap.kind} ${cap.from}`} data-cap={cap.kind} class={share >= 0.8 ? 'usage-near' : ''}>
              <span>{capName(cap.kind)}</span>
              <Meter share={share} label={`${capName(cap.kind)}: ${words}`} />
              <span class="usage-numbers">{words}</span>
              <span class="quiet usage-from">{cap.from}</span>
            </li>
          );
        })}
      </ul>
      <button
        type="button"
        class="link-button"
        data-testid="usage-settings"
        onClick={() => post({ type: 'openSettings' })}
      >
        {t('Set caps…')}
      </button>
    </section>
  );
}

function Meter({ share, label }: { share: number; label: string }) {
  const percent = Math.round(share * 100);
  return (
    // biome-ignore lint/a11y/useSemanticElements: the element of that name is drawn by the browser as it likes.
    <svg
      class="usage-meter"
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={label}
      viewBox="0 0 100 8"
      preserveAspectRatio="none"
    >
      <rect width="100" height="8" class="usage-track" />
      <rect width={percent} height="8" class="usage-value" />
    </svg>
  );
}
