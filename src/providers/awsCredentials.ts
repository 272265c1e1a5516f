// The AWS credentials that requests are signed with: found once, kept until shortly before they end, in memory only.
import { isOn, numberFrom } from '../util/envValue.ts';
import { redact } from '../util/redact.ts';
import { scrubbedEnvironment } from '../util/scrubbedEnvironment.ts';
import { type AwsCredentials, ChainProblem, resolveChain } from './awsChain.ts';
import { runAuthRefresh, runCredentialExport } from './awsHelpers.ts';
import { CredentialProblem } from './credentialProblem.ts';
import type { VendorParts } from './vendor.ts';

type Env = Readonly<Record<string, string | undefined>>;

export type AwsCredentialSupply = {
  /** Rejects with `CredentialProblem`, or with the reason of `signal`. */
  find(env: Env, signal: AbortSignal): Promise<AwsCredentials>;
  /** The service refused what `find` gave. */
  refuse(credentials: AwsCredentials): void;
  /**
   * After that: where settings say how, the person signs in again, once for all who wait. Resolves to whether other
   * credentials may be there now. Rejects as `find`.
   */
  renew(env: Env, signal: AbortSignal): Promise<boolean>;
  forget(): void;
};

const RESOLVE_TIMEOUT_MS = 60_000;
/** Of a program that a profile names. */
const PROCESS_TIMEOUT_MS = 60_000;
const BEFORE_EXPIRY_MS = 5 * 60_000;
const WITHOUT_EXPIRY_MS = 60 * 60_000;

const NOTHING_THERE = /could not load credentials from any providers/i;
const UNREACHABLE = /ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ETIMEDOUT|fetch failed|socket hang up|getaddrinfo/i;

export function createAwsCredentials(parts: VendorParts, now: () => number = Date.now): AwsCredentialSupply {
  let kept: { key: string; credentials: AwsCredentials; until: number } | undefined;
  let refused: AwsCredentials | undefined;
  /** How often everything was forgotten: what was asked for before is not kept after. */
  let forgotten = 0;
  const sources = createShared<AwsCredentials>();
  const signIns = createShared<void>();

  const find = async (env: Env, signal: AbortSignal): Promise<AwsCredentials> => {
    const { awsCredentialExport } = parts.helpers();
    const key = keyOf(env, awsCredentialExport);
    if (kept?.key === key && now() < kept.until) return kept.credentials;
    const before = forgotten;
    return await sources(`${before} ${key}`, signal, async (stop) => {
      const found = awsCredentialExport
        ? await runCredentialExport(awsCredentialExport, parts, env, stop)
        : await fromChain(env, stop);
      const { expiration } = found;
      const until = expiration === undefined ? now() + WITHOUT_EXPIRY_MS : expiration.getTime() - BEFORE_EXPIRY_MS;
      const keep = awsCredentialExport !== undefined || !isOn(env['CLAUDE_CODE_SKIP_AWS_CRED_CACHE']);
      if (before === forgotten) kept = keep ? { key, credentials: found, until } : undefined;
      return found;
    });
  };

  /** What is found expired is renewed by the command that settings name, once. */
  const fromChain = async (env: Env, signal: AbortSignal): Promise<AwsCredentials> => {
    try {
      const found = await chain(env, signal);
      if (found.expiration === undefined || found.expiration.getTime() > now()) return found;
      throw new CredentialProblem('bedrock.expired');
    } catch (error) {
      const { awsAuthRefresh } = parts.helpers();
      if (!awsAuthRefresh || !(error instanceof CredentialProblem) || !SIGN_IN_HELPS.has(error.because.code))
        throw error;
      await signIn(awsAuthRefresh, env, signal);
      return await chain(env, signal);
    }
  };

  const chain = async (env: Env, signal: AbortSignal): Promise<AwsCredentials> => {
    const timeoutMs = positive(env['CLAUDE_CODE_AWS_CHAIN_RESOLVE_TIMEOUT_MS']) ?? RESOLVE_TIMEOUT_MS;
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), timeoutMs);
    try {
      return await resolveChain(env, { fetch: parts.fetch, run }, AbortSignal.any([signal, limit.signal]));
    } catch (error) {
      signal.throwIfAborted();
      if (limit.signal.aborted) {
        throw new CredentialProblem('bedrock.credentials.timeout', { seconds: String(timeoutMs / 1000) });
      }
      if (!(error instanceof ChainProblem)) throw error;
      if (NOTHING_THERE.test(error.message)) throw new CredentialProblem('bedrock.noCredential');
      const code = UNREACHABLE.test(error.message) ? 'bedrock.credentials.network' : 'bedrock.expired';
      throw new CredentialProblem(code, {}, redact(error.message));
    } finally {
      clearTimeout(timer);
    }
  };

  const run = async (command: string, env: Env, signal: AbortSignal) => {
    if (parts.mayStart?.() === false) {
      throw new Error(
        'The profile names a credential_process, and no program is started before this folder is trusted.',
      );
    }
    const helper = { command, name: 'credential_process', timeoutMs: PROCESS_TIMEOUT_MS };
    return parts.runHelper({ ...helper, env: scrubbedEnvironment(env, process.platform) }, signal);
  };

  const signIn = (command: string, env: Env, signal: AbortSignal) =>
    signIns(command, signal, (stop) => runAuthRefresh(command, parts, env, stop));

  return {
    find,
    refuse(credentials) {
      refused = credentials;
      if (kept && isSame(kept.credentials, credentials)) kept = undefined;
    },
    async renew(env, signal) {
      // Another request was refused before, and has brought new ones.
      if (kept) return true;
      const { awsAuthRefresh, awsCredentialExport } = parts.helpers();
      if (awsAuthRefresh && !awsCredentialExport) {
        await signIn(awsAuthRefresh, env, signal);
        return true;
      }
      const before = refused;
      return before === undefined || !isSame(await find(env, signal), before);
    },
    forget() {
      forgotten += 1;
      kept = undefined;
      refused = undefined;
    },
  };
}

