// A page of the web, as the part that fetches it gives it to tools.

export type FetchOptions = {
  signal: AbortSignal;
  /** The person or a rule named this host although it is of one's own machine or network; a text: this address alone. */
  allowInternal: boolean | string;
  /** Asked before a redirect within the same host is followed; false gives the redirect back. */
  mayFollow(url: string): Promise<boolean>;
};

export type Fetched =
  /** `text` is Markdown for a page, otherwise the text as it came. `cut`: there was more of it. */
  | { kind: 'page'; url: string; title?: string; text: string; cut: boolean; unchecked: boolean }
  /** Leads to another host, or to where nobody may follow unasked. */
  | { kind: 'redirect'; url: string; status: number }
  /** The host leads to an address of one's own machine or network; nothing was sent. */
  | { kind: 'internal'; host: string; address: string };

/**
 * Fetches an address that `webUrl` gave. Rejects with a reason the model can read. `unchecked` in the answer: only the
 * proxy knew the address of the host.
 */
export type FetchPage = (url: string, options: FetchOptions) => Promise<Fetched>;
