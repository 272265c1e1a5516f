// The steps from here to a model, in the order in which they are taken and shown.
import type { HopName } from '../contracts/network.ts';

export const HOPS: readonly HopName[] = [
  'name',
  'proxy',
  'connection',
  'certificate',
  'clientCertificate',
  'authentication',
  'model',
];

export function inOrder<T extends { hop: HopName }>(hops: readonly T[]): T[] {
  return HOPS.flatMap((name) => hops.filter(({ hop }) => hop === name));
}
