// What the conversation cost so far; leads to the usage page.
import type { CapUse, Spending } from '../../src/contracts/usage.ts';
import { exactUsd, usd } from '../../src/util/usd.ts';
import { t } from '../l10n.ts';
import { usePage, useSelect } from '../page.ts';
import { say } from '../say.ts';
import { Icon } from './icon.tsx';

export function Cost() {
  const page = usePage();
  const costs = useSelect((state) => state.folded.costs);
  const spending = useSelect((state) => state.spending);
  const rehearsal = useSelect((state) => state.account.state === 'rehearsal');
  const warning = spending?.warning;
  if (rehearsal || (costs.requests === 0 && !warning)) return null;
  // Of tries that failed only the ledger knows; what was drawn before it was asked is in the conversation.
  const sum = Math.max(costs.usd, spending?.session.usd ?? 0);
  const unpriced = costs.unpriced || (spending?.session.unpriced ?? 0) > 0;
  const text = unpriced ? (sum === 0 ? t('price unknown') : `≥ ${usd(sum)}`) : usd(sum);
  const title = costTitle(unpriced, spending);
  return (
    <button
      type="button"
      class={`cost ${warning ? 'cost-near' : ''}`}
      data-testid="cost"
      title={title}
      aria-label={`${text}. ${title}`}
      onClick={() => page.post({ type: 'command', command: 'assent.usage' })}
    >
      {warning && <Icon name="warning" />}
      {text}
    </button>
  );
}

function costTitle(unpriced: boolean, spending: Spending | undefined): string {
  const today = spending?.today;
  return [
    t('Estimated cost of this conversation, at list prices'),
    unpriced && t('The price of some requests is not known'),
    today && (today.usd > 0 || today.unpriced > 0) && t('Today: {amount}', { amount: usd(today.usd) }),
    ...(spending?.caps ?? []).map(capLine),
    spending?.fault && say(spending.fault),
    t('Click to see what was spent'),
  ]
    .filter((line) => typeof line === 'string')
    .join('\n');
}

function capLine({ kind, usd: cap, spent, from }: CapUse): string {
  const args = { spent: exactUsd(spent), cap: exactUsd(cap), from };
  switch (kind) {
    case 'turn':
      return t('Cap for a turn: {spent} of {cap} ({from})', args);
    case 'session':
      return t('Cap for this conversation: {spent} of {cap} ({from})', args);
    case 'day':
      return t('Cap for today: {spent} of {cap} ({from})', args);
  }
}
