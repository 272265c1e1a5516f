// Signing in to servers: one for all of a window. Tokens are made when a person asks for it, kept, renewed, given back.
import type { ReceiveRedirect, Redirect, SecretStore } from '../../contracts/login.ts';
import type { ServerDefinition, ServerSignIn, ServerTransport } from '../../contracts/mcp.ts';
import type { Fetch } from '../../contracts/network.ts';
import type * as Sdk from '../connection/mcpSdk.ts';
import { ServerFault } from '../connection/serverFault.ts';
import { asHttp } from '../connection/socketTransport.ts';
import { authorizedFetch, type Refusal } from './authorizedFetch.ts';
import { type Grant, type GrantTokens, type KeptGrant, keptGrant } from './keptGrant.ts';
import { limitedFetch } from './limitedFetch.ts';
import { oauthFault } from './oauthFault.ts';
import { isFresh, renew } from './renew.ts';
import { revoke } from './revoke.ts';
import { signIn, type WhereWeRun } from './signIn.ts';

export type ServerLoginsParts = {
  fetch: Fetch;
  secrets: SecretStore;
  now(): number;
  /** `MCP_CLIENT_SECRET` is read from it. */
  env(): Readonly<Record<string, string | undefined>>;
  /** Runs `work` while no other window runs work of this name, as far as that can be had. */
  alone<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** A secret that must not be written anywhere from now on. */
  hide(secret: string): void;
  where: WhereWeRun;
  /** Where an organisation describes its client (an https address), if it does. */
  clientMetadataUrl?(): string | undefined;
  receive: ReceiveRedirect;
  /** Shows where the person is about to be sent, and what for; false: they do not want to go. */
  confirm(request: ServerSignIn, signal: AbortSignal): Promise<boolean>;
  /** Brings the person to the page; the answer is waited for once it has resolved. */
  open(address: string, redirect: Redirect, request: ServerSignIn, signal: AbortSignal): Promise<void>;
};

export interface ServerLogins {
  /** Around every request to the server; undefined for one that has no use for tokens. */
  authorize(definition: ServerDefinition): ((fetch: Fetch) => Fetch) | undefined;
  /** A person wants it. Rejects with a `ServerFault`, `login.cancelled` when they gave up. */
  signIn(definition: ServerDefinition, signal: AbortSignal): Promise<void>;
  hasTokens(definition: ServerDefinition): Promise<boolean>;
  /** Forgets first, then tells the issuer: false when that could not be done. */
  clear(definition: ServerDefinition): Promise<boolean>;
}

/** Read on first use, as by the connections. */
const loadSdk = (): Promise<typeof Sdk> => import('../connection/mcpSdk.ts');

type Remote = Exclude<ServerTransport, { type: 'stdio' }>;
type Server = {
  definition: ServerDefinition;
  transport: Remote;
  url: URL;
  kept: KeptGrant;
  /** Of the last refusal. */
  challenge: Refusal;
  renewing: Promise<GrantTokens | undefined> | undefined;
  signingIn: Promise<Grant> | undefined;
  /** Counts what a person does, so that work begun before does not undo it. */
  turn: number;
  /** What a person did not want to add, until they sign in again. */
  declined: Set<string>;
  noes: number;
};

const REVOKE_MS = 10_000;
/** A server that is told no so often does not have the person asked for anything more. */
const MOST_DECLINED = 3;

