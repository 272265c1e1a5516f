import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { importsIn, withoutComments } from '../../../src/instructions/markdown.ts';
import { loadMemory, type MemoryOptions } from '../../../src/instructions/memory.ts';
import { asNobody } from '../../support/asNobody.ts';

type Hook = { after(done: () => Promise<void>): void };

/** A small world: home, config folder, managed folder, a repository with a package in it. */
async function world(t: Hook, files: Record<string, string>, change: Partial<MemoryOptions> = {}) {
  const base = await realpath(await mkdtemp(path.join(tmpdir(), 'assent-memory-')));
  t.after(() => rm(base, { recursive: true, force: true }));
  for (const folder of ['home/.claude', 'managed', 'repo/pkg', 'outside'])
    await mkdir(path.join(base, folder), { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(base, name)), { recursive: true });
    await writeFile(path.join(base, name), text.replaceAll('BASE', base));
  }
  const load = async (more: Partial<MemoryOptions> = {}) => {
    const memory = await loadMemory({
      root: path.join(base, 'repo/pkg'),
      home: path.join(base, 'home'),
      configDir: path.join(base, 'home/.claude'),
      managedDir: path.join(base, 'managed'),
      excludes: [],
      env: {},
      isDenied: async () => false,
      ...change,
      ...more,
    });
    return {
      texts: memory.files.map((file) => file.text),
      names: memory.files.map((file) => `${file.scope} ${path.relative(base, file.path)}`),
      notices: memory.notices.map(
        (notice) => `${notice.code} ${Object.values(notice.args).join(' ').replaceAll(`${base}/`, '')}`,
      ),
    };
  };
  return { base, load };
}

test('the order: organisation, person, each folder from the top, local last in each; imports right after their file', async (t) => {
  const { load } = await world(t, {
    'managed/CLAUDE.md': 'managed',
    'home/.claude/CLAUDE.md': 'user',
    'home/.claude/rules/b.md': 'user rule',
    'repo/CLAUDE.md': 'repo',
    'repo/.claude/CLAUDE.md': 'repo hidden',
    'repo/CLAUDE.local.md': 'repo local',
    'repo/pkg/CLAUDE.md': 'pkg, see @docs/how.md',
    'repo/pkg/docs/how.md': 'how',
    'repo/pkg/.claude/rules/deep/r.md': 'rule',
    'repo/pkg/.claude/rules/typed.md': '---\npaths: "**/*.ts"\n---\nonly for TypeScript',
    'repo/pkg/CLAUDE.local.md': 'pkg local',
    'repo/pkg/sub/CLAUDE.md': 'only when something there is read',
  });
  assert.deepEqual((await load()).names, [
    'managed managed/CLAUDE.md',
    'user home/.claude/CLAUDE.md',
    'user home/.claude/rules/b.md',
    'project repo/CLAUDE.md',
    'project repo/.claude/CLAUDE.md',
    'local repo/CLAUDE.local.md',
    'project repo/pkg/CLAUDE.md',
    'project repo/pkg/docs/how.md',
    'project repo/pkg/.claude/rules/deep/r.md',
    'local repo/pkg/CLAUDE.local.md',
  ]);
});

test('imports go four hops and no further, circles end, code is no import, a missing file is no error', async (t) => {
  const { load } = await world(t, {
    'repo/pkg/CLAUDE.md':
      '@a.md @none.md `@code.md`\n```\n@fenced.md\n```\n~~~md\n@tilde.md\n```\n@still.md\n~~~\nmail me@x.md',
    'repo/pkg/a.md': 'a @b.md',
    'repo/pkg/b.md': 'b @c.md @a.md @CLAUDE.md',
    'repo/pkg/c.md': 'c @d.md',
    'repo/pkg/d.md': 'd @e.md',
    'repo/pkg/e.md': 'too far',
    ...Object.fromEntries(['code', 'fenced', 'tilde', 'still', 'x'].map((name) => [`repo/pkg/${name}.md`, 'wrong'])),
  });
  const { names, notices } = await load();
  assert.deepEqual(
    names.map((name) => path.basename(name)),
    ['CLAUDE.md', 'a.md', 'b.md', 'c.md', 'd.md'],
  );
  assert.deepEqual(notices, []);
});

