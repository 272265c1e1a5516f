// The key that a team's own command prints: run when it is needed, kept in memory for a while, and never written anywhere.
import type { HelperEnd, RunHelper } from '../contracts/helper.ts';
import { numberFrom } from '../util/envValue.ts';
import { errorCode } from '../util/readableError.ts';
import { scrubbedEnvironment } from '../util/scrubbedEnvironment.ts';
import { CredentialProblem } from './credentialProblem.ts';

type Env = Readonly<Record<string, string | undefined>>;

export type ApiKeyHelper = {
  /** Rejects with a `CredentialProblem`, or with the signal's reason. Callers of one moment share one run. */
  key(command: string, env: Env, signal: AbortSignal): Promise<string>;
  /** The service refused this key: it is not used again. */
  refused(key: string): void;
  /** Whether another try is worth it: there is a key that was not refused, or a reason that `key` will say. */
  renew(command: string, env: Env, signal: AbortSignal): Promise<boolean>;
  /** Nothing of a key is left in memory. */
  forget(): void;
};

export type ApiKeyHelperParts = {
  runHelper: RunHelper;
  /** Wall clock: a key does not stay fresh while the machine sleeps. */
  now?: () => number;
  /** Between two runs of a script that failed. */
  pauseMs?: number;
};

const DEFAULT_TTL_MS = 5 * 60_000;
/** Signing in with a second factor takes its time; after that nobody answers any more. */
const TIMEOUT_MS = 5 * 60_000;
/** For one request, with the run whose key was refused. */
const MOST_RUNS = 3;
const PAUSE_MS = 500;
const KEY = /^[\x21-\x7e]{1,16384}$/;
/** Enough to recognise the keys of requests that were under way together. */
const MOST_REFUSED = 20;

export function createApiKeyHelper({ runHelper, now = Date.now, pauseMs = PAUSE_MS }: ApiKeyHelperParts): ApiKeyHelper {
  let kept: { command: string; key: string; atMs: number } | undefined;
  let running: { command: string; key: Promise<string>; waiting: number; stop: AbortController } | undefined;
  let refusedKeys: string[] = [];
  /** Why a renewal came to nothing: told by the try that it was for, and not by running the script three times more. */
  let owed: CredentialProblem | undefined;

  const run = async (command: string, env: Env, most: number, signal: AbortSignal): Promise<string> => {
    const atMs = now();
    const key = keyOf(await attempts(command, env, most, signal));
    // Who forgot everything in the meantime does not find it again.
    if (!signal.aborted) kept = { command, key, atMs };
    return key;
  };

  const attempts = async (command: string, env: Env, most: number, signal: AbortSignal): Promise<HelperEnd> => {
    for (let attempt = 1; ; attempt++) {
      const ended = await start(command, env, signal);
      if (ended.code === 0) return ended;
      if (ended.timedOut)
        throw new CredentialProblem('credentials.helper.timeout', { minutes: String(TIMEOUT_MS / 60_000) });
      if (attempt === most) {
        const times = String(most);
        if (ended.code === null) throw new CredentialProblem('credentials.helper.ended', { times });
        throw new CredentialProblem('credentials.helper.failing', { status: String(ended.code), times });
      }
      await pause(pauseMs, signal);
    }
  };

  const start = async (command: string, env: Env, signal: AbortSignal): Promise<HelperEnd> => {
    try {
      const helperEnv = scrubbedEnvironment(env, process.platform);
      return await runHelper({ command, env: helperEnv, name: 'apiKeyHelper', timeoutMs: TIMEOUT_MS }, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      // The message of the system would repeat the command line, in which a secret may stand.
      throw new CredentialProblem('credentials.helper.notStarted', { reason: errorCode(error) ?? 'unknown' });
    }
  };

  const shared = async (command: string, env: Env, signal: AbortSignal, most = MOST_RUNS): Promise<string> => {
    signal.throwIfAborted();
    if (running === undefined || running.command !== command || running.stop.signal.aborted) {
      const stop = new AbortController();
      const mine = { command, key: run(command, env, most, stop.signal), waiting: 0, stop };
      const done = () => {
        if (running === mine) running = undefined;
      };
      mine.key.then(done, done);
      running = mine;
    }
    const mine = running;
    mine.waiting += 1;
    const left = new AbortController();
    try {
      return await Promise.race([mine.key, aborted(signal, left.signal)]);
    } finally {
      left.abort();
      mine.waiting -= 1;
      // The last one that waited has left: nobody wants the key any more.
      if (mine.waiting === 0) mine.stop.abort(signal.reason);
    }
  };

  const fresh = (command: string, env: Env): string | undefined => {
    if (kept?.command !== command) return undefined;
    const age = now() - kept.atMs;
    return age >= 0 && age < ttlMs(env) ? kept.key : undefined;
  };

  return {
    key: async (command, env, signal) => {
      const problem = owed;
      owed = undefined;
      if (problem !== undefined) throw problem;
      return fresh(command, env) ?? shared(command, env, signal);
    },
    refused: (key) => {
      if (kept?.key === key) kept = undefined;
      refusedKeys = [...refusedKeys.filter((one) => one !== key), key].slice(-MOST_REFUSED);
    },
    renew: async (command, env, signal) => {
      try {
        const key = fresh(command, env) ?? (await shared(command, env, signal, MOST_RUNS - 1));
        if (!refusedKeys.includes(key)) return true;
        kept = undefined;
        return false;
      } catch (error) {
        if (!(error instanceof CredentialProblem)) throw error;
        owed = error;
        return true;
      }
    },
    forget: () => {
      kept = undefined;
      owed = undefined;
      refusedKeys = [];
      running?.stop.abort(new Error('The key was forgotten.'));
    },
  };
}

/** What is sent must be a key and nothing else: a banner or a line of a log goes nowhere. */
function keyOf({ stdout }: HelperEnd): string {
  const key = stdout.trim();
  if (KEY.test(key)) return key;
  if (key === '') throw new CredentialProblem('credentials.helper.empty');
  throw new CredentialProblem('credentials.helper.notAKey');
}

function ttlMs(env: Env): number {
  const ms = numberFrom(env['CLAUDE_CODE_API_KEY_HELPER_TTL_MS']);
  return ms !== undefined && ms >= 0 ? ms : DEFAULT_TTL_MS;
}

/** `left`: nobody listens any more. */
function aborted(signal: AbortSignal, left: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: left });
  });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}
