// Which model answers, in groups, with what each holds and costs.
import type { ModelChoice } from '../../src/protocol.ts';
import { short } from '../format.ts';
import { t } from '../l10n.ts';
import { usePage, useSelect } from '../page.ts';
import { say } from '../say.ts';
import { Menu, type MenuChoice } from './menu.tsx';

const MORE = 'more';

export function ModelMenu() {
  const page = usePage();
  const model = useSelect((state) => state.conversation?.model ?? '');
  const models = useSelect((state) => state.models);
  const current = models.find((one) => one.id === model);
  return (
    <Menu
      label={current ? modelName(current) : model === '' ? t('Model') : model}
      title={t('Model')}
      choices={[...models.map(asChoice), { id: MORE, label: t('Another model…') }]}
      chosen={model}
      onOpen={() => page.post({ type: 'lookForModels' })}
      onChoose={(id) =>
        page.post(id === MORE ? { type: 'command', command: 'assent.selectModel' } : { type: 'setModel', model: id })
      }
      testId="model"
      data={{ 'data-model': model }}
    />
  );
}

function asChoice(model: ModelChoice): MenuChoice {
  const { unavailable } = model;
  return {
    id: model.id,
    label: modelName(model),
    group: groupName(model.group),
    description: unavailable ? say(unavailable) : details(model),
    ...(unavailable ? { disabled: true, icon: 'circle-slash' } : {}),
  };
}

export function modelName({ id, name, stands = [] }: ModelChoice): string {
  if (id === 'default') return t('Default: {model}', { model: stands[0] ?? '' });
  if (id === 'opusplan') {
    return t('{planner} to plan, {worker} to work', { planner: stands[0] ?? '', worker: stands[1] ?? '' });
  }
  return id.endsWith('[1m]') ? t('{model} with a window of 1M', { model: name }) : name;
}

function groupName(group: ModelChoice['group']): string {
  switch (group) {
    case 'choice':
      return t('Chosen for you');
    case 'model':
      return t('Models');
    case 'listed':
      return t('Listed by the service');
    case 'editor':
      return t('Language models of VS Code');
  }
}

function details({ description, contextWindow, price, sentAs }: ModelChoice): string {
  const parts = [
    description,
    t('{tokens} tokens of context', { tokens: short(contextWindow) }),
    price
      ? t('{input} in, {output} out per million tokens', { input: `$${price.input}`, output: `$${price.output}` })
      : t('price unknown'),
    sentAs,
  ];
  return parts.filter((part) => part !== undefined).join(' · ');
}
