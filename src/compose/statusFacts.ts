// What is in use to reach a model, and where each piece of it was set. Nothing is sent, and no helper runs.
import type { EditorNetwork } from '../contracts/network.ts';
import type { Because } from '../contracts/permission.ts';
import type { Settings } from '../contracts/settings.ts';
import { NetworkError } from '../network/networkError.ts';
import type { Ways } from '../network/openSocket.ts';
import { proxyName } from '../network/proxy.ts';
import { storesOf } from '../network/tlsMaterial.ts';
import type { Account } from '../protocol.ts';
import type { HelperCommands } from '../providers/vendor.ts';
import { isDirect, switchOf } from '../providers/vendorOf.ts';
import type { FactName, StatusFact, StatusGroup } from '../statusProtocol.ts';
import { isOn } from '../util/envValue.ts';
import { readableError } from '../util/readableError.ts';
import { redact } from '../util/redact.ts';
import { credentialInUse } from './statusCredential.ts';
import { type Origin, type OriginOf, readOrigins } from './statusOrigins.ts';
import { type Place, placeOf } from './statusPlaces.ts';

type Env = Readonly<Record<string, string | undefined>>;

export type FactsParts = {
  root: string;
  /** As it counts for requests: settings over the process, after a sign-in. */
  env(): Env;
  processEnv: Env;
  settings(): Settings;
  editor(): EditorNetwork;
  ways: Ways;
  /** How this model is reached. */
  account(model: string): Promise<Account>;
  /** What a new conversation begins with. */
  defaultModel(): string;
  /** Who is signed in with the team's identity provider. */
  person(): Promise<string | undefined>;
  helpers(): HelperCommands;
  sendAs(model: string): string | undefined;
  versions: { assent: string; vscode: string; node: string; system: string };
};

/** Never rejects for what is set wrongly: that is a fact as well. */
export async function statusFacts(parts: FactsParts, model: string): Promise<StatusFact[]> {
  const env = parts.env();
  const settings = parts.settings();
  const place = placeOf(model, env, parts.sendAs(model));
  const [account, originOf] = await Promise.all([parts.account(model), readOrigins(settings, parts.processEnv)]);
  const versions = Object.entries(parts.versions).map(([name, version]) =>
    fact(name as keyof FactsParts['versions'], text(version)),
  );
  return [
    ...grouped('model', modelFacts(model, place, account, originOf, parts)),
    ...grouped('model', await credentialFacts(parts, account, originOf)),
    ...grouped('network', await networkFacts(parts, place, originOf)),
    ...grouped('settings', settingsFacts(parts.root, settings, env)),
    ...grouped('versions', versions),
  ];
}

type Fact = Omit<StatusFact, 'group'>;

function grouped(group: StatusGroup, facts: readonly Fact[]): StatusFact[] {
  return facts.map((one) => ({ group, ...one }));
}

function modelFacts(model: string, place: Place, account: Account, originOf: OriginOf, parts: FactsParts): Fact[] {
  const env = parts.env();
  const { url, fault, variable, region, project, wire } = place;
  const chosen = switchOf(env);
  const gateway = place.vendor === 'anthropic' && !isDirect(env);
  const vendor = account.state === 'rehearsal' ? 'rehearsal' : gateway ? 'gateway' : place.vendor;
  const where = variable === undefined || !env[variable]?.trim() ? undefined : originOf(variable);
  const regionFrom = ['AWS_REGION', 'AWS_DEFAULT_REGION', 'CLOUD_ML_REGION'].find(
    (name) => env[name]?.trim() === region,
  );
  return [
    fact('vendor', { code: `status.vendor.${vendor}`, args: {} }, chosen === undefined ? undefined : originOf(chosen)),
    ...(url === undefined ? [] : [fact('address', text(redact(url.href.replace(/\/$/, ''))), where)]),
    ...(fault === undefined ? [] : [warning('address', fault, where)]),
    ...(region === undefined
      ? []
      : [fact('region', text(region), regionFrom === undefined ? undefined : originOf(regionFrom))]),
    ...(project === undefined ? [] : [fact('project', text(project))]),
    fact('model', text(model), modelOrigin(model, originOf, parts)),
    ...(wire === model ? [] : [fact('wireModel', text(wire))]),
  ];
}

function modelOrigin(model: string, originOf: OriginOf, { env, defaultModel }: FactsParts): Origin | undefined {
  if (model !== defaultModel()) return { from: { code: 'status.from.conversation', args: {} } };
  return env()['ANTHROPIC_MODEL']?.trim() ? originOf('ANTHROPIC_MODEL') : originOf('model', 'setting');
}

async function credentialFacts(parts: FactsParts, account: Account, originOf: OriginOf): Promise<Fact[]> {
  const { because, name, setting, missing } = credentialInUse(account, parts.env(), parts.helpers());
  const origin = name === undefined ? undefined : originOf(name, setting ? 'setting' : 'variable');
  const person = await parts.person().catch((error: unknown) => redact(readableError(error)));
  return [
    missing ? warning('credential', because, origin) : fact('credential', because, origin),
    ...(person === undefined ? [] : [fact('account', text(person))]),
  ];
}

