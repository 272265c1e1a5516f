// Reads a web address as it will be asked for, so that what is judged, shown and fetched is the same text.
import { isInternalHost } from './internalHost.ts';

const LONGEST = 8_000;

/**
 * The address in the one form that everything else uses: `https` in the place of `http`, host names as they go over the
 * wire, no fragment. Only hosts that are internal by their name keep `http`: a certificate for them is rare.
 */
export function webUrl(text: string): { url: string } | { fault: string } {
  if (text.length > LONGEST) return { fault: `expected an address of at most ${LONGEST} characters` };
  // A parser would drop or turn these in silence, and a person would read another host.
  if (/[\s\\\u0000-\u001f\u007f]/.test(text))
    return { fault: 'an address holds no blanks, backslashes or control characters' };
  if (!/^https?:\/\/[^/]/i.test(text) || !URL.canParse(text)) {
    return { fault: 'expected a whole address that begins with https://' };
  }
  const url = new URL(text);
  if (url.username !== '' || url.password !== '')
    return { fault: 'an address with a user name or password is not fetched' };
  if (url.protocol === 'http:' && !isInternalHost(url.hostname)) url.protocol = 'https:';
  url.hash = '';
  return { url: url.href };
}
