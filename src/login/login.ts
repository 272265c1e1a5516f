// A team's login: accounts at one identity provider, and the access token that goes with requests.
import type { Login, LoginAccount, LoginConfig, SecretStore } from '../contracts/login.ts';
import type { Fetch } from '../contracts/network.ts';
import { hostOf } from '../util/hostOf.ts';
import { LoginFailure } from '../util/loginFailure.ts';
import { findIssuer, type Issuer, loadClient } from './issuer.ts';
import { accountOf, keptTokens, type Tokens } from './keptTokens.ts';
import { isFresh, renew } from './renew.ts';
import { type Answered, scopesOf, tokensOf } from './tokensOf.ts';
import { withBrowser } from './withBrowser.ts';
import { withDeviceCode } from './withDeviceCode.ts';

export type LoginParts = {
  fetch: Fetch;
  secrets: SecretStore;
  now(): number;
  /** Runs `work` while no other window runs work of this name, as far as that can be had. */
  alone<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** The identity provider has ended the session. Told once, by the window that found out. */
  onEnded(account: LoginAccount): void;
  /** A secret that must not be written anywhere from now on. */
  hide(secret: string): void;
};

/** What is published about the identity provider seldom changes. */
const METADATA_MS = 60 * 60_000;

export function createLogin(config: LoginConfig, parts: LoginParts): Login {
  const { fetch, now, alone } = parts;
  const kept = keptTokens(parts.secrets, config);
  const host = hostOf(config.issuer);
  const lock = `login-${host.replace(/\W/g, '-')}`;
  const signedOut = new Set<string>();
  const renewing = new Map<string, Promise<Tokens | undefined>>();
  /** The token each account was last asked for: whether a refused one is still what is kept. */
  const given = new Map<string, string>();
  let known: { issuer: Issuer; untilMs: number } | undefined;

  const issuer = async (signal: AbortSignal) => {
    if (known === undefined || known.untilMs < now())
      known = { issuer: await findIssuer(config, fetch, signal), untilMs: now() + METADATA_MS };
    return known.issuer;
  };
  const hide = (tokens: Tokens) => {
    for (const secret of [tokens.accessToken, tokens.refreshToken]) if (secret !== undefined) parts.hide(secret);
  };
  const keep = async (answered: Answered, from: Issuer, atMs: number) => {
    const tokens = tokensOf(answered, { scopes: scopesOf(config, from), atMs }, from);
    hide(tokens);
    signedOut.delete(tokens.id);
    await kept.write(tokens);
    await kept.first(tokens.id);
    return accountOf(tokens);
  };

  /** One at a time for an account, whoever waits for it; its end is not hastened by one of them. */
  const renewed = (id: string, refused: string | undefined) => {
    const running = renewing.get(id);
    if (running !== undefined) return running;
    const forever = new AbortController().signal;
    const work = () => renew(id, refused, { config, kept, issuer, now, gone: (one) => signedOut.has(one) }, forever);
    const started = (async () => {
      const before = await kept.read(id);
      try {
        return await alone(lock, work);
      } catch (error) {
        const ended = error instanceof LoginFailure && error.because.code === 'login.ended';
        if (ended && before !== undefined && !accountOf(before).ended) parts.onEnded({ ...accountOf(before), ended });
        throw error;
      }
    })().finally(() => renewing.delete(id));
    renewing.set(id, started);
    return started;
  };

  const accounts = async () => {
    const found = await Promise.all((await kept.ids()).map(kept.read));
    return found.flatMap((tokens) => (tokens === undefined ? [] : [accountOf(tokens)]));
  };

  return {
    accounts,
    choose: (account) => kept.first(account),
    ways: async (signal) => {
      const { metadata } = await issuer(signal);
      return {
        browser: metadata.authorization_endpoint !== undefined,
        deviceCode: metadata.device_authorization_endpoint !== undefined,
      };
    },
    withBrowser: async (steps, signal) => {
      const from = await issuer(signal);
      const another = (await kept.ids()).length > 0;
      const answered = await withBrowser(config, from, steps, { another, signal });
      return keep(answered, from, now());
    },
    withDeviceCode: async (show, signal) => {
      const from = await issuer(signal);
      return keep(await withDeviceCode(config, from, show, signal), from, now());
    },
    token: async (again, signal, account) => {
      const id = account ?? (await accounts())[0]?.id;
      const tokens = id === undefined ? undefined : await kept.read(id);
      if (id === undefined || tokens === undefined) return undefined;
      const refused = again ? (given.get(id) ?? tokens.accessToken) : undefined;
      let current = tokens;
      if (!isFresh(tokens, now()) || tokens.accessToken === refused) {
        const next = await untilAborted(renewed(id, refused), signal).catch((error: unknown) => {
          // It holds for some seconds yet.
          if (!again && isUnreachable(error) && holds(tokens, now())) return tokens;
          throw error;
        });
        if (next === undefined) return undefined;
        current = next;
      }
      hide(current);
      if (current.accessToken !== undefined) given.set(id, current.accessToken);
      return current.accessToken;
    },
    signOut: async (account) => {
      signedOut.add(account);
      given.delete(account);
      const tokens = await kept.read(account);
      await kept.forget(account);
      return tokens === undefined || (await revoked(tokens));
    },
  };

  async function revoked({ accessToken, refreshToken }: Tokens): Promise<boolean> {
    const signal = AbortSignal.timeout(10_000);
    try {
      const from = await issuer(signal);
      if (from.metadata.revocation_endpoint === undefined) return false;
      const oidc = await loadClient();
      const connection = await from.connect(signal);
      if (refreshToken !== undefined)
        await oidc.tokenRevocation(connection, refreshToken, { token_type_hint: 'refresh_token' });
      if (accessToken !== undefined)
        await oidc.tokenRevocation(connection, accessToken, { token_type_hint: 'access_token' });
      return true;
    } catch {
      // Told by the answer: what is kept here is gone either way.
      return false;
    }
  }
}

function isUnreachable(error: unknown): boolean {
  return error instanceof LoginFailure && error.because.code === 'login.unreachable';
}

function holds({ expiresAtMs }: Tokens, nowMs: number): boolean {
  return expiresAtMs === undefined || expiresAtMs > nowMs;
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new LoginFailure('cancelled'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
