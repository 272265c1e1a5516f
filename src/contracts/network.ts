// How requests leave this machine, and what can be said of the way they take.
import type { Because } from './permission.ts';

/** As the platform's. */
export type Fetch = typeof globalThis.fetch;

/** What the editor's own settings say; nothing of it comes from a repository. */
export type EditorNetwork = {
  /** Left out also where the editor is told to use no proxy. */
  proxy?: string;
  noProxy: readonly string[];
  /** The value of a header for `proxy`: a secret. */
  proxyAuthorization?: string;
  /** False: `proxy` may show any certificate of its own. Nothing else is checked less. */
  strictSsl: boolean;
  /** The authorities of the system count. */
  systemCertificates: boolean;
};

/** The steps from here to a service, in the order in which they are taken. */
export type HopName =
  | 'name'
  | 'proxy'
  | 'connection'
  | 'certificate'
  | 'clientCertificate'
  | 'authentication'
  | 'model';
/** `because` says what was found, or for a failure what to change. `skipped`: there is nothing of the kind on the way. */
export type Hop = { hop: HopName; state: 'ok' | 'failed' | 'skipped'; because: Because; durationMs: number };

/** The one way out for model calls, fetched pages, servers of tools and telemetry alike. */
export interface Network {
  /**
   * Through the proxy, with the authorities and the client certificate that count now. A redirect is not followed unless
   * `init.redirect` says 'follow'. Rejects as the platform's does: an Error in whose causes the system's code stands.
   */
  fetch: Fetch;
  /** Kept connections are closed and certificates read again: settings were applied, or the machine has slept. */
  refresh(): void;
  /** Goes the way to the host of `url` hop by hop up to the client certificate, and ends with the first that fails. Never throws. */
  probe(url: URL, signal: AbortSignal): AsyncIterable<Hop>;
}
