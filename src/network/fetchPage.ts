// Fetches a page of the web: GET alone, no cookies, no credentials, checked addresses, and bounds on everything.
import { lookup } from 'node:dns/promises';
import { STATUS_CODES } from 'node:http';
import type { Fetched, FetchOptions, FetchPage } from '../contracts/fetch.ts';
import { bareHost } from '../util/internalHost.ts';
import { cutEnd } from '../util/truncate.ts';
import { webUrl } from '../util/webUrl.ts';
import { InternalAddress, openConnection } from './connection.ts';
import { decodeText } from './decodeText.ts';
import { htmlToMarkdown } from './htmlToMarkdown.ts';
import { type FetchLimits, NotFetched, TooLarge } from './notFetched.ts';
import type { Ways } from './openSocket.ts';
import { createPageCache } from './pageCache.ts';
import { readBody } from './readBody.ts';
import type { Resolve } from './resolve.ts';
import { sayFetchFailure } from './sayFetchFailure.ts';
import { untilAborted } from './untilAborted.ts';

export type FetchPageOptions = {
  /** Proxies and certificates that count now; asked for every page. */
  ways: Ways;
  /** Default: the system's. */
  resolve?: Resolve;
  now?(): number;
  limits?: Partial<FetchLimits>;
};

const LIMITS: FetchLimits = { bytes: 10_000_000, characters: 100_000, connectMs: 10_000, totalMs: 60_000 };
const MOST_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const HEADERS = {
  accept: 'text/markdown, text/html;q=0.9, text/plain;q=0.8, application/json;q=0.8, */*;q=0.1',
  'accept-encoding': 'gzip, deflate, br',
  'user-agent': 'Assent',
};

/** Pages are kept for 15 minutes, in memory. */
export function createFetchPage(options: FetchPageOptions): FetchPage {
  const limits = { ...LIMITS, ...options.limits };
  const resolve: Resolve = options.resolve ?? ((host) => lookup(host, { all: true, verbatim: true }));
  const cache = createPageCache(options.now ?? Date.now);
  return async (address, how) => {
    const known = cache.get(address, how.allowInternal);
    if (known !== undefined) return known;
    const deadline = AbortSignal.timeout(limits.totalMs);
    const signal = AbortSignal.any([how.signal, deadline]);
    try {
      const fetched = await follow(address, { ...how, signal }, { limits, resolve, ways: options.ways });
      if (fetched.kind === 'page') cache.put(address, how.allowInternal, fetched);
      return fetched;
    } catch (error) {
      if (error instanceof InternalAddress) return { kind: 'internal', host: error.host, address: error.address };
      how.signal.throwIfAborted();
      throw new Error(sayFetchFailure(error, address, { ...limits, late: deadline.aborted }));
    }
  };
}

type Means = { limits: FetchLimits; resolve: Resolve; ways: Ways };

async function follow(address: string, how: FetchOptions, means: Means): Promise<Fetched> {
  let url = new URL(address);
  for (let followed = 0; ; followed++) {
    const step = await request(url, how, means);
    if (step.kind !== 'leads') return step;
    if (step.to.host !== url.host || step.to.protocol !== url.protocol || !(await how.mayFollow(step.to.href))) {
      return { kind: 'redirect', url: step.to.href, status: step.status };
    }
    if (followed >= MOST_REDIRECTS) throw new NotFetched(`redirects more than ${MOST_REDIRECTS} times`);
    url = step.to;
  }
}

async function request(
  url: URL,
  how: FetchOptions,
  { limits, resolve, ways }: Means,
): Promise<Fetched | { kind: 'leads'; to: URL; status: number }> {
  const { signal, allowInternal } = how;
  const connection = await untilAborted(
    openConnection(url, { ways, resolve, allowInternal, connectMs: limits.connectMs, signal }),
    signal,
  );
  const { dispatcher, unchecked } = connection;
  try {
    // The client hears of an end only once it is connected.
    const answer = await untilAborted(
      dispatcher.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: 'GET',
        headers: HEADERS,
        signal,
      }),
      signal,
    );
    const { statusCode: status, headers, body } = answer;
    const header = (name: string) => String(headers[name] ?? '');
    // What comes after is not read; that it breaks off is no news.
    body.on('error', () => {});
    if (REDIRECTS.has(status) && header('location') !== '') {
      return { kind: 'leads', to: redirectTarget(header('location'), url), status };
    }
    if (status >= 300 || status < 200) throw new NotFetched(`answered ${status} ${STATUS_CODES[status] ?? ''}`.trim());
    const kind = kindOf(header('content-type'));
    if (Number(header('content-length')) > limits.bytes) throw new TooLarge(limits.bytes);
    const bytes = await readBody(body, header('content-encoding'), limits.bytes);
    const page = await pageOf({ bytes, kind, contentType: header('content-type') }, url, limits, signal);
    return { kind: 'page', url: url.href, unchecked, ...page };
  } finally {
    // Ends what is left of the connection; nothing is waited for.
    void dispatcher.destroy().catch(() => {});
  }
}

function redirectTarget(location: string, from: URL): URL {
  if (!URL.canParse(location, from)) throw new NotFetched('redirects to what is no address');
  const to = new URL(location, from);
  if (to.protocol !== 'https:' && to.protocol !== 'http:')
    throw new NotFetched(`redirects to an address of the kind ${to.protocol.slice(0, 20)}, which is not fetched`);
  if (to.protocol === 'http:' && from.protocol === 'https:') {
    // On another host the next call upgrades it; on this one the server refuses to be encrypted.
    if (bareHost(to.hostname) === bareHost(from.hostname))
      throw new NotFetched('redirects from https to http, which is not followed');
  }
  const read = webUrl(to.href);
  if ('fault' in read) throw new NotFetched(`redirects to an address that is not fetched: ${read.fault}`);
  return new URL(read.url);
}

type Kind = 'html' | 'text' | 'unknown';

function kindOf(contentType: string): Kind {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === '') return 'unknown';
  if (type === 'text/html' || type === 'application/xhtml+xml') return 'html';
  if (
    /^text\/|[/+](json|xml|yaml|x-yaml|toml|javascript|x-javascript|ecmascript|x-ndjson|x-sh|sql|graphql|rtf)$/.test(
      type,
    )
  )
    return 'text';
  // What the server says here goes to the model as it is, so it has to be a type and no text.
  if (!/^[a-z0-9]{1,20}\/[\w.+-]{1,60}$/.test(type)) throw new NotFetched('is a file of an unknown type');
  throw new NotFetched(
    type === 'application/pdf' || type.startsWith('image/')
      ? `is a file of the type ${type}, which WebFetch does not read. If the user wants it, download it with a command and use Read`
      : `is a file of the type ${type}, which is no text`,
  );
}

async function pageOf(
  { bytes, kind, contentType }: { bytes: Uint8Array; kind: Kind; contentType: string },
  url: URL,
  { characters }: FetchLimits,
  signal: AbortSignal,
) {
  if (kind === 'unknown' && bytes.subarray(0, 1024).includes(0))
    throw new NotFetched('is a file of an unknown type, which is no text');
  const text = decodeText(bytes, contentType);
  if (kind === 'html' || (kind === 'unknown' && /^\s*<(!doctype html|html)/i.test(text))) {
    const { title, text: markdown, cut } = await htmlToMarkdown(text, url.href, characters, signal);
    return {
      ...(title === undefined ? {} : { title }),
      text: cutEnd(markdown, characters),
      cut: cut || markdown.length > characters,
    };
  }
  return { text: cutEnd(text, characters), cut: text.length > characters };
}