async function networkFacts(parts: FactsParts, { url }: Place, originOf: OriginOf): Promise<Fact[]> {
  const env = parts.env();
  const extra = env['NODE_EXTRA_CA_CERTS']?.trim();
  const further = extra ? [fact('extraCertificates', text(extra), originOf('NODE_EXTRA_CA_CERTS'))] : [];
  return [
    ...(url === undefined ? [] : [proxyFact(url, parts, originOf)]),
    ...(await tlsFacts(url, parts, originOf)),
    ...further,
  ];
}

function proxyFact(url: URL, { ways, env, editor }: FactsParts, originOf: OriginOf): Fact {
  const origin = (source: string): Origin | undefined =>
    source === 'http.proxy' ? { from: { code: 'status.from.editor', args: { name: source } } } : originOf(source);
  try {
    const proxy = ways.proxyTo(url);
    if (proxy !== undefined) {
      return fact('proxy', { code: 'status.proxy.through', args: { proxy: proxyName(proxy) } }, origin(proxy.source));
    }
    const named = PROXIES.find((name) => env()[name]?.trim()) ?? (editor().proxy ? 'http.proxy' : undefined);
    if (named === undefined) return fact('proxy', NONE);
    return fact('proxy', { code: 'status.proxy.excepted', args: {} }, originOf('NO_PROXY') ?? originOf('no_proxy'));
  } catch (error) {
    return warning('proxy', reasonOf(error));
  }
}

async function tlsFacts(url: URL | undefined, { ways, env, editor }: FactsParts, originOf: OriginOf): Promise<Fact[]> {
  const variable = env()['CLAUDE_CODE_CERT_STORE']?.trim() ? originOf('CLAUDE_CODE_CERT_STORE') : undefined;
  const byEditor: Origin | undefined = editor().systemCertificates
    ? undefined
    : { from: { code: 'status.from.editor', args: { name: 'http.systemCertificates' } } };
  const origin = variable ?? byEditor;
  const clientOrigin = originOf('CLAUDE_CODE_CLIENT_CERT');
  try {
    const stores = storesOf(env(), editor());
    const { material } = await ways.to(url ?? new URL('https://localhost'));
    const { client, storeFault } = material;
    const which = stores.size > 1 ? 'both' : stores.has('system') ? 'system' : 'bundled';
    const store: Fact =
      storeFault === undefined
        ? fact('certificates', { code: `status.certificates.${which}`, args: {} }, origin)
        : warning('certificates', { code: 'status.certificates.storeFault', args: { reason: storeFault } }, origin);
    if (client === undefined) return [store, fact('clientCertificate', NONE)];
    const args = { subject: client.subject, file: client.file, day: client.validTo.toISOString().slice(0, 10) };
    return [store, fact('clientCertificate', { code: 'status.clientCertificate', args }, clientOrigin)];
  } catch (error) {
    const because = reasonOf(error);
    const ofClient =
      because.code.startsWith('network.clientCert') || because.args['variable']?.includes('CLIENT') === true;
    return [ofClient ? warning('clientCertificate', because, clientOrigin) : warning('certificates', because, origin)];
  }
}

function settingsFacts(root: string, settings: Settings, env: Env): Fact[] {
  const { policy, sources, problems, blocked } = settings;
  const managed = sources.find(({ scope, exists }) => scope === 'managed' && exists)?.file;
  const optOuts = [
    ...SWITCHES.filter((name) => isOn(env[name])),
    // Any value switches these off, `0` too.
    ...PRESENT.filter((name) => (env[name] ?? '') !== ''),
  ];
  const wrong = blocked !== undefined && !problems.includes(blocked) ? [blocked, ...problems] : problems;
  return [
    fact('root', text(root)),
    policy === undefined
      ? fact('policy', { code: 'status.policy.none', args: {} })
      : {
          ...fact('policy', {
            code: 'status.policy',
            args: { label: policy.label, keys: policy.keys.join(', ') },
          }),
          ...(managed === undefined ? {} : { file: managed }),
        },
    ...sources.filter(({ exists }) => exists).map(({ file }) => ({ ...fact('settingsFile', text(file)), file })),
    ...wrong.map(({ file, line, because }) => ({
      ...warning('problem', because),
      file,
      ...(line === undefined ? {} : { line }),
    })),
    fact('optOuts', optOuts.length === 0 ? { code: 'status.optOuts.none', args: {} } : text(optOuts.join(', '))),
  ];
}

const PROXIES = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'];
const SWITCHES = ['DO_NOT_TRACK', 'DISABLE_FEEDBACK_COMMAND', 'DISABLE_BUG_COMMAND', 'DISABLE_AUTOUPDATER'];
const PRESENT = ['DISABLE_TELEMETRY', 'DISABLE_ERROR_REPORTING', 'CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC'];
const NONE: Because = { code: 'status.none', args: {} };

function text(words: string): Because {
  return { code: 'status.text', args: { text: words } };
}

function fact(name: FactName, value: Because, origin?: Origin): Fact {
  return { name, value, ...origin };
}

function warning(name: FactName, value: Because, origin?: Origin): Fact {
  return { ...fact(name, value, origin), warning: true };
}

function reasonOf(error: unknown): Because {
  return error instanceof NetworkError ? error.because : text(redact(readableError(error)));
}
