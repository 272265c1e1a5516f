// What each day cost: bars for the eye, a table for everybody.
import type { UsageReport } from '../../src/contracts/usage.ts';
import { exactUsd } from '../../src/util/usd.ts';
import { t } from '../l10n.ts';
import { amount, dayName } from './words.ts';

const HEIGHT = 100;
const STEP = 20;
const BAR = 14;
/** Of a day, in pixels: a few days do not make a wall. */
const WIDEST = 56;

export function Chart({ days }: { days: UsageReport['days'] }) {
  const most = Math.max(...days.map(({ usd }) => usd));
  const first = days[0];
  const last = days.at(-1);
  if (!first || !last) return null;
  return (
    <section class="usage-days" aria-label={t('Per day')}>
      <h2>{t('Per day')}</h2>
      {days.length > 1 && (
        <div
          class="usage-chart"
          data-testid="usage-chart"
          aria-hidden="true"
          style={{ maxWidth: `${days.length * WIDEST}px` }}
        >
          <span class="usage-most quiet">{exactUsd(most)}</span>
          <svg viewBox={`0 0 ${days.length * STEP} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
            {days.map((day, index) => {
              const height = most === 0 ? 0 : Math.max(day.usd > 0 ? 1.5 : 0, (day.usd / most) * HEIGHT);
              return (
                <g key={day.day} data-day={day.day}>
                  <rect class="usage-slot" x={index * STEP} y={0} width={STEP} height={HEIGHT}>
                    <title>{`${dayName(day.day)}: ${amount(day)}`}</title>
                  </rect>
                  <rect
                    class="usage-bar"
                    x={index * STEP + (STEP - BAR) / 2}
                    y={HEIGHT - height}
                    width={BAR}
                    height={height}
                  />
                </g>
              );
            })}
          </svg>
          <span class="usage-axis quiet">
            <span>{dayName(first.day)}</span>
            <span>{dayName(last.day)}</span>
          </span>
        </div>
      )}
      <details class="usage-table" open={days.length === 1} data-testid="usage-days">
        <summary>{t('As a table')}</summary>
        <div class="usage-scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">{t('Day')}</th>
                <th scope="col" class="number">
                  {t('Cost')}
                </th>
                <th scope="col" class="number">
                  {t('Requests')}
                </th>
              </tr>
            </thead>
            <tbody>
              {days.toReversed().map((day) => (
                <tr key={day.day}>
                  <th scope="row">{dayName(day.day)}</th>
                  <td class="number">{amount(day)}</td>
                  <td class="number">{day.requests}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </section>
  );
}
