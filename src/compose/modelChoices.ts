// The models to choose from, as the page and the picker show them.
import type { ModelInfo } from '../contracts/provider.ts';
import type { ModelChoice } from '../protocol.ts';
import type { ModelChoice as Choice } from '../providers/modelChoice.ts';
import { knownModel, listModels, pinnedModels } from '../providers/models.ts';
import type { ListedModel } from '../providers/vendor.ts';
import { vendorOf } from '../providers/vendorOf.ts';

type Env = Readonly<Record<string, string | undefined>>;
/** A model of VS Code's own, as `host/` lists them. */
export type EditorChoice = { id: string; name: string; contextWindow: number };

export type ModelChoicesParts = {
  env: Env;
  choice: Choice;
  listed: readonly ListedModel[];
  editor: readonly EditorChoice[];
  /** What settings and conversations use, whether or not anybody else knows it. */
  inUse: readonly string[];
};

export function modelChoices({ env, choice, listed, editor, inUse }: ModelChoicesParts): ModelChoice[] {
  const table = offered(env);
  const large = table.filter(({ largeWindow }) => largeWindow).map(({ id }) => `${id}[1m]`);
  const ofService = listed.filter(({ id }) => !knownModel(id)).map(({ id }) => id);
  const ofEditor = editor.map(({ id }) => id);
  const others = inUse.filter((id) => id !== '' && ![...ofService, ...ofEditor].includes(id));
  const groups: ReadonlyArray<[group: ModelChoice['group'], ids: readonly string[]]> = [
    ['choice', ['default', 'opusplan']],
    ['model', [...others, ...pinnedModels(env), ...table.map(({ id }) => id), ...large]],
    ['listed', ofService],
    ['editor', ofEditor],
  ];
  const seen = new Set<string>();
  return groups.flatMap(([group, ids]) =>
    ids.flatMap((id): ModelChoice[] => {
      if (seen.has(id)) return [];
      seen.add(id);
      return [choiceOf(id, group)];
    }),
  );

  function choiceOf(id: string, group: ModelChoice['group']): ModelChoice {
    const resolved = choice.resolve(id, false);
    const info = choice.info(resolved);
    const editors = editor.find((one) => one.id === id);
    const sentAs = choice.sendAs(resolved) ?? (group === 'choice' ? undefined : vendorId(info, env));
    const unavailable = choice.refused(id);
    return {
      id,
      name: group === 'choice' ? id : (editors?.name ?? info.name),
      group,
      contextWindow: editors?.contextWindow ?? info.contextWindow,
      efforts: info.efforts,
      thinking: info.thinking === 'always' ? 'always' : info.thinking === 'none' || editors ? 'never' : 'switch',
      ...(group === 'choice' ? { stands: standsFor(id) } : {}),
      ...(info.price === undefined ? {} : { price: info.price }),
      ...(info.description === undefined ? {} : { description: info.description }),
      ...(sentAs === undefined || sentAs === id ? {} : { sentAs }),
      ...(unavailable === undefined ? {} : { unavailable }),
    };
  }

  function standsFor(id: string): string[] {
    const modes = id === 'opusplan' ? [true, false] : [false];
    return modes.map((planning) => choice.info(choice.resolve(id, planning)).name);
  }
}

/** Of the table what the vendor that counts now has. */
function offered(env: Env): ModelInfo[] {
  const vendor = vendorOf(env);
  if (vendor !== 'bedrock' && vendor !== 'vertex') return listModels();
  return listModels().filter(({ ids }) => ids?.[vendor] !== undefined);
}

/** Before regions are put in front of it. */
function vendorId(info: ModelInfo, env: Env): string | undefined {
  const vendor = vendorOf(env);
  if (vendor === 'vertex') return knownModel(info.id)?.ids?.vertex;
  return vendor === 'bedrock' || vendor === 'mantle' ? knownModel(info.id)?.ids?.bedrock : undefined;
}
