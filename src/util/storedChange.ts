// A change as it was written to a file of ours, read back.
import type { Change, Hunk } from '../contracts/edit.ts';
import { isObject } from './jsonValue.ts';

export function isHunk(value: unknown): value is Hunk {
  return (
    isObject(value) &&
    ['id', 'before', 'after'].every((key) => typeof value[key] === 'string') &&
    ['beforeStart', 'beforeCount', 'afterStart', 'afterCount'].every((key) => typeof value[key] === 'number')
  );
}

export function isChange(value: unknown): value is Change {
  if (!isObject(value)) return false;
  const { path, kind, before, after, encoding, hunks } = value;
  return (
    [path, before, after].every((text) => typeof text === 'string') &&
    (kind === 'create' || kind === 'modify' || kind === 'delete') &&
    isObject(encoding) &&
    typeof encoding['name'] === 'string' &&
    typeof encoding['bom'] === 'boolean' &&
    Array.isArray(hunks) &&
    hunks.every(isHunk)
  );
}
