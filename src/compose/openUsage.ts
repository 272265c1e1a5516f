// What a window knows of costs: the ledger that all windows share, and a meter for each root folder.
import path from 'node:path';
import * as vscode from 'vscode';
import type { Settings } from '../contracts/settings.ts';
import type { CapKind, CostCap } from '../contracts/usage.ts';
import type { Log } from '../host/log.ts';
import type { Open } from '../host/openConversations.ts';
import { UsageView } from '../host/usageView.ts';
import { buildRequest } from '../providers/messagesRequest.ts';
import { modelInfo } from '../providers/models.ts';
import { usageCsv } from '../usage/csv.ts';
import { createLedger, type Ledger } from '../usage/ledger.ts';
import { createMeter, type FolderMeter } from '../usage/meter.ts';
import { createPrefixStore } from '../usage/prefixStore.ts';
import { priceOf } from '../usage/price.ts';
import { reportStart, usageReport } from '../usage/report.ts';
import { isOn } from '../util/envValue.ts';

export type WindowUsage = {
  ledger: Ledger;
  meter(folder: UsageFolder): FolderMeter;
  /** The page that shows it. */
  view(current: () => Open | undefined): UsageView;
  /** Money was spent in this window, or a cap in VS Code's settings changed. */
  onChanged: vscode.Event<void>;
  dispose(): void;
};

export type UsageFolder = {
  root: string;
  settings(): Settings;
  env(): Record<string, string | undefined>;
};

const KINDS: readonly CapKind[] = ['turn', 'session', 'day'];
const SECTION = 'assent.costCap';

export function openUsage(context: vscode.ExtensionContext, log: Log): WindowUsage {
  const changed = new vscode.EventEmitter<void>();
  const folder = path.join(context.globalStorageUri.fsPath, 'usage');
  const ledger = createLedger(folder, Date.now);
  const prefixes = createPrefixStore(path.join(folder, 'sent'), Date.now, (text) => log.warn(text));
  const forFolder = createMeter({ ledger, prefixes, now: Date.now, spent: () => changed.fire() });
  const limits = watchLimits(() => changed.fire());
  return {
    ledger,
    meter: ({ root, settings, env }) =>
      forFolder({
        root,
        caps: () => [...(settings().costCaps ?? []), ...limits.caps(root)],
        price: ({ model, info, sendAs }, vendor) => {
          const { price } = info ?? modelInfo(model);
          const own = settings().modelPrices ?? {};
          return priceOf({
            model: { id: model, ...(price ? { price } : {}) },
            sentAs: sendAs,
            vendor,
            env: env(),
            own,
          });
        },
        wire: (request) => buildRequest(request, env()).body,
        rebuildLimit: () => limits.of('cacheRebuild', root),
        warns: () => !isOn(env()['DISABLE_COST_WARNINGS']),
      }),
    view: (current) =>
      new UsageView({
        extension: context.extensionUri,
        log,
        folder: ledger.folder,
        current,
        onChanged: changed.event,
        report: async ({ range, root, current: open }) => {
          const now = Date.now();
          await ledger.refresh();
          const rows = await ledger.rows(reportStart(now));
          const caps = open?.project.spending(open.conversation.id).caps ?? [];
          return usageReport(rows, { range, root, session: open?.conversation.id }, now, caps);
        },
        csv: async () => usageCsv((await ledger.rows(0)).rows),
      }),
    onChanged: changed.event,
    dispose: () => {
      limits.dispose();
      changed.dispose();
    },
  };
}

/** From VS Code's own settings, as it names them. They are asked for with every request, so they are read once. */
function watchLimits(changed: () => void) {
  const known = new Map<string, number | undefined>();
  const watching = [
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (!change.affectsConfiguration(SECTION)) return;
      known.clear();
      changed();
    }),
    vscode.workspace.onDidChangeWorkspaceFolders(() => known.clear()),
  ];
  const of = (name: string, root: string): number | undefined => {
    const key = `${name} ${root}`;
    if (!known.has(key)) known.set(key, lowestOf(name, root));
    return known.get(key);
  };
  return {
    of,
    caps: (root: string): CostCap[] =>
      KINDS.flatMap((kind) => {
        const usd = of(kind, root);
        return usd === undefined ? [] : [{ kind, usd, from: `${SECTION}.${kind}` }];
      }),
    dispose: () => {
      for (const one of watching) one.dispose();
    },
  };
}

/** A workspace may lower what a person set, and never raise it. */
function lowestOf(name: string, root: string): number | undefined {
  const found = vscode.workspace.getConfiguration(SECTION, vscode.Uri.file(root)).inspect<unknown>(name);
  const amounts = [found?.globalValue, found?.workspaceValue, found?.workspaceFolderValue];
  const set = amounts.filter((amount): amount is number => typeof amount === 'number' && amount > 0);
  return set.length === 0 ? undefined : Math.min(...set);
}
