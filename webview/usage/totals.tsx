// What was spent in each range; choosing one shows it below.
import type { UsageRange, UsageReport } from '../../src/contracts/usage.ts';
import { t } from '../l10n.ts';
import { useUsage } from './page.ts';
import { amount, rangeName } from './words.ts';

export function Totals({
  totals,
  range,
  root,
}: {
  totals: UsageReport['totals'];
  range: UsageRange;
  root: string | undefined;
}) {
  const { post } = useUsage();
  return (
    <fieldset class="usage-totals" aria-label={t('What to show')}>
      {totals.map((total) => (
        <button
          key={total.range}
          type="button"
          class="usage-total"
          data-testid="usage-total"
          data-range={total.range}
          aria-pressed={total.range === range}
          onClick={() => post({ type: 'show', range: total.range, ...(root === undefined ? {} : { root }) })}
        >
          <span class="quiet">{rangeName(total.range)}</span>
          <span class="usage-amount">{amount(total)}</span>
          <span class="quiet">
            {total.requests === 1 ? t('1 request') : t('{count} requests', { count: total.requests })}
          </span>
          {total.unpriced > 0 && (
            <span class="quiet">{t('without a known price: {count}', { count: total.unpriced })}</span>
          )}
        </button>
      ))}
    </fieldset>
  );
}
