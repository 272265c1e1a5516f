// What was seen to run in the existing client although it should not: each hole is closed here, under its own name.
import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import type { Behavior } from '../../../src/contracts/permission.ts';
import { deniedForReading } from '../../../src/permissions/deniedForReading.ts';
import { call, read, run, type Setting } from './call.ts';
import { allow, deny, type Team, team } from './team.ts';

const made: Team[] = [];
after(() => {
  for (const one of made) one.dispose();
});
const place = (...args: Parameters<typeof team>) => {
  const one = team(...args);
  made.push(one);
  return one;
};

/** One test for each command of a hole; the verdict, or several where either is closed. */
function closed(hole: string, setting: Setting, rows: Array<[string, Behavior]>): void {
  for (const [command, verdict] of rows) {
    test(`${hole}: ${JSON.stringify(command)} is ${verdict === 'ask' ? 'asked about' : 'refused'}`, async () => {
      assert.equal((await run(command, setting)).kind, verdict);
    });
  }
}

closed('input redirected from outside, without rules', {}, [
  ['cat < /etc/passwd', 'ask'],
  ['cat < ~/.ssh/id_rsa', 'ask'],
  ['cat 0< /etc/passwd', 'ask'],
  ['wc -l < /etc/passwd', 'ask'],
]);
for (const rule of ['deny Read(.env)', 'deny Read(**/.env*)'])
  closed(`input redirected under ${rule}`, { rules: [rule] }, [
    ['cat < .env', 'deny'],
    ['cat < ./.env', 'deny'],
    ['grep x < .env', 'deny'],
    ['while read l; do echo "$l"; done < .env', 'deny'],
  ]);

const REMOVALS: string[] = [
  '(rm x)',
  '{ rm x; }',
  '$(rm x)',
  'echo $(rm x)',
  'echo `rm x`',
  'cat <(rm x)',
  'f() { rm x; }; f',
  'case a in a) rm x;; esac',
  'eval rm x',
  'eval "rm x"',
  'bash -c "rm x"',
  "sh -c 'rm x'",
  '/bin/rm x',
  '/usr/bin/rm x',
  'r\\\nm x',
  '>out rm x',
  '2>/dev/null rm x',
  "$'rm' x",
  "r''m x",
  '\\rm x',
  'find . -exec rm {} \\;',
  'xargs -n1 rm',
  'xargs rm',
  'if true; then rm x; fi',
  'for i in 1; do rm x; done',
  'true && rm x',
  'true | rm x',
  'rm x &',
  'FOO=1 rm x',
  'env rm x',
  'nohup rm x',
  'timeout 1 rm x',
  'command rm x',
  '! rm x',
];
for (const rules of [['allow Bash', 'deny Bash(rm:*)'], ['allow Bash(*)', 'deny Bash(rm:*)'], ['deny Bash(rm:*)']])
  closed(
    `rm denied with ${rules.join(' and ')}`,
    { rules },
    REMOVALS.map((command): [string, Behavior] => [command, 'deny']),
  );

for (const [rule, verdict] of [
  ['deny Bash(git push:*)', 'deny'],
  ['ask Bash(git push:*)', 'ask'],
] as const)
  closed(`${rule} past options of git, with allow Bash(git:*)`, { rules: ['allow Bash(git:*)', rule] }, [
    ['git -C . push', verdict],
    ['git --no-pager push', verdict],
    ['git -c a=b push', verdict],
    ['git -C x -c a=b --no-pager push origin main', verdict],
    ['git push', verdict],
  ]);

