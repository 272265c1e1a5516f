// The whole usage page.
import type { UsageReport } from '../../src/contracts/usage.ts';
import { Button } from '../components.ts';
import { fileName } from '../format.ts';
import { t } from '../l10n.ts';
import { say } from '../say.ts';
import { Icon } from '../view/icon.tsx';
import { Caps } from './caps.tsx';
import { Chart } from './chart.tsx';
import { Lines } from './lines.tsx';
import { Lost } from './lost.tsx';
import { useUsage } from './page.ts';
import { Totals } from './totals.tsx';
import { sourceName } from './words.ts';

export function App() {
  const { state, post } = useUsage();
  const { report, failure } = state.value;
  return (
    <main class="usage" data-testid="usage" aria-busy={report === undefined && failure === undefined}>
      <header class="usage-head">
        <div>
          <h1>{t('Usage')}</h1>
          <p class="quiet">{t('Estimates by list price, in US dollars: not the bill.')}</p>
        </div>
        {report && <Choices report={report} />}
      </header>
      {failure && (
        <div class="notice notice-error" role="alert" data-testid="failure">
          <Icon name="error" />
          <div class="notice-text">
            <div>{say(failure)}</div>
            <div class="notice-buttons">
              <Button onClick={() => post({ type: 'openFolder' })}>{t('Open the folder')}</Button>
            </div>
          </div>
        </div>
      )}
      {report && <Report report={report} />}
    </main>
  );
}

function Choices({ report }: { report: UsageReport }) {
  const { post } = useUsage();
  const { range, root, roots } = report;
  const all = root === undefined || roots.includes(root) ? roots : [...roots, root];
  return (
    <div class="usage-choices">
      {all.length > 1 && (
        <select
          data-testid="usage-root"
          aria-label={t('Folder')}
          value={root ?? ''}
          onChange={({ currentTarget: { value } }) =>
            post({ type: 'show', range, ...(value === '' ? {} : { root: value }) })
          }
        >
          <option value="">{t('All folders')}</option>
          {all.map((one) => (
            <option key={one} value={one} title={one}>
              {label(one, all)}
            </option>
          ))}
        </select>
      )}
      <Button data-testid="usage-export" onClick={() => post({ type: 'export' })}>
        {t('Export as CSV…')}
      </Button>
    </div>
  );
}

function Report({ report }: { report: UsageReport }) {
  const { range, root, totals } = report;
  const nothing = totals.every(({ requests }) => requests === 0);
  const folders = report.repositories.map(({ name }) => name);
  const shown = totals.find((total) => total.range === range);
  return (
    <>
      <Totals totals={totals} range={range} root={root} />
      <Caps caps={report.caps} />
      {nothing && (
        <p class="usage-empty" data-testid="usage-empty">
          <Icon name="graph" />{' '}
          {t('Nothing was spent in the last 30 days. What requests cost is shown here as they are sent.')}
        </p>
      )}
      {!nothing && shown?.requests === 0 && <p class="quiet">{t('Nothing was spent in this time.')}</p>}
      {shown !== undefined && shown.requests > 0 && (
        <>
          <Chart days={report.days} />
          <Lines testId="usage-models" title={t('Per model')} head={t('Model')} lines={report.models} />
          <Lines
            testId="usage-sources"
            title={t('Per source')}
            head={t('Source')}
            lines={report.sources}
            nameOf={sourceName}
          />
          <Lines
            testId="usage-repositories"
            title={t('Per folder')}
            head={t('Folder')}
            lines={report.repositories}
            nameOf={(name) => label(name, folders)}
          />
          <Lost lost={report.lost} />
        </>
      )}
      {report.unreadable > 0 && (
        <p class="quiet" data-testid="usage-unreadable">
          {t('Lines of the ledger that cannot be read and are left out: {count}', { count: report.unreadable })}
        </p>
      )}
    </>
  );
}

/** The last part of a path, or all of it where that is not enough to tell two apart. */
function label(path: string, all: readonly string[]): string {
  const name = fileName(path);
  return all.filter((other) => fileName(other) === name).length > 1 ? path : name;
}
