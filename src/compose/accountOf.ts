// How a model is reached now, as the page says it. Nothing is sent and no helper runs for it.
import type { Because } from '../contracts/permission.ts';
import type { Account, SignInWay } from '../protocol.ts';
import { type CredentialParts, DEFAULT_BASE_URL, type FoundSource, findSource } from '../providers/credentials.ts';
import { whyRefused } from '../providers/forcedLogin.ts';
import { isEditorModel } from '../providers/routeProvider.ts';
import { switchOf, vendorOf } from '../providers/vendorOf.ts';
import { isOn } from '../util/envValue.ts';
import { readableError } from '../util/readableError.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The rehearsal model is known by its id, wherever it runs (decisions 36). */
export const REHEARSAL = 'assent-rehearsal';

const SKIPS = {
  bedrock: 'CLAUDE_CODE_SKIP_BEDROCK_AUTH',
  mantle: 'CLAUDE_CODE_SKIP_MANTLE_AUTH',
  vertex: 'CLAUDE_CODE_SKIP_VERTEX_AUTH',
  foundry: 'CLAUDE_CODE_SKIP_FOUNDRY_AUTH',
} as const;

type Parts = CredentialParts & { /** Whether an identity provider is set up. */ loginIsSetUp: boolean };

/** Never rejects: what stands in the way is a part of the answer. */
export async function accountOf(parts: Parts, env: Env, model: string): Promise<Account> {
  const account = await accountNow(parts, env, model);
  return account.state === 'none' ? { ...account, ways: waysOf(parts) } : account;
}

/** The ways to sign in that the organisation leaves open, the most likely one first. */
function waysOf({ forced, loginIsSetUp }: Parts): SignInWay[] {
  const rule = forced?.();
  const login: SignInWay[] = loginIsSetUp && rule?.organizations === undefined ? ['login'] : [];
  if (rule?.method === 'claudeai') return [];
  if (rule?.method === 'gateway') return login;
  if (rule !== undefined) return ['key'];
  return [...login, 'key', 'gateway', 'cloud', 'team'];
}

async function accountNow(parts: Parts, env: Env, model: string): Promise<Account> {
  // VS Code and the extension that offers the model sign in by themselves.
  if (isEditorModel(model)) {
    const refused = whyRefused(parts.forced?.(), { source: 'none', name: model, baseUrl: '' });
    if (refused !== undefined) return { state: 'none', because: refused };
    return { state: 'ready', source: 'none', vendor: 'editor', name: model };
  }
  const vendor = vendorOf(env);
  if (vendor !== 'anthropic') {
    const name = switchOf(env) ?? vendor;
    const refused = whyRefused(parts.forced?.(), { source: 'cloud', name, baseUrl: '' });
    if (refused !== undefined) return { state: 'none', because: refused };
    return { state: 'ready', source: isOn(env[SKIPS[vendor]]) ? 'none' : 'cloud', vendor, name };
  }
  let found: FoundSource | undefined;
  try {
    found = await findSource(parts, env, new AbortController().signal);
  } catch (error) {
    return { state: 'none', because: reasonOf(error) };
  }
  const where = found?.baseUrl ?? env['ANTHROPIC_BASE_URL'] ?? DEFAULT_BASE_URL;
  const host = hostOf(where);
  const at = host === undefined ? {} : { host };
  if (found === undefined) return { state: 'none', ...at };
  if (found.problem !== undefined) return { state: 'none', ...at, because: found.problem };
  if (model === REHEARSAL) return { state: 'rehearsal' };
  return { state: 'ready', source: found.source, vendor, name: found.name, ...at };
}

/** Undefined for the vendor's own, which goes without saying. */
function hostOf(url: string): string | undefined {
  return url !== DEFAULT_BASE_URL && URL.canParse(url) ? new URL(url).host : undefined;
}

function reasonOf(error: unknown): Because {
  if (error instanceof Error && 'because' in error) return error.because as Because;
  return { code: 'credentials.storeFailed', args: { reason: readableError(error) } };
}
