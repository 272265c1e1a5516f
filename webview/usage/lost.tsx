// When the cache of the service was lost, and to what.
import type { UsageReport } from '../../src/contracts/usage.ts';
import { ago, exactTime } from '../ago.ts';
import { t } from '../l10n.ts';
import { say } from '../say.ts';

export function Lost({ lost }: { lost: UsageReport['lost'] }) {
  if (lost.length === 0) return null;
  const language = document.documentElement.lang;
  return (
    <section data-testid="usage-lost">
      <h2>{t('Not served from the cache')}</h2>
      <ul class="usage-lost">
        {lost.map(({ at, model, because }) => (
          <li key={`${at} ${because.code}`}>
            <span>{say(because)}</span>{' '}
            <span class="quiet" title={exactTime(at, language)}>
              {model}, {ago(at, Date.now(), language)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
