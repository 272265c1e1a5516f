// Whether two blocks of a request are the same bytes when they are sent, told without writing either: what did not change
// is mostly the very same text or object.
import type { WireBlock } from './wireBody.ts';

/** Of the body of a request, so nothing but what JSON can carry. The marker for the cache does not count. */
export function sameContent(one: WireBlock, other: WireBlock): boolean {
  return one === other || sameFields(one, unmarked(one), other, unmarked(other));
}

function unmarked(block: WireBlock): string[] {
  const keys = Object.keys(block);
  return 'cache_control' in block ? keys.filter((key) => key !== 'cache_control') : keys;
}

/** In the same order, too. */
function sameFields(one: WireBlock, keys: readonly string[], other: WireBlock, others: readonly string[]): boolean {
  return keys.length === others.length && keys.every((key, at) => key === others[at] && same(one[key], other[key]));
}

function same(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (!hasFields(one) || !hasFields(other) || Array.isArray(one) !== Array.isArray(other)) return false;
  return sameFields(one, Object.keys(one), other, Object.keys(other));
}

function hasFields(value: unknown): value is WireBlock {
  return typeof value === 'object' && value !== null;
}
