// A list that begins short: hundreds of rows are drawn when they are asked for.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../l10n.ts';

export function Shorter<T>(props: {
  items: readonly T[];
  few: number;
  draw: (item: T) => ComponentChildren;
  class?: string;
}) {
  const { items, few, draw } = props;
  const [all, setAll] = useState(false);
  return (
    <>
      <ul class={props.class}>{(all ? items : items.slice(0, few)).map(draw)}</ul>
      {!all && items.length > few && (
        <button type="button" class="link-button show-all" data-testid="show-all" onClick={() => setAll(true)}>
          {t('Show all {count}', { count: items.length })}
        </button>
      )}
    </>
  );
}
