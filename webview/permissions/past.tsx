// Decisions of the past, newest first; each opens its record.
import type { PastRow } from '../../src/permissionsProtocol.ts';
import { ago, exactTime } from '../ago.ts';
import { t } from '../l10n.ts';
import { Icon } from '../view/icon.tsx';
import { outcomeIcon, outcomeName } from '../view/permissionWords.ts';
import { Visible } from '../view/visible.ts';
import { usePermissions } from './page.ts';
import { Shorter } from './shorter.tsx';

/** Rows drawn before "show all". */
const FEW = 20;

export function Past() {
  const { past } = usePermissions().state.value;
  return (
    <section aria-labelledby="past-title" data-testid="past">
      <h2 id="past-title">
        <Icon name="history" /> {t('Past decisions')} {past && <span class="quiet">{past.length}</span>}
      </h2>
      {past === undefined && <p class="quiet">{t('Reading the conversations of this folder…')}</p>}
      {past?.length === 0 && <p class="quiet">{t('Nothing has been decided in this folder yet.')}</p>}
      {past && past.length > 0 && (
        <Shorter items={past} few={FEW} draw={(one) => <PastEntry key={one.id} past={one} />} />
      )}
    </section>
  );
}

/** The longest subject drawn in a row; the whole of it is shown when the row is opened. */
const LONGEST = 300;

export function PastEntry({ past }: { past: PastRow }) {
  const { post } = usePermissions();
  const language = document.documentElement.lang;
  const unanswered = past.decision === 'ask' && past.answer === undefined;
  const outcome = unanswered ? t('Asked, no answer on record') : outcomeName(past.decision, past.answer);
  const ended = past.answer === 'allowed' ? 'allow' : past.answer === 'denied' ? 'deny' : past.decision;
  const subject = past.subject.length > LONGEST ? `${past.subject.slice(0, LONGEST)}…` : past.subject;
  return (
    <li>
      <button
        type="button"
        class={`past past-${ended}`}
        data-testid="past-item"
        data-decision={past.decision}
        onClick={() => post({ type: 'explainPast', past: past.id })}
      >
        <span
          class="past-outcome"
          title={outcome}
          {...(past.answer === undefined ? { role: 'img', 'aria-label': outcome } : { 'aria-hidden': true })}
        >
          <Icon name={outcomeIcon(ended)} />
        </span>
        <span class="past-tool">{past.tool}</span>
        <span class="past-subject" dir="ltr">
          <Visible text={subject} />
        </span>
        {past.answer !== undefined && <span class="quiet past-answer">{outcome}</span>}
        <time class="quiet past-when" dateTime={new Date(past.at).toISOString()} title={exactTime(past.at, language)}>
          {ago(past.at, Date.now(), language)}
        </time>
      </button>
    </li>
  );
}
