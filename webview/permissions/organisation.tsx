// The mark of what a person here cannot change.
import { t } from '../l10n.ts';
import { Icon } from '../view/icon.tsx';

export function Organisation() {
  return (
    <span class="tag organisation">
      <Icon name="organization" /> {t('Set by your organisation')}
    </span>
  );
}
