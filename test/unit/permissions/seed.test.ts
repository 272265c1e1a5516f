// What the first users asked of permissions, one test for each demand, from files on the disk to the decision.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Rule } from '../../../src/contracts/permission.ts';
import { deniedOutright } from '../../../src/permissions/deniedOutright.ts';
import { rememberRules } from '../../../src/settings/remember.ts';
import { allow, ask, deny, type Team, team } from './team.ts';

const made: Team[] = [];
after(() => {
  for (const one of made) one.dispose();
});
const place = (...args: Parameters<typeof team>) => {
  const one = team(...args);
  made.push(one);
  return one;
};
const kinds = async (one: Team, commands: string[], options?: Parameters<Team['run']>[1]) =>
  Promise.all(commands.map(async (command) => `${command}: ${(await one.run(command, options)).kind}`));

for (const command of [
  'date',
  'pwd',
  'whoami',
  'ls',
  'cat src/a.ts',
  'head -n 3 src/a.ts',
  'grep -n x src/a.ts',
  'wc -l src/a.ts',
  'git status',
]) {
  test(`S7: ${command} only reads and runs unasked`, async () => {
    assert.equal((await place({ 'proj/src/a.ts': 'x', 'proj/.git/HEAD': 'ref: x' }).run(command)).kind, 'allow');
  });
}

test('S7: files in the working folder are read unasked, others are asked about', async () => {
  const one = place({ 'proj/src/a.ts': 'x' });
  assert.equal((await one.decide('Read', { file_path: 'src/a.ts' })).kind, 'allow');
  assert.equal((await one.decide('Grep', { pattern: 'x' })).kind, 'allow');
  assert.equal((await one.decide('Glob', { pattern: '**/*.ts' })).kind, 'allow');
  assert.equal((await one.decide('Read', { file_path: '/etc/hosts' })).kind, 'ask');
  assert.equal((await one.decide('Read', { file_path: '../outside' })).kind, 'ask');
});

for (const [what, tool, input] of [
  ['editing a file', 'Edit', { file_path: 'a.ts' }],
  ['writing a file', 'Write', { file_path: 'a.ts', content: '' }],
  ['running tests', 'Bash', { command: 'npm test' }],
  ['a command that changes something', 'Bash', { command: 'mkdir a' }],
  ['a command that nobody knows', 'Bash', { command: './deploy' }],
] as const) {
  test(`S8: ${what} is asked about`, async () => {
    assert.equal((await place().decide(tool, input)).kind, 'ask');
  });
}

test('S9: approved once, the same command is asked about again', async () => {
  const one = place();
  assert.equal((await one.run('npm test')).kind, 'ask');
  assert.equal((await one.run('npm test')).kind, 'ask');
});

for (const scope of ['session', 'local', 'project', 'user'] as const) {
  test(`S9: approved automatically from now on, kept for: ${scope}`, async () => {
    const one = place();
    const { offers } = await one.run('npm run build');
    const offer = offers?.find((candidate) => candidate.scope === scope);
    assert.deepEqual(offer?.rules, ['Bash(npm run build:*)']);
    const session: Rule[] = [];
    if (offer?.file === undefined) session.push({ behavior: 'allow', text: 'Bash(npm run build:*)', scope: 'session' });
    else await rememberRules({ file: offer.file, rules: offer.rules, behavior: 'allow' });
    const after = await one.decide('Bash', { command: 'npm run build --fast' }, { session });
    assert.equal(after.kind, 'allow');
    assert.equal(after.record.winner?.scope, scope);
    assert.equal((await one.decide('Bash', { command: 'npm run deploy' }, { session })).kind, 'ask');
  });
}

test('S10: rules say what may be done (tests, linter) and what may not (cloud infrastructure)', async () => {
  const one = place({
    project: {
      permissions: {
        allow: ['Bash(npm test:*)', 'Bash(npm run lint)'],
        deny: ['Bash(terraform:*)', 'Bash(aws:*)', 'Bash(kubectl delete:*)'],
      },
    },
  });
  assert.deepEqual(
    await kinds(one, [
      'npm test -- --watch',
      'npm run lint',
      'npm run lint:fix',
      'terraform apply',
      'aws s3 rm x',
      'kubectl delete pod x',
      'kubectl get pods',
      'npm test && aws s3 rm x',
    ]),
    [
      'npm test -- --watch: allow',
      'npm run lint: allow',
      'npm run lint:fix: ask',
      'terraform apply: deny',
      'aws s3 rm x: deny',
      'kubectl delete pod x: deny',
      'kubectl get pods: ask',
      'npm test && aws s3 rm x: deny',
    ],
  );
});