closed('deny bare Read', { rules: ['deny Read'] }, [
  ['cat .env', 'deny'],
  ['cat < a', 'deny'],
  ["cat < a; echo 'open", 'deny'],
  ["cat a; echo 'open", 'deny'],
  ['head a', 'deny'],
]);
closed('deny Read(.env)', { rules: ['deny Read(.env)'], symlinks: { '/proj/link-env': '/proj/.env' } }, [
  ['cat .env', 'deny'],
  ['cat link-env', 'deny'],
  ['cat < link-env', 'deny'],
  ['base64 .env', 'deny'],
  ['cp .env x', 'deny'],
  ['node -e 1 .env', 'deny'],
]);
closed('deny Read of a link', { rules: ['deny Read(link-env)'], symlinks: { '/proj/link-env': '/proj/.env' } }, [
  ['cat link-env', 'deny'],
  ['cat ./link-env', 'deny'],
]);
for (const rule of [
  'deny Read(secrets)',
  'deny Read(secrets/)',
  'deny Read(/secrets/)',
  'deny Read(/secrets/**)',
  'deny Read(./secrets/**)',
])
  closed(`${rule} and what reads the folder`, { rules: [rule], anchor: '/proj' }, [
    ['grep -r x secrets', 'deny'],
    ['grep -r x secrets/', 'deny'],
    ['cat secrets/a', 'deny'],
    ['ls secrets', 'deny'],
  ]);
closed('ask Read(src/**)', { rules: ['ask Read(src/**)'] }, [
  ['head src/a.ts', 'ask'],
  ['cat < src/a.ts', 'ask'],
]);

closed('readers outside the project, without rules', {}, [
  ['du -sh /', 'ask'],
  ['tree /etc', 'ask'],
  ['test -f /etc/passwd', 'ask'],
  ['[ -f /etc/passwd ]', 'ask'],
  ['ls /etc', 'ask'],
  ['cat /etc/passwd', 'ask'],
  ['find / -name x', 'ask'],
  ['stat ../x', 'ask'],
]);

test('bare rules of edit tools and rules for the other ones: allow Edit covers writing by every tool', async () => {
  for (const tool of ['Edit', 'Write', 'MultiEdit'])
    assert.equal(
      (await call(tool, { file_path: '/proj/a', content: '' }, { rules: ['allow Edit'] })).kind,
      'allow',
      tool,
    );
  assert.equal(
    (await call('NotebookEdit', { notebook_path: '/proj/a.ipynb' }, { rules: ['allow Edit'] })).kind,
    'allow',
  );
});

test('deny Write(path) means Edit(path); allow Write(path) does nothing', async () => {
  for (const name of ['Write', 'MultiEdit', 'NotebookEdit'])
    assert.equal(
      (await call('Edit', { file_path: '/proj/a' }, { rules: [`deny ${name}(a)`, 'allow Edit'] })).kind,
      'deny',
      name,
    );
  assert.equal((await call('Write', { file_path: '/proj/a', content: '' }, { rules: ['allow Write(a)'] })).kind, 'ask');
});

test('an untrusted folder: its allow rules, mode and local file count for nothing, its deny and ask rules hold', async () => {
  const loose = {
    permissions: {
      allow: ['Bash(npm test)', 'Read(//etc/**)'],
      ask: ['Read(src/**)'],
      deny: ['Read(.env)'],
      defaultMode: 'bypassPermissions',
    },
  };
  const one = place({ project: loose, local: loose, 'proj/src/a': 'x', 'proj/.env': 'x' });
  const options = { trusted: false };
  assert.equal((await one.settings(options)).defaultMode, undefined);
  assert.equal((await one.run('npm test', options)).kind, 'deny');
  assert.equal((await one.decide('Read', { file_path: '/etc/hosts' }, options)).kind, 'ask');
  assert.equal((await one.decide('Read', { file_path: '.env' }, options)).kind, 'deny');
  assert.equal((await one.decide('Read', { file_path: 'src/a' }, options)).kind, 'ask');
  assert.equal((await one.decide('Read', { file_path: 'b' }, options)).kind, 'allow');
  // Trusted, the mode of a repository still counts for nothing.
  assert.equal((await one.settings()).defaultMode, undefined);
});

