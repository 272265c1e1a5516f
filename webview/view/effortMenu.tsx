// How hard the model tries, and whether it thinks before it answers: this conversation's own wish, or the settings'.
import type { Effort } from '../../src/contracts/provider.ts';
import { nearestEffort } from '../../src/util/nearestEffort.ts';
import { t } from '../l10n.ts';
import { usePage, useSelect } from '../page.ts';
import { Menu, type MenuChoice } from './menu.tsx';

const THINKING = 'thinking';
const KEEP = 'keep';

export function EffortMenu() {
  const page = usePage();
  const model = useSelect((state) => state.models.find((one) => one.id === state.conversation?.model));
  const effort = useSelect((state) => state.conversation?.effort);
  const thinking = useSelect((state) => state.conversation?.thinking);
  const defaults = useSelect((state) => state.reasoning);
  if (!model || (model.efforts.length === 0 && model.thinking !== 'switch')) return null;

  const { effortByEnv, thinkingByEnv } = defaults;
  const wished: Effort = effortByEnv?.effort ?? effort ?? defaults.effort ?? 'high';
  const asked = nearestEffort(wished, model.efforts);
  const thinks = model.thinking === 'always' || (thinkingByEnv?.on ?? thinking ?? defaults.thinking);
  const levels: MenuChoice[] = model.efforts.map((level) => ({
    id: level,
    label: effortName(level),
    group: t('Effort'),
    description: effortByEnv ? t('{variable} decides', { variable: effortByEnv.variable }) : costOf(level),
    ...(effortByEnv ? { disabled: true } : {}),
  }));
  // A wish that the model does not know is carried out as far as it goes, and said where it was made.
  const note: MenuChoice[] =
    asked !== undefined && asked !== wished
      ? [
          {
            id: 'note',
            label: t('{wished} is not offered by {model}, so {asked} is used', {
              wished: effortName(wished),
              model: model.name,
              asked: effortName(asked),
            }),
            group: t('Effort'),
            icon: 'info',
            disabled: true,
          },
        ]
      : [];
  const thinkingChoice: MenuChoice[] =
    model.thinking === 'never'
      ? []
      : [
          {
            id: THINKING,
            label: t('Think before answering'),
            group: t('Thinking'),
            check: thinks,
            ...(model.thinking === 'always'
              ? { disabled: true, description: t('This model always thinks') }
              : thinkingByEnv
                ? { disabled: true, description: t('{variable} decides', { variable: thinkingByEnv.variable }) }
                : {}),
          },
        ];
  const wish = { ...(effort ? { effort } : {}), ...(thinking === undefined ? {} : { thinking }) };
  const choose = (id: string) => {
    if (id === KEEP) page.post({ type: 'keepModel' });
    else if (id === THINKING) page.post({ type: 'setEffort', ...wish, thinking: !thinks });
    else {
      const level = model.efforts.find((one) => one === id);
      if (level) page.post({ type: 'setEffort', ...wish, effort: level });
    }
  };
  const label = asked === undefined ? (thinks ? t('Thinks') : t('Does not think')) : effortName(asked);
  return (
    <Menu
      label={label}
      title={t('Effort and thinking')}
      icon={thinks ? 'lightbulb' : 'lightbulb-empty'}
      choices={[...levels, ...note, ...thinkingChoice, { id: KEEP, label: t('Begin new conversations like this') }]}
      chosen={asked ?? ''}
      onChoose={choose}
      testId="effort"
      data={{ 'data-effort': asked ?? '', 'data-thinking': String(thinks) }}
    />
  );
}

function effortName(level: Effort): string {
  const names: Record<Effort, string> = {
    low: t('Low'),
    medium: t('Medium'),
    high: t('High'),
    xhigh: t('Very high'),
    max: t('Maximum'),
  };
  return names[level];
}

function costOf(level: Effort): string {
  const words: Record<Effort, string> = {
    low: t('Quick and cheap'),
    medium: t('A balance of speed and care'),
    high: t('Careful; what the model does by itself'),
    xhigh: t('For long and difficult work; costs more'),
    max: t('As hard as it can; costs much more'),
  };
  return words[level];
}
