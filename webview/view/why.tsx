// "Why?" on a card of the conversation: the record of its decision, and the way to the permissions page.
import type { Decision } from '../../src/contracts/permission.ts';
import { t } from '../l10n.ts';
import { usePage } from '../page.ts';
import { DecisionRecordList } from './record.tsx';

/** `call` names the call in the conversation; `keep` is where its being open is kept. */
export function Why({ decision, keep, call }: { decision: Decision; keep: string; call: string }) {
  const page = usePage();
  const open = page.kept.of(`why:${keep}`, false);
  return (
    <details
      class="why"
      data-testid="why"
      open={open.value}
      onToggle={(event) => {
        open.value = event.currentTarget.open;
      }}
    >
      <summary>{t('Why?')}</summary>
      {open.value && (
        <>
          <DecisionRecordList
            decision={decision}
            openFile={(path, line) => page.post({ type: 'openFile', path, ...(line === undefined ? {} : { line }) })}
          />
          <button
            type="button"
            class="link-button"
            data-testid="why-permissions"
            onClick={() => page.post({ type: 'explainCall', call })}
          >
            {t('Show in Permissions')}
          </button>
        </>
      )}
    </details>
  );
}
