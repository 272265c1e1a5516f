// What the tests of the status share: a folder's status over a real network, real providers and given settings.
import { accountOf } from '../../../src/compose/accountOf.ts';
import { statusFolder } from '../../../src/compose/statusFolder.ts';
import type { EditorNetwork } from '../../../src/contracts/network.ts';
import type { Provider } from '../../../src/contracts/provider.ts';
import type { Settings } from '../../../src/contracts/settings.ts';
import type { FolderStatus } from '../../../src/host/statusView.ts';
import { createNetwork, type NetworkOptions } from '../../../src/network/network.ts';
import { createProvider, type ProviderOptions } from '../../../src/providers/index.ts';
import type { CheckedHop } from '../../../src/statusProtocol.ts';
import { inOrder } from '../../../src/util/hops.ts';
import { sayInEnglish } from '../../../src/util/phrases.ts';
import { forwardTo } from '../../support/forwardTo.ts';
import { vendorParts } from '../../support/vendorParts.ts';
import { SETTINGS } from '../agent/kit.ts';
import { type ServerOptions, startServer, type TestServer } from '../network/kit.ts';

export const KEY = 'sk-ant-secret-of-the-status-0001';
export const MODEL = 'assent-rehearsal';

export type StatusOptions = {
  settings?: Partial<Settings>;
  processEnv?: Record<string, string>;
  network?: Partial<NetworkOptions>;
  editor?: Partial<EditorNetwork>;
  provider?: Partial<ProviderOptions>;
  /** Puts something in front of the provider. */
  guard?(provider: Provider): Provider;
  person?: string;
};

/** `env` is what counts for requests. Every name leads to this machine. */
export function statusWith(env: Record<string, string>, options: StatusOptions = {}): FolderStatus & { close(): void } {
  const settings: Settings = { ...SETTINGS, ...options.settings };
  const editor = (): EditorNetwork => ({ noProxy: [], strictSsl: true, systemCertificates: true, ...options.editor });
  const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
  const network = createNetwork({ env: () => env, editor, resolve, ...options.network });
  const parts = vendorParts({ fetch: network.fetch, ...options.provider });
  const provider = createProvider({ env: () => env, ...parts, ...options.provider });
  const status = statusFolder({
    root: '/home/dev/shop',
    env: () => env,
    processEnv: options.processEnv ?? env,
    settings: () => settings,
    editor,
    ways: network.ways,
    probe: network.probe,
    provider: options.guard?.(provider) ?? provider,
    account: (model) => accountOf({ ...parts, loginIsSetUp: false }, env, model),
    defaultModel: () => MODEL,
    person: async () => options.person,
    helpers: parts.helpers,
    sendAs: () => undefined,
    versions: { assent: '1.0.0', vscode: '1.106.0', node: '22.0.0', system: 'linux x64' },
  });
  return { ...status, close: network.refresh };
}

export type Walk = { hops: CheckedHop[]; lines: string[]; cost: string | undefined; everything: string };

/** All hops in order, as `name state` and as sentences. */
export async function walk(
  status: FolderStatus,
  model = MODEL,
  signal: AbortSignal = AbortSignal.timeout(20_000),
): Promise<Walk> {
  const hops: CheckedHop[] = [];
  let cost: string | undefined;
  for await (const event of status.check(model, signal)) {
    if (event.type === 'hop') hops.push(event.hop);
    else cost = sayInEnglish(event.cost);
  }
  const ordered = inOrder(hops);
  const lines = ordered.map(({ hop, state, because }) => `${hop} ${state}: ${sayInEnglish(because)}`);
  return { hops: ordered, lines, cost, everything: JSON.stringify([hops, lines, cost]) };
}

/** `certificate failed` */
export function failedAt({ hops }: Walk): string | undefined {
  const at = hops.findIndex(({ state }) => state === 'failed');
  return at < 0 ? undefined : `${hops[at]?.hop}`;
}

/** The rehearsal model behind TLS. */
export function startSecure(rehearsal: { url: string }, options: ServerOptions = {}): Promise<TestServer> {
  return startServer({ ...options, answer: forwardTo(rehearsal) });
}
