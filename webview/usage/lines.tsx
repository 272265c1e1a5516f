// A table of sums: by model, by source, by folder.
import type { UsageLine } from '../../src/contracts/usage.ts';
import { short } from '../format.ts';
import { t } from '../l10n.ts';
import { amount, cacheShare, percent } from './words.ts';

export function Lines({
  testId,
  title,
  head,
  lines,
  nameOf = (name) => name,
}: {
  testId: string;
  title: string;
  head: string;
  lines: readonly UsageLine[];
  nameOf?: (name: string) => string;
}) {
  return (
    <section data-testid={testId}>
      <h2>{title}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, also by keyboard. */}
      <section class="usage-scroll" tabIndex={0} aria-label={title}>
        <table>
          <thead>
            <tr>
              <th scope="col">{head}</th>
              <Head>{t('Cost')}</Head>
              <Head>{t('Requests')}</Head>
              <Head title={t('Tokens that were sent and did not come from the cache')}>{t('Input')}</Head>
              <Head title={t('Tokens that were written into the cache of the service')}>{t('Cache write')}</Head>
              <Head title={t('Tokens that the service read from its cache')}>{t('Cache read')}</Head>
              <Head>{t('Output')}</Head>
              <Head title={t('Which part of what was sent came from the cache')}>{t('From cache')}</Head>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <tr key={line.name} data-name={line.name}>
                <th scope="row" title={line.name}>
                  {nameOf(line.name)}
                </th>
                <td class="number">
                  {amount(line)}
                  {line.searches > 0 && (
                    <div class="quiet">
                      {line.searches === 1 ? t('1 search') : t('{count} searches', { count: line.searches })}
                    </div>
                  )}
                </td>
                <td class="number">{line.requests}</td>
                <td class="number">{short(line.input)}</td>
                <td class="number">{short(line.cacheWrite)}</td>
                <td class="number">{short(line.cacheRead)}</td>
                <td class="number">{short(line.output)}</td>
                <td class="number">
                  <Share line={line} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

function Head({ children, title }: { children: string; title?: string }) {
  return (
    <th scope="col" class="number" title={title}>
      {children}
    </th>
  );
}

/** With what was to be expected, where less came of it. */
function Share({ line }: { line: UsageLine }) {
  const share = cacheShare(line);
  if (share === undefined) return <>–</>;
  const kept = line.expected === 0 ? 1 : line.served / line.expected;
  return (
    <>
      {percent(share)}
      {kept < 0.99 && (
        <div class={kept < 0.5 ? 'usage-poor' : 'quiet'}>{t('{share} of what was kept', { share: percent(kept) })}</div>
      )}
    </>
  );
}
