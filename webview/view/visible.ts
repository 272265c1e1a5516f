// Text of which a person must see every character: what could hide or reorder a part of it is drawn as a code.
import { Fragment, h, type VNode } from 'preact';
import { visibleParts } from '../../src/util/invisible.ts';
import { t } from '../l10n.ts';

export function Visible({ text }: { text: string }): VNode {
  const title = t('A character that cannot be seen or passes for another');
  const parts = visibleParts(text).map((part) =>
    part.hidden ? h('mark', { class: 'invisible', title }, part.text) : part.text,
  );
  return h(Fragment, null, parts);
}
