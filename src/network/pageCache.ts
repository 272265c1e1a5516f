// Pages that were fetched a moment ago, in memory and in bounds.
import type { Fetched, FetchOptions } from '../contracts/fetch.ts';

type Page = Extract<Fetched, { kind: 'page' }>;
type Internal = FetchOptions['allowInternal'];

const KEPT_MS = 15 * 60_000;
const MOST = 50;

export function createPageCache(now: () => number) {
  const pages = new Map<string, { page: Page; untilMs: number }>();
  // A page of an internal host is for those only who may go there.
  const keyOf = (url: string, internal: Internal) => `${internal} ${url}`;
  return {
    get(url: string, internal: Internal): Page | undefined {
      const key = keyOf(url, internal);
      const found = pages.get(key);
      if (found === undefined || found.untilMs > now()) return found?.page;
      pages.delete(key);
      return undefined;
    },
    put(url: string, internal: Internal, page: Page): void {
      const key = keyOf(url, internal);
      pages.delete(key);
      pages.set(key, { page, untilMs: now() + KEPT_MS });
      const [oldest] = pages.keys();
      if (pages.size > MOST && oldest !== undefined) pages.delete(oldest);
    },
  };
}
