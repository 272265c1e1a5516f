// Below the offers to remember a yes: whether git shall leave the file out that one of them would write.
import type { Offer } from '../../src/contracts/permission.ts';
import { Checkbox } from '../components.ts';
import { fromRoot } from '../format.ts';
import { t } from '../l10n.ts';
import { useRoot } from '../page.ts';
import { Visible } from './visible.ts';

type Props = { offers: readonly Offer[]; checked: boolean; onChange: (checked: boolean) => void };

/** Nothing is drawn where git leaves the file out already. */
export function IgnoreChoice({ offers, checked, onChange }: Props) {
  const root = useRoot();
  const offer = offers.find((one) => one.ignore !== undefined);
  if (offer?.ignore === undefined || offer.file === undefined) return null;
  const { file, line } = offer.ignore;
  return (
    <Checkbox class="offer-ignore quiet" data-testid="offer-ignore" checked={checked} onChange={onChange}>
      <Visible
        text={t('Also keep {settings} out of git: adds the line {line} to {file}', {
          settings: fromRoot(offer.file, root),
          line,
          file,
        })}
      />
    </Checkbox>
  );
}
