// Sign-ins to servers as the product makes them, with a browser that goes all the way and a person who says yes.
import type { SecretStore } from '../../../src/contracts/login.ts';
import type { ServerSignIn } from '../../../src/contracts/mcp.ts';
import { createRedirects } from '../../../src/host/redirects.ts';
import { createServerLogins, type ServerLogins, type ServerLoginsParts } from '../../../src/mcp/oauth/serverLogins.ts';

export type Store = SecretStore & { entries: Map<string, string> };

/** Answers later, as VS Code's does. */
export function secretStore(): Store {
  const entries = new Map<string, string>();
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    entries,
    get: async (key) => {
      await turn();
      return entries.get(key);
    },
    store: async (key, value) => {
      await turn();
      entries.set(key, value);
    },
    delete: async (key) => {
      await turn();
      entries.delete(key);
    },
  };
}

export const redirects = createRedirects({
  web: false,
  remote: false,
  own: 'com.example.editor://assent.assent/oauth',
  external: async (address) => address,
  page: (which) => ({ title: which, text: `It is ${which}.` }),
  timeoutMs: 20_000,
});

/** `visit` takes the address of the page and resolves to the one the browser was sent back to. */
export type Visit = (page: string, redirectUri: string) => Promise<string>;
/** Where the page asks nothing, and sends the browser back at once. */
export const passThrough: Visit = async (page) => {
  const response = await fetch(page, { redirect: 'manual' });
  return response.headers.get('location') ?? '';
};

export type Window = {
  logins: ServerLogins;
  store: Store;
  /** What the person was shown before the browser opened. */
  shown: ServerSignIn[];
  pages: URL[];
  hidden: Set<string>;
  clock: { ms: number };
};

export function windowOf(visit: Visit, more: Partial<ServerLoginsParts> & { secrets?: Store } = {}): Window {
  const store = more.secrets ?? secretStore();
  const shown: ServerSignIn[] = [];
  const pages: URL[] = [];
  const hidden = new Set<string>();
  const clock = { ms: 0 };
  const logins = createServerLogins({
    fetch: (url, init) => fetch(url, { redirect: 'manual', ...init }),
    now: () => Date.now() + clock.ms,
    env: () => ({}),
    alone: (_name, work) => work(),
    hide: (secret) => hidden.add(secret),
    where: 'desktop',
    receive: redirects.receive,
    confirm: async (request) => {
      shown.push(request);
      return true;
    },
    open: async (address, redirect) => {
      pages.push(new URL(address));
      await fetch(await visit(address, redirect.redirectUri));
    },
    ...more,
    secrets: store,
  });
  return { logins, store, shown, pages, hidden, clock };
}
