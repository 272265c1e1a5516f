// What is in use, group by group, and where each piece was set.
import type { StatusFact } from '../../src/statusProtocol.ts';
import { t } from '../l10n.ts';
import { say } from '../say.ts';
import { Icon } from '../view/icon.tsx';
import { useStatus } from './page.ts';

export function Facts({ facts }: { facts: readonly StatusFact[] }) {
  const groups = [...new Set(facts.map(({ group }) => group))];
  const numbered = facts.map((fact, at) => ({ fact, at }));
  return (
    <>
      {groups.map((group) => (
        <section key={group} aria-labelledby={`group-${group}`} data-testid={`status-${group}`}>
          <h2 id={`group-${group}`}>{say({ code: `status.group.${group}`, args: {} })}</h2>
          <dl class="status-facts">
            {numbered
              .filter(({ fact }) => fact.group === group)
              .map(({ fact, at }) => (
                <Fact key={at} fact={fact} at={at} />
              ))}
          </dl>
        </section>
      ))}
    </>
  );
}

function Fact({ fact, at }: { fact: StatusFact; at: number }) {
  const { post } = useStatus();
  const { name, value, from, file, warning } = fact;
  const words = say(value);
  return (
    <div class={warning ? 'status-fact status-warning' : 'status-fact'} data-fact={name}>
      <dt>{say({ code: `status.fact.${name}`, args: {} })}</dt>
      <dd>
        <span class="status-value">
          {warning && <Icon name="warning" />} {words}
        </span>
        {from && <span class="quiet status-from">{say(from)}</span>}
        {file && (
          <button
            type="button"
            class="link-button"
            title={file}
            aria-label={t('Open {file}', { file })}
            onClick={() => post({ type: 'open', fact: at })}
          >
            {t('Open')}
          </button>
        )}
      </dd>
    </div>
  );
}
