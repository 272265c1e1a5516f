// Every rule, grouped by what it does, with a box to find some.
import { useMemo, useState } from 'preact/hooks';
import type { Behavior } from '../../src/contracts/permission.ts';
import type { RuleRow } from '../../src/permissionsProtocol.ts';
import { TextField } from '../components.ts';
import { t } from '../l10n.ts';
import { Icon } from '../view/icon.tsx';
import { RuleEntry } from './ruleEntry.tsx';
import { Shorter } from './shorter.tsx';
import { groupRules } from './state.ts';

/** Rules drawn of a group before "show all". */
const FEW = 100;

export function Rules({ rows }: { rows: RuleRow[] }) {
  const [filter, setFilter] = useState('');
  const groups = useMemo(() => groupRules(rows, filter), [rows, filter]);
  const shown = groups.reduce((sum, group) => sum + group.rows.length, 0);
  return (
    <section aria-labelledby="rules-title" data-testid="rules" tabIndex={-1}>
      <h2 id="rules-title">
        <Icon name="law" /> {t('Rules')} <span class="quiet">{rows.length}</span>
      </h2>
      {rows.length === 0 ? (
        <p class="quiet">
          {t(
            'There are no rules. What the mode does not allow is asked about, and a yes can be remembered from there.',
          )}
        </p>
      ) : (
        <>
          <TextField
            class="rules-filter"
            data-testid="rules-filter"
            value={filter}
            placeholder={t('Find rules')}
            aria-label={t('Find rules')}
            onInput={setFilter}
          />
          <p class="hidden" role="status">
            {filter === '' ? '' : t('{count} rules found', { count: shown })}
          </p>
          {filter !== '' && shown === 0 && <p class="quiet">{t('No rule has these words.')}</p>}
          {groups
            .filter((group) => group.rows.length > 0)
            .map((group) => (
              <div key={`${group.behavior}:${filter === ''}`} data-testid="rule-group" data-behavior={group.behavior}>
                <h3>
                  {groupName(group.behavior)} <span class="quiet">{group.rows.length}</span>
                </h3>
                <Shorter
                  class="rule-list"
                  items={group.rows}
                  few={FEW}
                  draw={(row) => <RuleEntry key={row.id} row={row} />}
                />
              </div>
            ))}
        </>
      )}
    </section>
  );
}

function groupName(behavior: Behavior): string {
  switch (behavior) {
    case 'deny':
      return t('Denied');
    case 'ask':
      return t('Asked about');
    case 'allow':
      return t('Allowed');
  }
}
