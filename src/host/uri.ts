// Links into Assent: `/open?prompt=…&session=…`. They fill in and show; they never send. Besides there is the one address
// to which sign-ins come back, which counts only for a sign-in that waits.

import { withoutInvisible } from '../util/invisible.ts';

export type OpenRequest = { prompt: string; session: string | undefined };

const LONGEST = 20_000;

/** Undefined for any other path. What a person would not see is taken out of the text. */
export function parseOpenUri(path: string, query: string): OpenRequest | undefined {
  if (path.replace(/\/+$/, '') !== '/open') return undefined;
  const parameters = new URLSearchParams(query);
  const lines = (parameters.get('prompt') ?? '').replace(/\r\n?/g, '\n');
  const prompt = withoutInvisible(lines)
    .replace(/[^\P{C}\n\t]/gu, '')
    .slice(0, LONGEST);
  const session = parameters.get('session') ?? undefined;
  return { prompt, session: session !== undefined && /^[0-9a-f-]{36}$/i.test(session) ? session : undefined };
}

/** Whether a browser comes back from signing in. */
export function isRedirect(path: string): boolean {
  return path.replace(/\/+$/, '') === REDIRECT_PATH;
}

export const REDIRECT_PATH = '/oauth';