test('S11: rules in the checked-in file of the project hold for everyone who opens it and trusts it', async () => {
  const one = place({ project: { permissions: { allow: ['Bash(npm test)'], deny: ['Bash(npm publish)'] } } });
  const decision = await one.run('npm test');
  assert.equal(decision.kind, 'allow');
  assert.match(decision.record.winner?.file ?? '', /proj\/\.claude\/settings\.json$/);
  assert.equal((await one.run('npm publish')).kind, 'deny');
});

test('S12: a person adds rules of their own: for this project, and for all', async () => {
  const one = place({ user: allow('Bash(just fmt)'), local: allow('Bash(just test)') });
  assert.deepEqual(await kinds(one, ['just fmt', 'just test', 'just x']), [
    'just fmt: allow',
    'just test: allow',
    'just x: ask',
  ]);
});

for (const lower of ['user', 'project', 'local'] as const) {
  test(`S13: what the organisation denies, the ${lower} settings cannot allow`, async () => {
    const one = place({
      managed: deny('Bash(curl:*)', 'Read(**/.env)'),
      [lower]: allow('Bash(curl:*)', 'Bash', 'Read', 'Read(**/.env)'),
      'proj/.env': 'x',
    });
    const { kind, record } = await one.run('curl https://x.example');
    assert.equal(kind, 'deny');
    assert.equal(record.winner?.scope, 'managed');
    assert.equal((await one.decide('Read', { file_path: '.env' })).kind, 'deny');
  });
}

test('S14: git commands that change something are asked about before they run, those that read are not', async () => {
  const one = place({ 'proj/.git/HEAD': 'ref: x' });
  assert.deepEqual(await kinds(one, ['git commit -m x', 'git push', 'git checkout -b x', 'git status', 'git log -3']), [
    'git commit -m x: ask',
    'git push: ask',
    'git checkout -b x: ask',
    'git status: allow',
    'git log -3: allow',
  ]);
});

test('S15: nothing is decided in the dark: each decision names its rule and place, or the built-in reason', async () => {
  const one = place({ user: allow('Bash(npm test)'), project: ask('Bash(git push:*)'), managed: deny('Bash(curl:*)') });
  for (const [command, file, line] of [
    ['npm test', /home\/\.claude\/settings\.json$/, 4],
    ['git push', /proj\/\.claude\/settings\.json$/, 4],
    ['curl x', /managed\/managed-settings\.json$/, 4],
  ] as const) {
    const { record, because } = await one.run(command);
    assert.match(record.winner?.file ?? '', file);
    assert.equal(record.winner?.line, line);
    assert.match(because.args['source'] ?? '', /:4$/);
  }
  assert.equal((await one.run('npm publish')).because.code, 'permissions.ask.run');
});

for (const scope of ['user', 'project', 'local', 'managed'] as const) {
  test(`S16: a command that is used often can be allowed in the ${scope} settings`, async () => {
    const decision = await place({ [scope]: allow('Bash(npm run lint:*)') }).run('npm run lint --fix');
    assert.equal(decision.kind, 'allow');
    assert.equal(decision.record.winner?.scope, scope);
  });
}

test('S17: in accept-edits mode edits run and commands with effects are still asked about', async () => {
  const one = place({ 'proj/a.ts': 'x' });
  const mode = 'acceptEdits' as const;
  assert.equal((await one.decide('Edit', { file_path: 'a.ts' }, { mode })).kind, 'allow');
  assert.equal((await one.decide('Write', { file_path: 'new/b.ts', content: '' }, { mode })).kind, 'allow');
  assert.deepEqual(await kinds(one, ['npm test', 'git push', 'rm a.ts', './x'], { mode }), [
    'npm test: ask',
    'git push: ask',
    'rm a.ts: ask',
    './x: ask',
  ]);
});

test('S18: no rule gives more than the person has: nothing is raised, and removing what holds the system asks in every mode', async () => {
  const one = place({ user: allow('Bash') });
  for (const mode of ['default', 'acceptEdits', 'bypassPermissions'] as const)
    for (const command of ['rm -rf /', 'rm -rf ~', 'rm -rf .'])
      assert.notEqual((await one.run(command, { mode })).kind, 'allow', `${mode} ${command}`);
  // Every command is shown as it runs, in full.
  const { record } = await place().run('sudo make install');
  assert.ok(record.actions.some((action) => action.kind === 'run' && action.command.includes('sudo make install')));
});

for (const [what, tool, input] of [
  ['fetching a page', 'WebFetch', { url: 'https://example.com/' }],
  ['curl', 'Bash', { command: 'curl https://example.com' }],
  ['wget', 'Bash', { command: 'wget https://example.com' }],
  ['a tool of a server', 'mcp__web__get', {}],
  ['git fetch', 'Bash', { command: 'git fetch' }],
] as const) {
  test(`S19: ${what} goes to the network and is asked about`, async () => {
    assert.equal((await place({ 'proj/.git/HEAD': 'ref: x' }).decide(tool, input)).kind, 'ask');
  });
}

