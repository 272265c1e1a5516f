// The record: which rule won and where it stands, what came closest, what would change the result, what may be remembered.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decide } from '../../../src/permissions/decide.ts';
import { lookUpFacts } from '../../../src/permissions/facts.ts';
import { call, read, rulesOf, run, write } from './call.ts';

const factsOf = (command: string) =>
  lookUpFacts({
    tool: 'Bash',
    input: { command },
    actions: [{ kind: 'run', command, cwd: '/proj' }],
    cwd: '/proj',
    root: '/proj',
    workingDirectories: [],
    home: '/home/dev',
    platform: 'linux',
    symlinks: {},
    trusted: true,
  });

test('the winner has its file and line, and all that matched is listed', async () => {
  const { record, because } = await run('git push', {
    rules: ['allow Bash(git:*)', 'ask Bash(git push:*)', 'deny Bash(git push)'],
  });
  assert.equal(record.step, 'deny');
  assert.deepEqual(record.winner, {
    behavior: 'deny',
    text: 'Bash(git push)',
    scope: 'user',
    file: '/settings.json',
    line: 3,
  });
  assert.deepEqual(new Set(record.matches.map((match) => match.rule.behavior)), new Set(['allow', 'ask', 'deny']));
  assert.deepEqual(because, {
    code: 'permissions.denied.ruleFrom',
    args: { rule: 'Bash(git push)', source: '/settings.json:3' },
  });
});

test('without the rules of the deciding class the result is another', async () => {
  const rules = rulesOf([
    'allow Bash(git:*)',
    'ask Bash(git push:*)',
    'deny Bash(git push)',
    'deny Bash(git * --force)',
  ]);
  for (const [command, behavior] of [
    ['git push', 'deny'],
    ['git push x', 'ask'],
    ['git fetch', 'allow'],
  ] as const) {
    const facts = await factsOf(command);
    const before = decide(facts, rules, 'default');
    assert.equal(before.kind, behavior, command);
    const deciding = new Set(
      before.record.matches.filter((match) => match.rule.behavior === behavior).map((match) => match.rule),
    );
    const after = decide(
      facts,
      rules.filter((rule) => !deciding.has(rule)),
      'default',
    );
    assert.notEqual(after.kind, behavior, command);
  }
});

test('the smallest change really changes the result', async () => {
  const denied = await run('git push', { rules: ['deny Bash(git push)'] });
  assert.equal(denied.record.smallestChange.kind, 'removeRule');
  const twice = await run('git push', { rules: ['deny Bash(git push)', 'deny Bash(git:*)'] });
  assert.deepEqual(twice.record.smallestChange, {
    kind: 'none',
    because: { code: 'permissions.change.severalRules', args: { rule: 'Bash(git push)', other: 'Bash(git:*)' } },
  });
  const open = await run('npm run build');
  assert.deepEqual(open.record.smallestChange, { kind: 'addRule', rule: 'Bash(npm run build:*)' });
  const planned = await write('/proj/a', { mode: 'plan' });
  assert.deepEqual(planned.record.smallestChange, { kind: 'changeMode', mode: 'default' });
  const unread = await run('a | b');
  assert.equal(unread.record.smallestChange.kind, 'none');
  const trust = await run('ls', { trusted: false });
  assert.equal(trust.record.step, 'trust');
});

test('the nearest rule says what it shares and where they part', async () => {
  const command = await run('npm run deploy', { rules: ['allow Bash(npm test)', 'allow Bash(npm run build)'] });
  assert.equal(command.record.nearest?.rule.text, 'Bash(npm run build)');
  assert.equal(command.record.nearest?.shared, 'npm run');
  assert.equal(command.record.nearest?.partsAt, 'deploy');
  const file = await read('/etc/ssl/x', { rules: ['allow Read(//etc/ssh/**)'] });
  assert.equal(file.record.nearest?.shared, '/etc');
  assert.equal(file.record.nearest?.partsAt, 'ssl');
  const host = await call(
    'WebFetch',
    { url: 'https://a.example.com/' },
    { rules: ['allow WebFetch(domain:b.example.com)'] },
  );
  assert.equal(host.record.nearest?.shared, 'example.com');
});

test('offers are narrow, and none is made where none would help', async () => {
  const rows: Array<[string, string[] | undefined]> = [
    ['npm test -- --watch', ['Bash(npm test:*)']],
    ['npm run build --x', ['Bash(npm run build:*)']],
    ['git commit -m "a b"', ['Bash(git commit:*)']],
    ['gh pr view 12', ['Bash(gh pr view:*)']],
    ['pytest -q', ['Bash(pytest -q)']],
    ['node x.js', ['Bash(node x.js)']],
    ['python -c "print(1)"', undefined],
    ['npm exec x', ['Bash(npm exec x)']],
    ['docker run -v /:/h alpine', ['Bash(docker run -v /:/h alpine)']],
    ['git -C x push', ['Bash(git -C x push)']],
    ['cat /etc/hosts', ['Read(//etc/hosts)']],
    ['a | b', undefined],
    ['rm -rf /', undefined],
    ['cp a .git/x', undefined],
  ];
  for (const [command, rules] of rows) {
    const decision = await run(command);
    assert.equal(decision.kind, 'ask', command);
    assert.deepEqual(decision.offers?.[0]?.rules, rules, command);
    for (const offer of decision.offers ?? []) {
      const again = await run(command, { rules: offer.rules.map((rule) => `allow ${rule}`) });
      assert.equal(again.kind, 'allow', `${command} with ${offer.rules}`);
    }
  }
});

test('edits are offered for the conversation only, files outside by their exact path', async () => {
  const inside = await write('/proj/src/a.ts');
  assert.deepEqual(inside.offers, [{ rules: ['Edit(./**)'], scope: 'session' }]);
  const outside = await read('/data/a[1]*.txt');
  assert.deepEqual(outside.offers?.[0]?.rules, ['Read(//data/a\\[1\\]\\*.txt)']);
  assert.equal((await read('/data/a[1]*.txt', { rules: ['allow Read(//data/a\\[1\\]\\*.txt)'] })).kind, 'allow');
  assert.equal((await read('/data/a1b.txt', { rules: ['allow Read(//data/a\\[1\\]\\*.txt)'] })).kind, 'ask');
  assert.equal((await read('/data/l', { symlinks: { '/data/l': '/other/f' } })).offers, undefined);
  assert.equal((await write('/proj/.git/config')).offers, undefined);
  assert.equal((await run('npm test', { rules: ['ask Bash(npm:*)'] })).offers, undefined);
});