test('a file of the repository brings nothing in from outside: not by path, by home, by .., nor by a link', async (t) => {
  const { base, load } = await world(t, {
    'repo/pkg/CLAUDE.md': '@~/secret.md @BASE/outside/o.md @../../outside/p.md @link.md @../sibling.md',
    'home/secret.md': 'SECRET',
    'outside/o.md': 'SECRET',
    'outside/p.md': 'SECRET',
    'repo/sibling.md': 'SECRET, outside of the project folder',
    'home/.claude/CLAUDE.md': '@~/secret-of-mine.md',
    'home/secret-of-mine.md': 'mine',
  });
  await symlink(path.join(base, 'home/secret.md'), path.join(base, 'repo/pkg/link.md'));
  const { texts, notices } = await load();
  assert.ok(!texts.join().includes('SECRET'));
  assert.ok(texts.includes('mine'), "the person's own file may import what it likes");
  assert.equal(notices.length, 1);
  assert.match(
    notices[0] ?? '',
    /^instructions\.external .*home\/secret\.md.*outside\/o\.md.*outside\/p\.md.*link\.md.*sibling\.md/,
  );
});

test('a memory file that is itself a link out of the repository is not read', async (t) => {
  const { base, load } = await world(t, { 'home/.ssh/id': 'PRIVATE' });
  await symlink(path.join(base, 'home/.ssh/id'), path.join(base, 'repo/pkg/CLAUDE.md'));
  const { texts, notices } = await load();
  assert.deepEqual(texts, []);
  assert.match(notices[0] ?? '', /instructions\.external/);
});

test('what a rule denies, what is too large, excluded, unreadable or binary stays out', async (t) => {
  const { base, load } = await world(t, {
    'managed/CLAUDE.md': 'managed',
    'repo/CLAUDE.md': 'excluded',
    'repo/CLAUDE.local.md': 'denied',
    'repo/pkg/CLAUDE.md': 'kept @pic.png @dir',
    'repo/pkg/pic.png': 'a\0b',
    'repo/pkg/dir/x.md': 'x',
    'repo/pkg/CLAUDE.local.md': 'x'.repeat(4 * 1024 * 1024 + 1),
  });
  const { texts, notices } = await load({
    excludes: [`${base}/re*o/{CLAUDE,X}.md`, '**/managed/**'],
    isDenied: async (file) => file.endsWith('repo/CLAUDE.local.md'),
  });
  assert.deepEqual(texts, ['managed', 'kept @pic.png @dir']);
  assert.deepEqual(notices, [
    'instructions.denied repo/CLAUDE.local.md',
    'instructions.tooLarge repo/pkg/CLAUDE.local.md',
  ]);
});

test('a file that may not be read is said', async (t) => {
  const { base, load } = await world(t, { 'repo/pkg/CLAUDE.md': 'x' });
  await chmod(path.join(base, 'repo/pkg/CLAUDE.md'), 0);
  assert.match((await asNobody(base, () => load())).notices[0] ?? '', /instructions\.unreadable.*EACCES/);
});

test('memory can be switched off', async (t) => {
  const { load } = await world(t, { 'repo/pkg/CLAUDE.md': 'x' });
  assert.deepEqual((await load({ env: { CLAUDE_CODE_DISABLE_CLAUDE_MDS: '1' } })).names, []);
});

test('comments at the start of a line are left out, not those in code', () => {
  assert.equal(withoutComments('a\n<!-- one\ntwo -->\nb\n'), 'a\nb\n');
  assert.equal(withoutComments('<!-- x --> rest\n'), 'rest\n');
  assert.equal(withoutComments('```\n<!-- kept -->\n```\n'), '```\n<!-- kept -->\n```\n');
  assert.equal(withoutComments('text <!-- inline -->\n'), 'text <!-- inline -->\n');
  assert.equal(withoutComments('<!-- never closed\nb'), '<!-- never closed\nb');
});

test('which words are imports', () => {
  assert.deepEqual(importsIn('See @README.md, (@docs/a.md) and @~/x.md. @/abs/y.md!'), [
    'README.md',
    'docs/a.md',
    '~/x.md',
    '/abs/y.md',
  ]);
  assert.deepEqual(importsIn('a@b.c ``@x.md ` `` @with\\ space.md'), ['with space.md']);
});

test('a rule file that leads to a device is not read', { timeout: 20_000 }, async (t) => {
  const { base, load } = await world(t, { 'repo/.claude/rules/a.md': 'a rule' });
  await symlink('/dev/zero', path.join(base, 'repo/.claude/rules/endless.md'));
  assert.deepEqual((await load()).texts, ['a rule']);
});
