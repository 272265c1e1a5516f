// Links into Assent: `/open?prompt=…&session=…`. They fill in and show; they never send, and nothing else is reachable.

export type OpenRequest = { prompt: string; session: string | undefined };

const LONGEST = 20_000;

/** Undefined for any other path. Control and bidi characters are taken out of the text. */
export function parseOpenUri(path: string, query: string): OpenRequest | undefined {
  if (path.replace(/\/+$/, '') !== '/open') return undefined;
  const parameters = new URLSearchParams(query);
  const prompt = (parameters.get('prompt') ?? '')
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{C}\n\t]/gu, '')
    .slice(0, LONGEST);
  const session = parameters.get('session') ?? undefined;
  return { prompt, session: session !== undefined && /^[0-9a-f-]{36}$/i.test(session) ? session : undefined };
}
