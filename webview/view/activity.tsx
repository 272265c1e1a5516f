// The last row: what goes on right now.
import { useNow } from '../clock.ts';
import { Button, ProgressRing } from '../components.ts';
import { duration } from '../format.ts';
import { t } from '../l10n.ts';
import { usePage, useSelect } from '../page.ts';
import { say } from '../say.ts';
import { Icon } from './icon.tsx';

const SILENT_MS = 60_000;

export function Activity() {
  const page = usePage();
  const running = useSelect((state) => state.conversation?.running ?? false);
  const waiting = useSelect((state) => (state.conversation?.questions.length ?? 0) > 0);
  const compacting = useSelect((state) => state.folded.compacting);
  const retry = useSelect((state) => state.folded.retry);
  const heardMs = useSelect((state) => state.folded.lastDataMs);
  const startedMs = useSelect((state) => state.folded.turnStartedMs);
  const toolRuns = useSelect((state) => {
    const item = state.folded.items.at(-1);
    return item?.kind === 'tool' && item.status === 'running';
  });
  const now = useNow(running || compacting);

  if (!running && !compacting) return <div class="activity idle" data-state="idle" />;
  if (waiting) return <div class="activity idle" data-state="waiting" />;
  if (retry) {
    const seconds = Math.max(0, Math.ceil((retry.atMs - now) / 1000));
    return (
      <div class="activity warning" data-state="retrying">
        <Icon name="sync" spin />
        <span>
          {say(retry.because)}{' '}
          {seconds > 0
            ? t('Trying again in {seconds} s ({attempt} of {of})', { seconds, attempt: retry.attempt, of: retry.of })
            : t('Trying again ({attempt} of {of})', { attempt: retry.attempt, of: retry.of })}
        </span>
        {seconds > 0 && <Button onClick={() => page.post({ type: 'retryNow' })}>{t('Retry now')}</Button>}
      </div>
    );
  }
  const silentMs = heardMs === undefined ? 0 : now - heardMs;
  if (silentMs >= SILENT_MS && !toolRuns) {
    return (
      <div class="activity warning" data-state="silent">
        <Icon name="warning" />
        <span>
          {t('Nothing has arrived for {time}. You can keep waiting, or stop and send again.', {
            time: duration(silentMs),
          })}
        </span>
      </div>
    );
  }
  return (
    <div class="activity" data-state={compacting ? 'compacting' : 'working'}>
      <ProgressRing class="small-ring" aria-label={t('Working')} />
      <span>{compacting ? t('Compacting the conversation…') : t('Working…')}</span>
      {startedMs !== undefined && now - startedMs >= 3000 && <span class="quiet">{duration(now - startedMs)}</span>}
    </div>
  );
}
