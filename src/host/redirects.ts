// Where browsers come back to, for whoever signs in: a team's login, or a server of tools. No `vscode` here.
//
//   const redirect = await redirects.receive({ state, signal });   // redirect.redirectUri goes into the request
//   const came = await redirect.result;                            // its query holds `code`, or `error`
//   redirect.dispose();                                            // whatever happened
//
// The ways, and who takes which:
// - a listener on this machine; for VS Code on a desktop, which carries the port over from a remote machine by itself;
// - VS Code's own address for this extension (`vscode://assent.assent/oauth`), which `openUri` is told of; in a browser;
// - an address that the person copies from the browser (`Redirect.accept`): always possible, and the last resort where
//   the registered address leads to a machine that is not this one.
// Each counts once, only with the `state` of the request, and only until the time is over.
import type { ReceiveRedirect, Redirect } from '../contracts/login.ts';
import { LoginFailure } from '../util/loginFailure.ts';
import { type LandingPage, listenOnLoopback, PortTaken } from './loopback.ts';

export type RedirectPlace = {
  /** VS Code runs in a browser, so nothing listens on the machine of the person. */
  web: boolean;
  /** The extension runs on another machine than the desktop. */
  remote: boolean;
  /** `vscode://assent.assent/oauth`, in the scheme of this VS Code. */
  own: string;
  /** As `vscode.env.asExternalUri`. */
  external(address: string): Promise<string>;
  page: LandingPage;
  timeoutMs: number;
};

export type Redirects = {
  receive: ReceiveRedirect;
  /** What VS Code was asked to open; false when nobody waits for it. */
  openUri(query: string): boolean;
};

type Waiting = { answer(query: URLSearchParams): boolean };

export function createRedirects(place: RedirectPlace): Redirects {
  const waiting = new Map<string, Waiting>();
  const answer = (query: URLSearchParams) => waiting.get(query.get('state') ?? '')?.answer(query) ?? false;

  const receive: ReceiveRedirect = async ({ state, at, signal }) => {
    const way = await openWay(at, place, answer);
    let settle: { resolve(url: URL): void; reject(error: Error): void } | undefined;
    const result = new Promise<URL>((resolve, reject) => {
      settle = { resolve, reject };
    });
    // Whoever waits for it hears of it; who no longer does need not.
    result.catch(() => {});
    const end = () => {
      waiting.delete(state);
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      way.close();
    };
    const give = (error: LoginFailure) => {
      end();
      settle?.reject(error);
    };
    const abort = () => give(new LoginFailure('cancelled'));
    const minutes = Math.round(place.timeoutMs / 60_000);
    const timer = setTimeout(() => give(new LoginFailure('timeout', { minutes: String(minutes) })), place.timeoutMs);
    timer.unref?.();
    waiting.set(state, {
      answer: (query) => {
        if (!query.has('code') && !query.has('error')) return false;
        const came = new URL(way.redirectUri);
        came.search = query.toString();
        end();
        settle?.resolve(came);
        return true;
      },
    });
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    const redirect: Redirect = {
      redirectUri: way.redirectUri,
      result,
      accept: (address) => {
        const text = address.trim();
        // A person may copy the query only.
        const query = URL.canParse(text) ? new URL(text).searchParams : new URLSearchParams(text.replace(/^\?/, ''));
        return query.get('state') === state && answer(query);
      },
      dispose: abort,
    };
    return redirect;
  };
  return { receive, openUri: (query) => answer(new URLSearchParams(query)) };
}

type Way = { redirectUri: string; close(): void };

async function openWay(
  at: string | undefined,
  place: RedirectPlace,
  answer: (query: URLSearchParams) => boolean,
): Promise<Way> {
  const url = at === undefined || !URL.canParse(at) ? undefined : new URL(at);
  const own = async (): Promise<Way> => ({
    // On a desktop it is the same for every window, so it can be registered; in a browser it is made for each request.
    redirectUri: place.web ? await place.external(place.own) : place.own,
    close: () => {},
  });
  if (at === undefined ? place.web : at === place.own) return own();
  if (at !== undefined && (url === undefined || !isLoopback(url)))
    throw new LoginFailure('badRedirect', { address: at, own: place.own });

  const registered = url ?? new URL('http://127.0.0.1/callback');
  const port = Number(registered.port || 0);
  let listener: { port: number; close(): void };
  try {
    listener = await listenOnLoopback(
      registered.hostname === '[::1]' ? '::1' : '127.0.0.1',
      port,
      registered.pathname,
      answer,
      place.page,
    );
  } catch (error) {
    if (error instanceof PortTaken) throw new LoginFailure('portTaken', { port: String(port) });
    throw error;
  }
  const address = new URL(registered);
  address.port = String(listener.port);
  if (place.remote && !place.web) {
    // VS Code listens on the desktop and carries over. Where any port may be used, its own can be another one.
    const outside = await place.external(`http://${registered.hostname}:${listener.port}/`).catch(() => '');
    const there = URL.canParse(outside) ? new URL(outside) : undefined;
    if (there !== undefined && isLoopback(there) && port === 0) address.port = there.port || '80';
  }
  return { redirectUri: address.href, close: listener.close };
}

function isLoopback({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && /^(127\.0\.0\.1|localhost|\[::1\])$/.test(hostname);
}
