// Addresses and names that belong to no public server: this machine, the own network, the metadata of a cloud.
import { BlockList, isIP } from 'node:net';

const NOT_PUBLIC_4: ReadonlyArray<[string, number]> = [
  ...(['0.0.0.0', '10.0.0.0', '127.0.0.0'] as const).map((net): [string, number] => [net, 8]),
  ['100.64.0.0', 10],
  // Answers inside one cloud only, with the machine's own secrets.
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  // Multicast, reserved, broadcast.
  ['224.0.0.0', 3],
];
/** Of the addresses that are public by their first bits: tunnels, whose other end nobody checked, and examples. */
const NOT_PUBLIC_6: ReadonlyArray<[string, number]> = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];
const notPublic = new BlockList();
for (const [net, prefix] of NOT_PUBLIC_4) notPublic.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of NOT_PUBLIC_6) notPublic.addSubnet(net, prefix, 'ipv6');
const public6 = new BlockList();
public6.addSubnet('2000::', 3, 'ipv6');

const LOCAL_NAME = /(^|\.)(localhost|local|internal|intranet|lan|home|corp|private|localdomain|home\.arpa)$/;
/** `10.0.0.5.nip.io` and its like lead to the address they name. */
const NAMES_ADDRESS = /(^|[.-])(\d{1,3}[.-]){3}\d{1,3}\./;
/** Services whose names lead to whatever address they hold, or to this machine. */
const NAMES_ANY = /(^|\.)((nip|sslip|xip)\.io|(localtest|lvh|vcap|traefik)\.me|lacolhost\.com)$/;

/** Whether a host says by itself that it is no public one. A name may still lead to such an address: `isInternalAddress`. */
export function isInternalHost(host: string): boolean {
  const name = bareHost(host);
  if (isIP(name) !== 0) return isInternalAddress(name);
  return !name.includes('.') || LOCAL_NAME.test(name) || NAMES_ADDRESS.test(name) || NAMES_ANY.test(name);
}

/** For an address as the system gives it; what is no address counts as internal. */
export function isInternalAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return notPublic.check(address, 'ipv4');
  // A zone (`%eth0`) is only needed on a link of one's own.
  if (family !== 6 || address.includes('%')) return true;
  const inside = embedded4(address);
  if (inside !== undefined) return notPublic.check(inside, 'ipv4');
  return !public6.check(address, 'ipv6') || notPublic.check(address, 'ipv6');
}

/** Lower case, without the brackets of an IPv6 address and without dots at the end. */
export function bareHost(host: string): string {
  return host
    .replace(/^\[|\]$/g, '')
    .replace(/\.+$/, '')
    .toLowerCase();
}

/** The IPv4 address that `::ffff:1.2.3.4` and, behind a translator, `64:ff9b::1.2.3.4` stand for. */
function embedded4(address: string): string | undefined {
  const words = wordsOf(address);
  const front = words.slice(0, 6).join(':');
  if (front !== '0:0:0:0:0:65535' && front !== `${0x64}:${0xff9b}:0:0:0:0`) return undefined;
  return words
    .slice(6)
    .flatMap((word) => [word >> 8, word & 255])
    .join('.');
}

/** The eight groups of a valid IPv6 address. */
function wordsOf(address: string): number[] {
  const plain = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...parts: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = parts.slice(0, 4).map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [head = [], tail = []] = plain
    .split('::')
    .map((half) => (half === '' ? [] : half.split(':').map((word) => Number.parseInt(word, 16))));
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}
