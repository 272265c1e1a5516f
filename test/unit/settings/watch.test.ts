// Changes of settings files are noticed however they come about, and reading is none.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { changedSince, watchSettings } from '../../../src/settings/watch.ts';

const base = realpathSync(mkdtempSync(path.join(tmpdir(), 'assent-watch-')));
after(() => rmSync(base, { recursive: true, force: true }));

/** Keeps the process alive while the watch, which does not, is waited for. */
async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !condition(); tries += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(condition());
}

test('what came, went or changed while it was read is noticed; what lay there is not', () => {
  const folder = path.join(base, 'since');
  mkdirSync(folder);
  const file = path.join(folder, 'settings.json');
  const told = (exists: boolean) => [{ scope: 'user' as const, file, exists }];
  const now = Date.now();
  assert.equal(changedSince([file], told(false), now), false);
  assert.equal(changedSince([file], told(true), now), true);
  writeFileSync(file, '{}');
  assert.equal(changedSince([file], told(false), now + 60_000), true);
  assert.equal(changedSince([file], told(true), now), true);
  assert.equal(changedSince([file], told(true), now + 60_000), false);
  // A file that no reading tells of, as that of the servers.
  assert.equal(changedSince([file], [], now), true);
});

for (const [name, pollMs] of [
  ['by events', 1_000_000],
  ['by looking', 20],
] as const) {
  test(`create, change, replace and remove: ${name}`, async () => {
    const folder = path.join(base, name);
    mkdirSync(folder);
    const file = path.join(folder, '.claude/settings.json');
    let changes = 0;
    const watch = watchSettings([file], () => (changes += 1), { debounceMs: 5, pollMs });
    const expectChange = async (change: () => void) => {
      const before = changes;
      change();
      await until(() => changes > before);
    };
    try {
      await expectChange(() => {
        mkdirSync(path.dirname(file));
        writeFileSync(file, '{}');
      });
      await expectChange(() => writeFileSync(file, '{"a":1}'));
      await expectChange(() => {
        writeFileSync(`${file}.new`, '{"b":1}');
        renameSync(`${file}.new`, file);
      });
      await expectChange(() => writeFileSync(file, '{"c":22}'));
      await expectChange(() => rmSync(file));
    } finally {
      watch.dispose();
    }
  });
}

test('reading and neighbours are no change, and nothing comes after the end', async () => {
  const file = path.join(base, 'quiet.json');
  writeFileSync(file, '{}');
  let changes = 0;
  const watch = watchSettings([file], () => (changes += 1), { debounceMs: 5, pollMs: 10 });
  readFileSync(file);
  writeFileSync(path.join(base, 'other.json'), '{}');
  await new Promise((resolve) => setTimeout(resolve, 60));
  assert.equal(changes, 0);
  watch.dispose();
  writeFileSync(file, '{"a":1}');
  await new Promise((resolve) => setTimeout(resolve, 60));
  assert.equal(changes, 0);
});

test('a new drop-in beside a file is a change', async () => {
  const folder = path.join(base, 'managed');
  mkdirSync(path.join(folder, 'managed-settings.d'), { recursive: true });
  let changes = 0;
  const watch = watchSettings([path.join(folder, 'managed-settings.json')], () => (changes += 1), {
    debounceMs: 5,
    pollMs: 20,
  });
  writeFileSync(path.join(folder, 'managed-settings.d/a.json'), '{}');
  await until(() => changes > 0);
  watch.dispose();
});