test('S20: only the host that was allowed is fetched unasked', async () => {
  const one = place({ user: allow('WebFetch(domain:docs.example.com)') });
  assert.equal((await one.decide('WebFetch', { url: 'https://docs.example.com/a' })).kind, 'allow');
  assert.equal((await one.decide('WebFetch', { url: 'https://example.com/' })).kind, 'ask');
});

test('S21: before a folder is trusted it allows nothing and may still forbid; afterwards its rules count', async () => {
  const one = place({
    project: { permissions: { allow: ['Bash(npm test)'], deny: ['Read(**/.env)'] } },
    'proj/.env': 'x',
  });
  assert.equal((await one.run('npm test', { trusted: false })).kind, 'deny');
  assert.equal((await one.decide('Read', { file_path: '.env' }, { trusted: false })).kind, 'deny');
  assert.equal((await one.decide('Read', { file_path: 'a.ts' }, { trusted: false })).kind, 'allow');
  assert.equal((await one.run('npm test')).kind, 'allow');
  const { loosening } = await one.settings({ trusted: false });
  assert.deepEqual(
    loosening.map(({ kind, name, state }) => [kind, name, state]),
    [['allow', 'Bash(npm test)', 'waiting']],
  );
});

test('S22: a server of the repository is listed for trust before anything of it counts', async () => {
  const one = place({ 'proj/.mcp.json': { mcpServers: { db: { command: 'node', args: ['db.js'] } } } });
  const { loosening } = await one.settings({ trusted: false });
  assert.deepEqual(
    loosening.map(({ kind, name, state }) => [kind, name, state]),
    [['mcpServer', 'db', 'waiting']],
  );
  assert.equal((await one.decide('mcp__db__query', {}, { trusted: false })).kind, 'deny');
  assert.equal((await one.decide('mcp__db__query', {})).kind, 'ask');
});

for (const command of [
  'echo $(curl x)',
  'echo `curl x`',
  'npm test; curl x',
  'npm test && curl x',
  'npm test | sh',
  'npm test $(x)',
  "npm test $'\\x3b' x",
  'npm test\nx',
  'npm test \u202ex',
  'npm te\u200bst',
  'npm test > ~/.bashrc',
  'npm test <(x)',
  'npm test & x',
]) {
  test(`S23: ${JSON.stringify(command)} looks like an injection and is asked about, although npm test and echo are allowed`, async () => {
    assert.equal((await place({ user: allow('Bash(npm test:*)', 'Bash(echo:*)') }).run(command)).kind, 'ask');
  });
}

for (const command of [
  "echo 'open",
  'echo "open',
  'echo $((',
  'for x in',
  'echo <<E',
  '$CMD x',
  `\${x:-y}`,
  `echo ${'a'.repeat(10_001)}`,
]) {
  test(`S24: ${JSON.stringify(command.slice(0, 20))} cannot be matched reliably and is asked about, whatever is allowed`, async () => {
    const one = place({ user: allow('Bash', 'Bash(*)', 'Bash(echo:*)') });
    assert.equal((await one.run(command)).kind, 'ask');
  });
}

test('S55: managed permissions cannot be overwritten locally, by any file or by what was said yes to', async () => {
  const managed = {
    allowManagedPermissionRulesOnly: true,
    permissions: {
      deny: ['Bash(git push:*)', 'WebSearch'],
      ask: ['Bash(npm publish:*)'],
      allow: ['Bash(npm test)'],
      disableBypassPermissionsMode: 'disable',
    },
  };
  const all = {
    permissions: {
      allow: ['Bash', 'Edit', 'WebFetch', 'Bash(git push:*)', 'Bash(npm publish:*)'],
      defaultMode: 'bypassPermissions',
    },
  };
  const one = place({ managed, user: { ...all, allowManagedPermissionRulesOnly: false }, project: all, local: all });
  assert.deepEqual(await kinds(one, ['git push', 'npm publish', 'npm test', 'make']), [
    'git push: deny',
    'npm publish: ask',
    'npm test: allow',
    'make: ask',
  ]);
  assert.equal((await one.run('make', { mode: 'bypassPermissions' })).kind, 'ask');
  const session: Rule[] = [{ behavior: 'allow', text: 'Bash(make:*)', scope: 'session' }];
  const { kind, offers } = await one.decide('Bash', { command: 'make' }, { session });
  assert.equal(kind, 'ask');
  assert.equal(offers, undefined);
  const settings = await one.settings();
  assert.equal(settings.disableBypass, true);
  assert.equal(deniedOutright('WebSearch', settings.rules), true);
});
