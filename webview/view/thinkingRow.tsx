// What the model thought, folded away.

import { duration } from '../format.ts';
import type { ThinkingItem } from '../items.ts';
import { t } from '../l10n.ts';
import { usePage } from '../page.ts';
import { Icon } from './icon.tsx';

export function ThinkingRow({ item }: { item: ThinkingItem }) {
  const expanded = usePage().kept.of(`open:${item.seq}`, false);
  const label = item.open
    ? t('Thinking…')
    : item.durationMs === undefined || item.durationMs < 1000
      ? t('Thought')
      : t('Thought for {time}', { time: duration(item.durationMs) });
  return (
    <div class="thinking" data-testid="thinking">
      <button
        type="button"
        class="fold"
        aria-expanded={expanded.value}
        onClick={() => {
          expanded.value = !expanded.value;
        }}
      >
        <Icon name={expanded.value ? 'chevron-down' : 'chevron-right'} />
        <span class={item.open ? 'shimmer' : ''}>{label}</span>
      </button>
      {expanded.value && (
        <div class="thinking-text" dir="auto">
          {item.text}
        </div>
      )}
    </div>
  );
}
