// One decision: the exact subject, the verdict, the reason, and the record behind it.
import { useEffect, useRef } from 'preact/hooks';
import type { Explained } from '../../src/permissionsProtocol.ts';
import { exactTime } from '../ago.ts';
import { t } from '../l10n.ts';
import { sayFrom } from '../say.ts';
import { Icon } from '../view/icon.tsx';
import { outcomeIcon, outcomeName } from '../view/permissionWords.ts';
import { DecisionRecordList } from '../view/record.tsx';
import { Subject } from '../view/subject.tsx';
import { Visible } from '../view/visible.ts';
import { usePermissions } from './page.ts';

export function ExplainedCard({ explained }: { explained: Explained }) {
  const { openFile, state } = usePermissions();
  const { decision, tool, subject, past } = explained;
  const card = useRef<HTMLElement>(null);
  useEffect(() => {
    card.current?.scrollIntoView({ block: 'nearest' });
    // Asked for from a list far below, or from the chat: keys go on where the answer stands. Who typed goes on typing.
    if (explained.past) card.current?.focus({ preventScroll: true });
  }, [explained]);
  return (
    <section
      ref={card}
      tabIndex={-1}
      class={`explained explained-${decision.kind}`}
      data-testid="explained"
      data-decision={decision.kind}
      data-tool={tool}
      aria-label={t('Decision')}
    >
      <h3 class="explained-title">
        <Icon name={outcomeIcon(decision.kind)} /> {outcomeName(decision.kind, past?.answer)}{' '}
        <span class="tag">{tool}</span>
        <span class="quiet">{whenWords(past)}</span>
      </h3>
      <Subject key={subject} text={subject} />
      <p class="reason" data-testid="explained-reason">
        <Visible text={sayFrom(decision.because, state.value.page?.root ?? '')} />
      </p>
      <DecisionRecordList decision={decision} openFile={openFile} />
    </section>
  );
}

function whenWords(past: Explained['past']): string {
  if (past === undefined) return t('now, if it were called');
  if (past.at === undefined) return t('as it was decided then');
  return t('decided {when}', { when: exactTime(past.at, document.documentElement.lang) });
}