const SIGN_IN_HELPS = new Set(['bedrock.noCredential', 'bedrock.expired']);

function isSame(one: AwsCredentials, other: AwsCredentials): boolean {
  return one.accessKeyId === other.accessKeyId && one.sessionToken === other.sessionToken;
}

/** Whatever may lead to other credentials. */
function keyOf(env: Env, command: string | undefined): string {
  const named = Object.entries(env).filter(([name]) => name.startsWith('AWS_') || name === 'HOME');
  return JSON.stringify([command, ...named.sort(([a], [b]) => (a < b ? -1 : 1))]);
}

function positive(value: string | undefined): number | undefined {
  const ms = numberFrom(value);
  return ms !== undefined && ms > 0 ? ms : undefined;
}

/** One piece of work for all who want the same at the same time; it is stopped when nobody waits any more. */
function createShared<T>() {
  type Shared = { result: Promise<T>; stop: AbortController; waiting: number };
  const running = new Map<string, Shared>();
  const leave = (key: string, one: Shared) => {
    if (running.get(key) === one) running.delete(key);
  };
  return async (key: string, signal: AbortSignal, work: (stop: AbortSignal) => Promise<T>): Promise<T> => {
    signal.throwIfAborted();
    let one = running.get(key);
    if (!one) {
      const stop = new AbortController();
      const started = { result: work(stop.signal), stop, waiting: 0 };
      const end = () => leave(key, started);
      started.result.then(end, end);
      running.set(key, started);
      one = started;
    }
    const shared = one;
    shared.waiting++;
    const done = new AbortController();
    try {
      return await Promise.race([
        shared.result,
        new Promise<never>((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: done.signal });
        }),
      ]);
    } finally {
      done.abort();
      if (--shared.waiting === 0) {
        leave(key, shared);
        shared.stop.abort();
      }
    }
  };
}
