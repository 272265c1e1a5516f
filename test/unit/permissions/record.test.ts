// The record: which rule won and where it stands, what came closest, what would change the result, what may be remembered.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DecisionRecord } from '../../../src/contracts/permission.ts';
import { decide } from '../../../src/permissions/decide.ts';
import { lookUpFacts } from '../../../src/permissions/facts.ts';
import { shellReader } from '../../support/shellReader.ts';
import { call, read, rulesOf, run, write } from './call.ts';
import { verdictOf } from './checkRecord.ts';

const factsOf = async (command: string) =>
  lookUpFacts({
    shell: await shellReader(),
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
  const parts = await run('a | b');
  assert.deepEqual(parts.record.smallestChange, { kind: 'addRule', rule: 'Bash(a)', also: ['Bash(b)'] });
  const unread = await run("a | 'b");
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

test('the nearest rule is one that would have changed the result, with the reason why it did not', async () => {
  const nearest = async (decision: ReturnType<typeof run>) => (await decision).record.nearest;
  const refused = await nearest(
    run('ls -la', { rules: ['deny Bash(rm:*)', 'deny Bash(ls -R:*)', 'allow Bash(ls:*)'] }),
  );
  assert.deepEqual(
    [refused?.rule.text, refused?.shared, refused?.partsAt, refused?.rulePartsAt],
    ['Bash(ls -R:*)', 'ls', '-la', '-R'],
  );
  const shorter = await nearest(run('npm test --x', { rules: ['allow Bash(npm test)'] }));
  assert.deepEqual([shorter?.shared, shorter?.partsAt, shorter?.rulePartsAt], ['npm test', '--x', '']);
  const longer = await nearest(run('npm test', { rules: ['allow Bash(npm test --x)'] }));
  assert.deepEqual([longer?.shared, longer?.partsAt, longer?.rulePartsAt], ['npm test', '', '--x']);
  const watched = await nearest(run('watch npm test', { rules: ['allow Bash(watch:*)'] }));
  assert.equal(watched?.because?.code, 'permissions.nearest.exactOnly');
  const unread = await nearest(run("npm test 'open", { rules: ['allow Bash(npm test:*)', 'allow Bash(git:*)'] }));
  assert.deepEqual(
    [unread?.rule.text, unread?.because?.code],
    ['Bash(npm test:*)', 'permissions.nearest.notUnderstood'],
  );
  const link = await nearest(
    read('/data/l', { rules: ['allow Read(//data/**)'], symlinks: { '/data/l': '/secret/f' } }),
  );
  assert.deepEqual(link?.because, {
    code: 'permissions.nearest.link',
    args: { path: '/data/l', target: '/secret/f' },
  });
  const ofRepository = { rules: ['allow Read(//etc/**)'], scope: 'project' as const, anchor: '/proj' };
  const untrusted = await nearest(read('/etc/hosts', { ...ofRepository, trusted: false }));
  assert.equal(untrusted?.because?.code, 'permissions.nearest.untrusted');
  const faulty = await nearest(run('npm test', { rules: ['allow Bash'], degraded: true }));
  assert.equal(faulty?.because?.code, 'permissions.nearest.faulty');
  const inside = await nearest(write('/proj/lib/a.ts', { rules: ['allow Edit(/src/**)'], anchor: '/proj' }));
  assert.deepEqual([inside?.shared, inside?.partsAt, inside?.rulePartsAt], ['/proj', 'lib', 'src']);
  assert.equal(await nearest(run('npm test', { rules: ['allow Bash(git:*)', 'allow Read(x)'] })), undefined);
});

test('what only a fault in the settings keeps from being allowed says so; what nothing covers says that', async () => {
  const why = async (setting: Parameters<typeof run>[1]) => (await run('npm test', setting)).because.code;
  assert.equal(await why({ rules: ['allow Bash(npm test)'], degraded: true }), 'permissions.ask.faulty');
  assert.equal(await why({ mode: 'bypassPermissions', degraded: true }), 'permissions.ask.faulty');
  assert.equal(await why({ rules: ['allow Bash(git:*)'], degraded: true }), 'permissions.ask.run');
  assert.equal(
    (await run('npm test', { rules: ['ask Bash'], degraded: true })).because.code,
    'permissions.asked.ruleFrom',
  );
});

test('a text that is not understood has no smallest change but where it stops being understood', async () => {
  const { record } = await run("echo 'a");
  const change = record.smallestChange;
  assert.ok(change.kind === 'none');
  const [action] = record.actions;
  assert.ok(action?.kind === 'run' && 'notUnderstood' in action);
  assert.deepEqual(change.because, action.notUnderstood);
  assert.equal(change.at, action.at);
  assert.ok(change.at !== undefined && change.at >= 5 && change.at <= 7, `near the quote: ${change.at}`);
});

test('a record stays small, and still tells the verdict, however much a call holds', async () => {
  const { boundRecord } = await import('../../../src/permissions/boundRecord.ts');
  const many = 600;
  const command = 'a;'.repeat(5000);
  const rules = rulesOf(Array.from({ length: 100 }, (_, index) => `allow Bash(c* ${index})`));
  const [allow, deny, ask] = rulesOf(['allow Bash(c:*)', 'deny Bash(c 590)', 'ask Bash(c 591)']);
  assert.ok(allow && deny && ask);
  const record = (open: number[], more: DecisionRecord['matches'] = []): DecisionRecord => ({
    tool: 'Bash',
    mode: 'default',
    trusted: true,
    cwd: '/proj',
    step: 'allow',
    safety: [],
    actions: Array.from({ length: many }, (_, index) =>
      index % 2 === 0
        ? { kind: 'run', command, cwd: '/proj', argv: ['c', String(index)] }
        : {
            kind: 'write',
            path: `/proj/${index}`,
            realPath: `/proj/${index}`,
            insideWorkingDirectories: true,
            of: index - 1,
          },
    ),
    matches: [
      ...more,
      ...Array.from({ length: many / 2 }, (_, index) => 2 * index)
        .filter((action) => !open.includes(action))
        .flatMap((action) => [allow, ...rules].map((rule) => ({ rule, action }))),
    ],
    smallestChange: { kind: 'none', because: { code: 'x', args: {} } },
  });
  for (const [open, more, verdict] of [
    [[], [], 'allow'],
    [[598], [], 'ask'],
    [[], [{ rule: deny, action: 590 }], 'deny'],
    [[], [{ rule: ask, action: 591 }], 'ask'],
  ] as const) {
    const whole = record([...open], [...more]);
    assert.equal(verdictOf(whole), verdict);
    const late = { rule: rulesOf(['allow Bash(late)'])[0] ?? allow, action: many - 4 };
    whole.matches.push(late);
    const small = boundRecord(whole, open);
    assert.equal(verdictOf(small), verdict);
    assert.ok(JSON.stringify(small).length < 200_000, String(JSON.stringify(small).length));
    assert.ok(small.actions.length <= 102);
    assert.equal(small.omitted, many - small.actions.length);
    const listed = new Set(small.matches.map((match) => match.rule));
    assert.equal(listed.size, rules.length + 2 + more.length, 'every rule that matches');
    for (const action of small.actions)
      if ('of' in action && action.of !== undefined) assert.equal(small.actions[action.of]?.kind, 'run');
  }
  for (const [command, rules, kind] of [
    [Array.from({ length: 900 }, (_, index) => `echo ${index} > f${index}`).join(';'), [], 'ask'],
    [Array.from({ length: 300 }, (_, index) => `cmd ${index}`).join(';'), ['allow Bash(cmd:*)'], 'allow'],
    [Array.from({ length: 300 }, (_, index) => `cmd ${index}`).join(';'), ['allow Bash', 'deny Bash(cmd 299)'], 'deny'],
  ] as const) {
    const decision = await run(command, { rules: [...rules] });
    assert.equal(decision.kind, kind);
    assert.equal(verdictOf(decision.record), kind);
    assert.ok(JSON.stringify(decision.record).length < 100_000, String(JSON.stringify(decision.record).length));
  }
  const long = (await run(`x ${'y'.repeat(1_000_000)}`)).record;
  assert.ok(JSON.stringify(long).length < 50_000);
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
    ['a | b', ['Bash(a)', 'Bash(b)']],
    ['git status && npm test', ['Bash(npm test:*)']],
    ['npm test; npm test -- x', ['Bash(npm test:*)']],
    ['cd src && npm test', ['Bash(npm test:*)']],
    ['cd /other && make', ['Read(//other)', 'Bash(make)']],
    ['a; b; c; d; e', ['Bash(a)', 'Bash(b)', 'Bash(c)', 'Bash(d)', 'Bash(e)']],
    ['a; b; c; d; e; f', undefined],
    ["pytest -k 'a b'", ["Bash(pytest -k 'a b')"]],
    ['npm test > out.txt', ['Edit(//proj/out.txt)', 'Bash(npm test:*)']],
    ["a | 'b", undefined],
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
