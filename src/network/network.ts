// The one way out: proxy, authorities and client certificate of now, for whoever sends a request.
import type { Network } from '../contracts/network.ts';

type Env = Readonly<Record<string, string | undefined>>;

export function createNetwork(_options: { env(): Env }): Network {
  return {
    fetch: (url, init) => fetch(url, { redirect: 'manual', ...init }),
    refresh: () => {},
    async *probe() {},
  };
}
