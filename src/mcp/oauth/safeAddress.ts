// Which addresses a server may send us, or the person, to.
import { bareHost, isInternalHost } from '../../util/internalHost.ts';

/**
 * https without a user name; http on this machine alone, and only for servers of this machine. What a public server
 * names must be public as well: nobody outside may have requests made inside.
 */
export function mayBeUsed(address: URL, server: URL): boolean {
  if (address.username !== '' || address.password !== '') return false;
  if (isThisMachine(address)) return /^https?:$/.test(address.protocol) && isThisMachine(server);
  if (address.protocol !== 'https:') return false;
  return isInternalHost(server.hostname) || !isInternalHost(address.hostname);
}

export function isThisMachine({ hostname }: URL): boolean {
  const name = bareHost(hostname);
  return name === 'localhost' || name === '::1' || /^127\.\d+\.\d+\.\d+$/.test(name);
}

/**
 * The same host, or one below the other. A page of somebody else's host would ask for that one's sign-in, whose answer
 * would then be handed to `issuer`.
 */
export function isOfSameHost(page: URL, issuer: URL): boolean {
  if (isThisMachine(page) && isThisMachine(issuer)) return true;
  const [a, b] = [bareHost(page.hostname), bareHost(issuer.hostname)];
  const below = (name: string, of: string) => of.includes('.') && name.endsWith(`.${of}`);
  return a === b || below(a, b) || below(b, a);
}