for (const [what, text] of [
  ['deny as a string', '{"permissions":{"deny":"Bash(ls:*)"}}'],
  ['allow as a string', '{"permissions":{"allow":"Bash(x)","deny":["Bash(ls:*)"]}}'],
  ['an unknown defaultMode', '{"permissions":{"defaultMode":"yolo","deny":["Bash(ls:*)"]}}'],
  ['model as a number', '{"model":5,"permissions":{"deny":["Bash(ls:*)"]}}'],
  ['a comment', '{ // mine\n"permissions":{"deny":["Bash(ls:*)"]}}'],
  ['a trailing comma', '{"permissions":{"deny":["Bash(ls:*)",]}}'],
  ['a missing brace', '{"permissions":{"deny":["Bash(ls:*)"]'],
  ['a bad rule in the list', '{"permissions":{"deny":["Bash(",7,"Bash(ls:*)"]}}'],
  ['a bad hooks block', '{"hooks":[1],"permissions":{"deny":["Bash(ls:*)"]}}'],
] as const) {
  for (const scope of ['user', 'project', 'local'] as const) {
    test(`${what} in the ${scope} file: its deny rule holds, and the fault is said`, async () => {
      const one = place({ [scope]: text });
      assert.equal((await one.run('ls')).kind, 'deny');
      const { problems } = await one.settings();
      assert.ok(
        problems.some((problem) => problem.scope === scope && (problem.line ?? 0) > 0),
        JSON.stringify(problems),
      );
    });
  }
}

test('while a file has a fault nothing but reading is allowed, whatever other files allow', async () => {
  const one = place({ user: '{"permissions":{"allow":"Bash"}}', local: allow('Bash(npm test)', 'Edit') });
  assert.equal((await one.run('npm test')).kind, 'ask');
  assert.equal((await one.decide('Edit', { file_path: 'a' }, { mode: 'acceptEdits' })).kind, 'ask');
  assert.equal((await one.decide('Read', { file_path: 'a' })).kind, 'allow');
});

test("allowManagedPermissionRulesOnly keeps the project's deny and ask rules, and no allow rule but the organisation's", async () => {
  const one = place({
    managed: { allowManagedPermissionRulesOnly: true, ...allow('Bash(npm test)') },
    project: { permissions: { deny: ['Bash(npm publish)'], ask: ['Bash(git push:*)'], allow: ['Bash(make)'] } },
    user: allow('Bash(make)', 'Bash(git push:*)'),
  });
  const kinds = await Promise.all(
    ['npm test', 'npm publish', 'git push', 'make'].map(async (command) => (await one.run(command)).kind),
  );
  assert.deepEqual(kinds, ['allow', 'deny', 'ask', 'ask']);
  const session = [{ behavior: 'allow' as const, text: 'Bash(make)', scope: 'session' as const }];
  assert.equal((await one.decide('Bash', { command: 'make' }, { session })).kind, 'ask');
});

test('deny and ask rules are read from every folder up to the root of the repository', async () => {
  const one = place(
    {
      'proj/.git/HEAD': 'ref: x',
      'proj/.claude/settings.json': deny('Bash(ls:*)'),
      'proj/packages/.claude/settings.json': { permissions: { ask: ['Bash(pwd)'], allow: ['Bash(make)'] } },
    },
    'proj/packages/a',
  );
  assert.equal((await one.run('ls')).kind, 'deny');
  assert.equal((await one.run('pwd')).kind, 'ask');
  assert.equal((await one.run('make')).kind, 'ask');
});

test('a broken file of the organisation lets no turn start', async () => {
  for (const text of ['{', '{"permissions":{"deny":["Bash(ls:*)"],}}', '[]', '']) {
    const { blocked } = await place({ managed: text }).settings();
    assert.ok(blocked !== undefined, JSON.stringify(text));
  }
});

test('a search leaves out what a deny rule keeps from being read, links to it too', async () => {
  const one = place({ 'proj/.env': 'x', 'proj/a': 'x' });
  symlinkSync('.env', path.join(one.root, 'link'));
  const files = ['.env', 'a', 'link'].map((name) => path.join(one.root, name));
  const { rules } = await place({ user: deny('Read(.env)') }).settings();
  const denied = await deniedForReading(files, { root: one.root, rules, home: one.base, platform: 'linux' });
  assert.deepEqual([...denied].map((file) => path.basename(file)).sort(), ['.env', 'link']);
});

test('what only a name in another letter case, or another form of it, would get around', async () => {
  assert.equal((await read('/proj/.ENV', { rules: ['deny Read(.env)'] })).kind, 'deny');
  assert.equal((await run('RM x', { rules: ['allow Bash', 'deny Bash(rm:*)'] })).kind, 'deny');
});
