// The editor's selection, with the switch that keeps it to oneself.
import { t } from '../l10n.ts';
import { usePage, useSelect } from '../page.ts';
import { Icon, IconButton } from './icon.tsx';

export function SelectionChip() {
  const page = usePage();
  const selection = useSelect((state) => state.selection);
  const on = useSelect((state) => state.selectionOn);
  if (!selection) return null;
  const [first, last] = selection.lines;
  const count = last - first + 1;
  const sent = on && !selection.excluded;
  const title = selection.excluded
    ? t('Not sent: a rule forbids reading {file}', { file: selection.label })
    : t('{file}, lines {first} to {last}', { file: selection.label, first, last });
  return (
    <span
      class={`chip selection ${sent ? '' : 'off'}`}
      title={title}
      data-testid="selection"
      data-on={String(on)}
      data-excluded={String(selection.excluded)}
    >
      <Icon name={selection.excluded ? 'lock' : 'list-selection'} />
      <span class="chip-name">{selection.label}</span>
      <span class="quiet">
        {selection.excluded ? t('not sent') : count === 1 ? t('1 line') : t('{count} lines', { count })}
      </span>
      {!selection.excluded && (
        <IconButton
          icon={on ? 'eye' : 'eye-closed'}
          label={on ? t('Do not send the selection') : t('Send the selection')}
          pressed={on}
          testId="selection-toggle"
          onClick={() => page.post({ type: 'setSelectionOn', on: !on })}
        />
      )}
    </span>
  );
}