export function createServerLogins(parts: ServerLoginsParts): ServerLogins {
  const servers = new Map<string, Server>();

  /** Undefined for programs and servers that are given a header of their own. */
  function serverOf(definition: ServerDefinition): Server | undefined {
    const { transport } = definition;
    if (transport.type === 'stdio' || !URL.canParse(transport.url)) return undefined;
    if (Object.keys(transport.headers).some((name) => name.toLowerCase() === 'authorization')) return undefined;
    const url = asHttp(new URL(transport.url));
    const kept = keptGrant(parts.secrets, definition, transport.url);
    const known = servers.get(kept.key);
    if (known !== undefined) return known;
    const made: Server = {
      definition,
      transport,
      url,
      kept,
      challenge: {},
      renewing: undefined,
      signingIn: undefined,
      turn: 0,
      declined: new Set(),
      noes: 0,
    };
    servers.set(kept.key, made);
    return made;
  }

  const limited = ({ definition, url }: Server, signal: AbortSignal) =>
    limitedFetch({ server: definition.name, url, fetch: parts.fetch, signal });

  function hide({ tokens, client }: Grant): void {
    for (const secret of [tokens?.access, tokens?.refresh, client.client_secret])
      if (secret !== undefined) parts.hide(secret);
  }

  async function current(server: Server): Promise<string | undefined> {
    const grant = await server.kept.read();
    if (grant?.tokens === undefined) return undefined;
    hide(grant);
    const { tokens } = grant;
    if (isFresh(tokens, parts.now())) return tokens.access;
    try {
      return (await renewed(server, undefined))?.access;
    } catch (error) {
      // It holds for some seconds yet.
      if ((tokens.expiresAtMs ?? 0) > parts.now()) return tokens.access;
      throw error;
    }
  }

  /** One at a time, whoever waits for it; its end is not hastened by one of them. */
  function renewed(server: Server, refused: string | undefined): Promise<GrantTokens | undefined> {
    const { turn, definition, kept, renewing } = server;
    // What is being got may be what was refused meanwhile.
    if (renewing !== undefined)
      return renewing.then((tokens) =>
        tokens !== undefined && tokens.access === refused ? renewed(server, refused) : tokens,
      );
    server.renewing = (async () => {
      const sdk = await loadSdk();
      return parts.alone(`mcp-${kept.key.slice(-32)}`, () =>
        renew(refused, {
          server: definition.name,
          kept,
          now: parts.now,
          gone: () => server.turn !== turn,
          fetch: limited(server, new AbortController().signal),
          hide: parts.hide,
          sdk,
        }),
      );
    })().finally(() => {
      server.renewing = undefined;
    });
    return server.renewing;
  }

  /** One at a time: whoever asks meanwhile gets what comes of it. */
  function signInNow(server: Server, added: readonly string[], signal: AbortSignal): Promise<Grant> {
    const { definition, transport, url, kept, challenge } = server;
    server.signingIn ??= (async () => {
      const { clientId } = transport.oauth ?? {};
      const secret = parts.env()['MCP_CLIENT_SECRET'];
      let shown: ServerSignIn | undefined;
      const grant = await signIn({
        server: definition.name,
        url,
        oauth: transport.oauth ?? {},
        challenge,
        kept: await kept.read(),
        added,
        registered: clientId === undefined ? undefined : { id: clientId, ...(secret ? { secret } : {}) },
        clientMetadataUrl: parts.clientMetadataUrl?.(),
        where: parts.where,
        now: parts.now,
        receive: parts.receive,
        confirm: (request, until) => {
          shown = request;
          return parts.confirm(request, until);
        },
        open: async (address, redirect, until) => {
          if (shown !== undefined) await parts.open(address, redirect, shown, until);
        },
        fetch: limited(server, signal),
        hide: parts.hide,
        sdk: await loadSdk(),
        signal,
      });
      hide(grant);
      server.turn++;
      server.declined.clear();
      server.noes = 0;
      await kept.write(grant);
      return grant;
    })().finally(() => {
      server.signingIn = undefined;
    });
    return server.signingIn;
  }

  async function stepUp(
    server: Server,
    refusal: Refusal,
    signal: AbortSignal | undefined,
  ): Promise<string | undefined> {
    const { definition, kept, declined } = server;
    const asked = refusal.scope?.split(/\s+/).filter(Boolean) ?? [];
    const given = (await kept.read())?.scopes ?? [];
    const added = asked.filter((scope) => !given.includes(scope));
    if (added.length === 0) return undefined;
    const args = { server: definition.name, scopes: added.join(' ') };
    if (server.noes >= MOST_DECLINED || added.some((scope) => declined.has(scope)))
      throw oauthFault('scopesDeclined', args);
    server.challenge = { ...server.challenge, ...refusal };
    // A call that ends does not take the page away from the person who is on it.
    const asking = signInNow(server, added, new AbortController().signal).catch((error: unknown) => {
      if (!(error instanceof ServerFault) || error.because.code !== 'login.cancelled') throw error;
      for (const scope of added) declined.add(scope);
      server.noes++;
      throw oauthFault('scopesDeclined', args);
    });
    return (await untilAborted(asking, signal)).tokens?.access;
  }

  return {
    authorize: (definition) => {
      const server = serverOf(definition);
      if (server === undefined) return undefined;
      return (fetch) =>
        authorizedFetch({
          url: server.url,
          fetch,
          token: () => current(server),
          renewed: async (refused) => (await renewed(server, refused))?.access,
          stepUp: (refusal, signal) => stepUp(server, refusal, signal),
          unauthorized: (refusal) => {
            server.challenge = refusal;
          },
          sdk: loadSdk,
        });
    },
    signIn: async (definition, signal) => {
      const server = serverOf(definition);
      if (server === undefined) throw oauthFault('notForThis', { server: definition.name });
      await signInNow(server, [], signal);
    },
    hasTokens: async (definition) => (await serverOf(definition)?.kept.read())?.tokens !== undefined,
    clear: async (definition) => {
      const server = serverOf(definition);
      if (server === undefined) return true;
      server.turn++;
      server.declined.clear();
      server.noes = 0;
      const grant = await server.kept.read();
      await server.kept.forget();
      if (grant === undefined) return true;
      const signal = AbortSignal.timeout(REVOKE_MS);
      return revoke(grant, { fetch: limited(server, signal), sdk: await loadSdk() });
    },
  };
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
