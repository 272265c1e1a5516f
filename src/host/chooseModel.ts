// Which model answers: by list or by id, within what the settings leave to choose from.
import * as vscode from 'vscode';
import type { Because } from '../contracts/permission.ts';
import type { ModelChoice } from '../protocol.ts';
import { type Banner, banner } from './banners.ts';
import type { Open } from './openConversations.ts';
import { say } from './say.ts';

/** The page that is told why not. */
type Notified = { notify(added: Banner): Promise<void> };

/** Chooses, or says why not. */
export async function chooseModel(open: Open, model: string, page: Notified): Promise<void> {
  const refused = open.project.refusedModel(model);
  if (refused === undefined) return open.conversation.setModel(model);
  await page.notify(banner('modelExcluded', 'error', refused));
}

/** The list, in groups; what is found meanwhile joins it. */
export async function pickModel(open: Open, page: Notified): Promise<void> {
  const picked = await new Promise<Item | undefined>((resolve) => {
    const picker = vscode.window.createQuickPick<Item>();
    picker.title = vscode.l10n.t('Model');
    picker.placeholder = vscode.l10n.t('Choose a model, or type the id of one');
    picker.matchOnDescription = true;
    const draw = () => {
      const typed = picker.value.trim();
      const items = itemsOf(open.project.models(), open.conversation.state.model);
      const own = typed === '' || items.some(({ id }) => id === typed) ? [] : [typedItem(typed)];
      picker.items = [...items, ...own];
      // Of what fits the typed text VS Code takes the first; named here, it would take none.
      if (typed === '') picker.activeItems = picker.items.filter(({ current }) => current);
    };
    draw();
    picker.busy = true;
    void open.project.lookForModels().then(() => {
      picker.busy = false;
      draw();
    });
    picker.onDidChangeValue(draw);
    picker.onDidAccept(() => {
      resolve(picker.selectedItems[0]);
      picker.hide();
    });
    picker.onDidHide(() => {
      resolve(undefined);
      picker.dispose();
    });
    picker.show();
  });
  if (picked?.id === undefined) return;
  if (picked.refused !== undefined) await page.notify(banner('modelExcluded', 'error', picked.refused));
  else await chooseModel(open, picked.id, page);
}

type Item = vscode.QuickPickItem & { id?: string; current?: boolean; refused?: Because };

function itemsOf(models: readonly ModelChoice[], current: string): Item[] {
  const titles: Record<ModelChoice['group'], string> = {
    choice: vscode.l10n.t('Chosen for you'),
    model: vscode.l10n.t('Models'),
    listed: vscode.l10n.t('Listed by the service'),
    editor: vscode.l10n.t('Language models of VS Code'),
  };
  let group: ModelChoice['group'] | undefined;
  return models.flatMap((model): Item[] => {
    const heading: Item[] =
      model.group === group ? [] : [{ label: titles[model.group], kind: vscode.QuickPickItemKind.Separator }];
    group = model.group;
    const item: Item = {
      id: model.id,
      current: model.id === current,
      label: model.id === current ? `$(check) ${nameOf(model)}` : nameOf(model),
      description: model.sentAs ?? model.id,
      detail: model.unavailable === undefined ? detailOf(model) : `$(circle-slash) ${say(model.unavailable)}`,
      ...(model.unavailable === undefined ? {} : { refused: model.unavailable }),
    };
    return [...heading, item];
  });
}

function typedItem(id: string): Item {
  return { id, label: id, description: vscode.l10n.t('Use the model with this id'), alwaysShow: true };
}

function nameOf({ id, name, stands = [] }: ModelChoice): string {
  if (id === 'default') return vscode.l10n.t('Default: {0}', stands[0] ?? '');
  if (id === 'opusplan') return vscode.l10n.t('{0} to plan, {1} to work', stands[0] ?? '', stands[1] ?? '');
  return id.endsWith('[1m]') ? vscode.l10n.t('{0} with a window of 1M', name) : name;
}

function detailOf({ description, contextWindow, price }: ModelChoice): string {
  const parts = [
    description,
    vscode.l10n.t('{0} tokens of context', tokens(contextWindow)),
    price === undefined
      ? vscode.l10n.t('price unknown')
      : vscode.l10n.t('{0} in, {1} out per million tokens', `$${price.input}`, `$${price.output}`),
  ];
  return parts.filter((part) => part !== undefined).join(' · ');
}

/** As the page writes it: 200k, 1M. */
function tokens(count: number): string {
  return count >= 1_000_000 ? `${Math.round(count / 100_000) / 10}M` : `${Math.round(count / 1_000)}k`;
}
