// Where each rule of a settings file stands in its text, for editors and messages.
import { type Node, parseTree } from 'jsonc-parser';
import type { Behavior } from '../contracts/permission.ts';
import { placesIn } from './places.ts';

/** Offsets are UTF-16 units after a byte order mark, `end` exclusive; lines and columns count from 1. */
export type RulePlace = {
  behavior: Behavior;
  text: string;
  start: number;
  end: number;
  line: number;
  column: number;
  /** What to take out so that the rest stays valid: the entry and one comma. */
  removal: { start: number; end: number };
};

/** In the order of the text. Of a text that is not JSON, as far as it can be read. */
export function rulePlaces(text: string): RulePlace[] {
  const body = text.replace(/^\ufeff/, '');
  const root = parseTree(body, [], { allowTrailingComma: true, disallowComments: false });
  if (root?.type !== 'object') return [];
  const placeOf = placesIn(body);
  const lists = values(root, 'permissions').flatMap((permissions) => permissions.children ?? []);
  return lists.flatMap((property) => {
    const [key, list] = property.children ?? [];
    const behavior = (['deny', 'ask', 'allow'] as const).find((candidate) => candidate === key?.value);
    if (behavior === undefined || list === undefined) return [];
    return entries(list).map((entry, index, all): RulePlace => {
      const { line, column } = placeOf(entry.offset);
      const [start, end] = [entry.offset, entry.offset + entry.length];
      return { behavior, text: String(entry.value), start, end, line, column, removal: removalOf(all, index) };
    });
  });
}

function values(object: Node, name: string): Node[] {
  return (object.children ?? []).flatMap((property) => {
    const [key, value] = property.children ?? [];
    return key?.value === name && value !== undefined ? [value] : [];
  });
}

/** A single text where a list should be is read as its one entry. */
function entries(list: Node): Node[] {
  return (list.type === 'array' ? (list.children ?? []) : [list]).filter((entry) => entry.type === 'string');
}

function removalOf(all: Node[], index: number): { start: number; end: number } {
  const entry = all[index];
  if (entry === undefined) return { start: 0, end: 0 };
  const [before, after] = [all[index - 1], all[index + 1]];
  const end = entry.offset + entry.length;
  if (before !== undefined) return { start: before.offset + before.length, end };
  return { start: entry.offset, end: after?.offset ?? end };
}
