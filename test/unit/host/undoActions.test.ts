import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JournalEntry, PlannedFile } from '../../../src/contracts/journal.ts';
import { pastActions, sorted, targetOf } from '../../../src/host/undoActions.ts';

let count = 0;
function entry(over: Partial<JournalEntry>): JournalEntry {
  const id = `e${++count}`;
  const none = { kind: 'absent' } as const;
  return {
    id,
    session: 's',
    message: 'm1',
    atMs: count,
    source: 'edit',
    path: '/a',
    before: none,
    after: none,
    ...over,
  };
}

test('the entries of a call are one action, newest action first, whatever came in between', () => {
  const first = entry({ call: 'c1', path: '/a' });
  const other = entry({ call: 'c2', path: '/b' });
  const formatter = entry({ call: 'c1', path: '/a', source: 'onSave' });
  const more = entry({ call: 'c1', path: '/c' });
  const [newest, oldest, ...rest] = pastActions([first, other, formatter, more]);
  assert.deepEqual(rest, []);
  assert.deepEqual([newest?.call, oldest?.call], ['c2', 'c1']);
  assert.deepEqual(oldest?.paths, ['/a', '/c']);
  assert.equal(oldest?.source, 'edit');
  assert.ok(oldest);
  assert.deepEqual(targetOf('s', oldest), { type: 'call', session: 's', call: 'c1' });
});

test('the files of one undo are one action; another undo, or a later one of the same file, is another', () => {
  const undo = (path: string, atMs: number, source: 'undo' | 'rewind' = 'undo') => entry({ path, atMs, source });
  const entries = [undo('/a', 100), undo('/b', 150), undo('/a', 200), undo('/c', 90_000), undo('/d', 90_001, 'rewind')];
  const actions = pastActions(entries).reverse();
  assert.deepEqual(
    actions.map(({ paths }) => paths),
    [['/a', '/b'], ['/a'], ['/c'], ['/d']],
  );
  const [both] = actions;
  assert.ok(both);
  const ids = entries.slice(0, 2).map(({ id }) => id);
  assert.deepEqual(targetOf('s', both), { type: 'entries', session: 's', entries: ids });
});

test('every file of a plan stands in one group, and only what would be written counts as going back', () => {
  const because = { code: 'journal.changedSince', args: { path: '/x' } };
  const encoding = { name: 'utf-8', bom: false };
  const change = { path: '/a', kind: 'modify' as const, before: 'a', after: 'b', encoding, hunks: [] };
  const file = { path: '/a', entries: [] };
  const files: PlannedFile[] = [
    { ...file, outcome: 'change', change, merged: false, buffer: false },
    { ...file, outcome: 'mode', mode: 0o644 },
    { ...file, outcome: 'bytes', from: { kind: 'absent' }, to: { kind: 'absent' } },
    { ...file, outcome: 'conflict', because },
    { ...file, outcome: 'unknown', because },
    { ...file, outcome: 'nothing' },
  ];
  const groups = sorted({ session: 's', source: 'undo', message: 'm', files });
  assert.deepEqual(
    groups.going.map(({ outcome }) => outcome),
    ['change', 'mode', 'bytes'],
  );
  assert.equal(Object.values(groups).flat().length, files.length);
});
