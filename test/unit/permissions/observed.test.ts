// Rules, paths and modes mean what they mean in the existing client; where ours is stricter on purpose the row says so,
// and docs/permissions.md gives the reason.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Behavior, Mode } from '../../../src/contracts/permission.ts';
import { deniedOutright } from '../../../src/permissions/deniedOutright.ts';
import { call, read, rulesOf, run, type Setting, write } from './call.ts';

type Row = [rule: string, call: string, verdict: Behavior];

async function table(
  rows: Row[],
  decide: (what: string, setting: Setting) => ReturnType<typeof run>,
  setting: Setting = {},
) {
  const wrong: string[] = [];
  for (const [rule, what, verdict] of rows) {
    const rules = rule === '' ? [] : rule.split(' + ');
    const { kind } = await decide(what, { ...setting, rules });
    if (kind !== verdict) wrong.push(`${rule} · ${what}: ${kind}, not ${verdict}`);
  }
  assert.deepEqual(wrong, []);
}

test('forms of command rules', async () => {
  await table(
    [
      ['allow Bash(npm test:*)', 'npm test', 'allow'],
      ['allow Bash(npm test:*)', 'npm test -- --watch', 'allow'],
      ['allow Bash(npm test:*)', 'npm test:unit', 'ask'],
      ['allow Bash(npm test *)', 'npm test', 'allow'],
      ['allow Bash(npm test *)', 'npm test x', 'allow'],
      ['allow Bash(npm test *)', 'npm tests', 'ask'],
      ['allow Bash(npm run build)', 'npm run build', 'allow'],
      ['allow Bash(npm run build)', 'npm run build --x', 'ask'],
      ['allow Bash(lsof*)', 'lsofx -i', 'allow'],
      ['allow Bash(make*)', 'makefile', 'allow'],
      ['allow Bash(git * main)', 'git push origin main', 'allow'],
      ['allow Bash(git * main)', 'git push origin dev', 'ask'],
      ['allow Bash(* --version)', 'node --version', 'allow'],
      ['allow Bash(npm *)', 'npx x', 'ask'],
      ['allow Bash(git:* push)', 'git push', 'ask'],
      ['allow Bash(npm te?t)', 'npm test', 'ask'],
      ['allow Bash(npm [t]est)', 'npm test', 'ask'],
      ['allow Bash(/npm/)', 'npm test', 'ask'],
      ['allow Bash', 'make', 'allow'],
      ['allow Bash(*)', 'make', 'allow'],
      ['allow Bash()', 'make', 'ask'],
      ['allow Bash(:*)', 'make', 'ask'],
      ['allow bash', 'make', 'ask'],
      ['allow *', 'make', 'ask'],
      ['allow Bash(NPM test)', 'npm test', 'ask'],
      ['allow Bash(npm *)', 'npm    run \t x', 'allow'],
      // Stricter nowhere: blanks between words are of no account to an exact rule either, for it means words.
      ['allow Bash(npm test)', 'npm   test', 'allow'],
      ['deny Bash(npm:*)', 'npm   test', 'deny'],
      ['deny Bash(rm *)', 'FOO=x rm -rf t', 'deny'],
      ['allow Bash(npm test *)', 'timeout 30 npm test', 'allow'],
      ['allow Bash(npm test *)', 'LD_PRELOAD=x npm test', 'ask'],
      ['allow Bash(grep *)', 'xargs -n1 grep x', 'ask'],
      ['allow Bash(watch:*)', 'watch ls', 'ask'],
      ['allow Bash(find:*)', 'find . -delete', 'ask'],
      ['allow Bash(npx:*)', 'npx x', 'allow'],
      ['deny Bash(x:*) + allow Bash(x y)', 'x y', 'deny'],
      ['ask Bash(git push *) + allow Bash(git push origin x)', 'git push origin x', 'ask'],
      ['deny Bash(aws *) + allow Bash(aws s3 ls)', 'aws s3 ls', 'deny'],
      ['allow Bash(safe *)', 'safe && other', 'ask'],
      ['allow Bash(git *)', 'git status && curl x', 'ask'],
      ['allow Bash(echo *)', 'echo $(rm -rf ~)', 'ask'],
      ['allow Bash(echo *)', "echo 'open", 'ask'],
      ['allow Bash', "echo 'open", 'ask'],
      ['allow Bash(git commit *)', 'git commit -m x > ../x', 'ask'],
    ],
    run,
  );
});

test('a deny rule for a whole tool takes it away, whatever its form', () => {
  for (const rule of ['deny *', 'deny Bash', 'deny Bash(*)', 'deny B*'])
    assert.equal(deniedOutright('Bash', rulesOf([rule])), true, rule);
  for (const rule of ['deny Bash()', 'deny bash', 'deny Bash(rm:*)', 'ask Bash'])
    assert.equal(deniedOutright('Bash', rulesOf([rule])), false, rule);
});

test('forms of path rules: anchors, depth, letter case', async () => {
  const setting = { anchor: '/proj' };
  await table(
    [
      ['allow Edit(src/**)', '/proj/src/app.ts', 'allow'],
      ['allow Edit(src/**)', '/proj/vendor/pkg/src/lib.js', 'ask'],
      ['deny Edit(src/**)', '/proj/src/app.ts', 'deny'],
      ['deny Edit(src/**)', '/proj/vendor/pkg/src/lib.js', 'deny'],
      ['allow Edit(/src/**)', '/proj/src/app.ts', 'allow'],
      ['allow Edit(/src/**)', '/proj/vendor/pkg/src/lib.js', 'ask'],
      ['deny Edit(/src/**)', '/proj/vendor/pkg/src/lib.js', 'ask'],
      ['allow Edit(**/src/**)', '/proj/vendor/pkg/src/lib.js', 'allow'],
      ['allow Edit(./src/**)', '/proj/src/app.ts', 'allow'],
      ['allow Edit(*.key)', '/proj/a/b/c.key', 'allow'],
      ['allow Edit(src)', '/proj/src/a/b.ts', 'allow'],
      ['allow Edit(src/*)', '/proj/src/a/b.ts', 'allow'],
      ['deny Edit(src/)', '/proj/src/a/b.ts', 'deny'],
      ['allow Edit(//data/**)', '/data/x', 'allow'],
      ['allow Edit(/data/**)', '/data/x', 'ask'],
      ['allow Edit(~/notes/**)', '/home/dev/notes/x', 'allow'],
      ['deny Edit(SRC/**)', '/proj/src/a', 'deny'],
      // Stricter: an allow rule looks at letter case where the disk does.
      ['allow Edit(SRC/**)', '/proj/src/a', 'ask'],
      ['allow Edit(../x)', '/x', 'ask'],
      ['allow Edit(!src/**)', '/proj/src/a', 'ask'],
      ['allow Edit(a[1].ts)', '/proj/a1.ts', 'allow'],
      ['allow Edit(a\\[1\\].ts)', '/proj/a[1].ts', 'allow'],
      ['allow Edit(a\\[1\\].ts)', '/proj/a1.ts', 'ask'],
      ['allow Edit(#a)', '/proj/#a', 'allow'],
      ['allow Edit(a b.ts)', '/proj/a b.ts', 'allow'],
      ['allow Edit', '/proj/x', 'allow'],
      ['deny Read(**/.env)', '/proj/a/.env', 'deny'],
      ['deny Read(.env)', '/proj/new/.env', 'deny'],
    ],
    write,
    setting,
  );
});

test('what gitignore says of a path and its parents holds for rules, and what it cannot say is our own', async () => {
  await table(
    [
      // By the library: `*` stays in a segment, `**` crosses, `?` and classes stand for one character.
      ['allow Read(//d/*/x)', '/d/a/x', 'allow'],
      ['allow Read(//d/*/x)', '/d/a/b/x', 'ask'],
      ['allow Read(//d/**/x)', '/d/a/b/x', 'allow'],
      ['allow Read(//d/**/x)', '/d/x', 'allow'],
      ['allow Read(//d/?)', '/d/a', 'allow'],
      ['allow Read(//d/?)', '/d/ab', 'ask'],
      ['allow Read(//d/[ab])', '/d/b', 'allow'],
      ['allow Read(//d/[!ab])', '/d/b', 'ask'],
      // A folder that is named covers all that is in it.
      ['allow Read(//d/a)', '/d/a/b/c', 'allow'],
      // Ours: the root of the disk, the home folder, names that look like comments, a trailing blank.
      ['allow Read(//**)', '/anything/at/all', 'allow'],
      ['allow Read(~/**)', '/home/dev/x', 'allow'],
      ['allow Read(~)', '/home/dev/x', 'allow'],
      ['allow Read(~/**)', '/home/other/x', 'ask'],
      ['allow Read(//d/#a)', '/d/#a', 'allow'],
      ['allow Read(//d/a\\ )', '/d/a ', 'allow'],
      ['allow Read(//d/a\\ )', '/d/a', 'ask'],
      ['deny Read(//d/café)', '/d/cafe\u0301', 'deny'],
    ],
    read,
  );
});

test('a link is covered when both of its ends are, and caught when either is', async () => {
  const symlinks = { '/proj/key': '/home/dev/.ssh/id_rsa', '/proj/in': '/proj/src/a' };
  await table(
    [
      ['allow Read(./**) + deny Read(~/.ssh/**)', '/proj/key', 'deny'],
      ['allow Read(./**)', '/proj/key', 'ask'],
      ['allow Read(./**) + allow Read(~/.ssh/**)', '/proj/key', 'ask'],
      ['allow Read', '/proj/key', 'allow'],
      ['', '/proj/in', 'allow'],
      ['deny Read(in)', '/proj/in', 'deny'],
      ['deny Read(src/a)', '/proj/in', 'deny'],
    ],
    read,
    { symlinks },
  );
});

test('edit rules hold for commands that write, and read rules for those that read', async () => {
  await table(
    [
      ['deny Edit(src/**)', 'echo x > src/f', 'deny'],
      ['deny Edit(src/**)', 'sed -i s/a/b/ src/f', 'deny'],
      ['deny Edit(src/**)', 'cp a src/f', 'deny'],
      ['deny Edit(src/**)', 'rm src/f', 'deny'],
      ['deny Edit(src/**)', 'touch src/f', 'deny'],
      ['allow Edit(src/**)', 'cp a src/f', 'ask'],
      ['allow Edit(src/**)', 'rm src/f', 'ask'],
      ['deny Read(.env)', 'cat .env', 'deny'],
      ['deny Read(.env)', 'grep x .env', 'deny'],
      ['deny Read(.env)', 'sed -n 1p .env', 'deny'],
    ],
    run,
  );
});

const PROTECTED = [
  '.git/x',
  '.claude/x',
  '.vscode/x',
  '.idea/x',
  '.husky/x',
  '.devcontainer/x',
  '.mcp.json',
  '.gitmodules',
  '.gitconfig',
  '.bashrc',
  '.zshrc',
  '.npmrc',
  '.GIT/x',
  'a/b/.git/x',
  'sub/.Npmrc',
  '.claude.json',
  '.config/git/x',
  '.yarn/x',
  '.mvn/x',
  '.cargo/x',
  '.envrc',
  'lefthook.yml',
  'bunfig.toml',
];
test('protected files are asked about whatever a rule or mode allows, but for bypass', async () => {
  for (const name of PROTECTED) {
    const file = `/proj/${name}`;
    for (const rules of [['allow Edit'], ['allow Edit(**)'], [`allow Edit(${name})`]])
      assert.equal((await write(file, { rules })).kind, 'ask', `${name} with ${rules}`);
    assert.equal((await write(file, { mode: 'acceptEdits' })).kind, 'ask', name);
    assert.equal((await write(file, { mode: 'dontAsk' })).kind, 'deny', name);
    assert.equal((await write(file, { mode: 'bypassPermissions' })).kind, 'allow', name);
  }
  assert.equal((await write('/proj/.claude/worktrees/a/src/x.ts', { mode: 'acceptEdits' })).kind, 'allow');
});

test('modes', async () => {
  const rows: Array<[Mode, string, string, Behavior, string[]?]> = [
    ['default', 'write', '/proj/a', 'ask'],
    ['default', 'run', 'ls', 'allow'],
    ['default', 'run', 'make', 'ask'],
    ['plan', 'write', '/proj/a', 'deny'],
    // Stricter: an allow rule for the file does not help while planning.
    ['plan', 'write', '/proj/a', 'deny', ['allow Edit']],
    ['plan', 'run', 'ls', 'allow'],
    ['plan', 'run', 'make', 'deny'],
    ['plan', 'run', 'make', 'allow', ['allow Bash(make)']],
    ['plan', 'read', '/proj/a', 'allow'],
    ['acceptEdits', 'write', '/proj/a', 'allow'],
    ['acceptEdits', 'write', '/data/a', 'ask'],
    ['acceptEdits', 'run', 'mkdir a', 'allow'],
    ['acceptEdits', 'run', 'touch a', 'allow'],
    ['acceptEdits', 'run', 'mkdir ../x', 'ask'],
    ['acceptEdits', 'run', 'chmod +x a', 'ask'],
    ['acceptEdits', 'run', 'ln -s a b', 'ask'],
    ['acceptEdits', 'run', 'tee a', 'ask'],
    ['acceptEdits', 'run', 'dd if=a of=b', 'ask'],
    ['acceptEdits', 'run', 'truncate -s 0 a', 'ask'],
    ['acceptEdits', 'run', 'make', 'ask'],
    // Stricter: only what this conversation made is removed unasked.
    ['acceptEdits', 'run', 'rm a', 'ask'],
    ['dontAsk', 'write', '/proj/a', 'deny'],
    ['dontAsk', 'write', '/proj/a', 'allow', ['allow Edit']],
    ['dontAsk', 'run', 'make', 'deny'],
    ['dontAsk', 'run', 'make', 'allow', ['allow Bash(make)']],
    ['dontAsk', 'run', 'make', 'deny', ['ask Bash(make)']],
    ['dontAsk', 'run', 'ls', 'allow'],
    ['bypassPermissions', 'run', 'make', 'allow'],
    ['bypassPermissions', 'run', 'a | b', 'allow'],
    ['bypassPermissions', 'run', 'make', 'deny', ['deny Bash(make)']],
    ['bypassPermissions', 'run', 'make', 'ask', ['ask Bash(make)']],
    ['bypassPermissions', 'run', 'rm -rf /', 'ask'],
    ['bypassPermissions', 'run', 'rm -rf ~', 'ask'],
    ['bypassPermissions', 'run', 'rm -rf .', 'ask'],
    ['bypassPermissions', 'run', 'rm -rf *', 'ask'],
    ['bypassPermissions', 'run', 'rm -rf "$D"/*', 'ask'],
    ['bypassPermissions', 'run', 'echo $(rm -rf /)', 'ask'],
    ['bypassPermissions', 'read', '/etc/hosts', 'allow'],
  ];
  const wrong: string[] = [];
  for (const [mode, how, what, verdict, rules = []] of rows) {
    const { kind } = await { run, read, write }[how as 'run'](what, { mode, rules });
    if (kind !== verdict) wrong.push(`${mode} ${what} ${rules}: ${kind}, not ${verdict}`);
  }
  assert.deepEqual(wrong, []);
  for (const mode of ['default', 'plan', 'acceptEdits', 'dontAsk', 'bypassPermissions'] as const)
    assert.equal((await call('AskUserQuestion', {}, { mode })).kind, 'allow', 'the tool itself asks the person');
});

test('hosts of web rules', async () => {
  const at = (url: string, setting: Setting) => call('WebFetch', { url }, setting);
  await table(
    [
      ['', 'https://example.com/', 'ask'],
      // Stricter: no host runs without a rule, documentation neither.
      ['', 'https://docs.python.org/3/', 'ask'],
      ['allow WebFetch(domain:example.com)', 'https://example.com/a', 'allow'],
      ['allow WebFetch(domain:example.com)', 'https://EXAMPLE.com:443/a', 'allow'],
      ['allow WebFetch(domain:Example.COM)', 'https://example.com./a', 'allow'],
      ['allow WebFetch(domain:example.com.)', 'https://example.com/a', 'allow'],
      ['allow WebFetch(domain:example.com)', 'https://a.example.com/', 'ask'],
      ['allow WebFetch(domain:example.com)', 'https://example.com.evil.org/', 'ask'],
      ['allow WebFetch(domain:example.com)', 'https://evilexample.com/', 'ask'],
      ['allow WebFetch(domain:*.example.com)', 'https://a.b.example.com/', 'allow'],
      ['allow WebFetch(domain:*.example.com)', 'https://example.com/', 'ask'],
      ['allow WebFetch(domain:example.*)', 'https://example.org/', 'allow'],
      ['allow WebFetch(domain:example.*)', 'https://example.evil.com/', 'ask'],
      ['allow WebFetch(domain:*)', 'https://x.example/', 'allow'],
      ['allow WebFetch', 'https://x.example/', 'allow'],
      ['deny WebFetch(domain:*.evil.com) + allow WebFetch', 'https://a.evil.com/', 'deny'],
      ['ask WebFetch(domain:example.com) + allow WebFetch', 'https://example.com/', 'ask'],
      ['allow WebFetch(domain:https://example.com)', 'https://example.com/', 'ask'],
      ['allow WebFetch(example.com)', 'https://example.com/', 'ask'],
      // Stricter: an address of the own network needs a rule that names it.
      ['allow WebFetch', 'http://127.0.0.1/', 'ask'],
      ['allow WebFetch', 'https://169.254.169.254/latest', 'ask'],
      // Stricter: anyone on the way can change a page that comes unencrypted.
      ['allow WebFetch(domain:example.com)', 'http://example.com/', 'ask'],
    ],
    at,
  );
});

test('tools of servers', async () => {
  const at = (tool: string, setting: Setting) => call(tool, {}, setting);
  await table(
    [
      ['', 'mcp__srv__read_file', 'ask'],
      ['allow mcp__srv', 'mcp__srv__read_file', 'allow'],
      ['allow mcp__srv__*', 'mcp__srv__read_file', 'allow'],
      ['allow mcp__srv__read*', 'mcp__srv__read_file', 'allow'],
      ['allow mcp__srv__read*', 'mcp__srv__write_file', 'ask'],
      ['allow mcp__srv__read_file', 'mcp__srv__read_file', 'allow'],
      ['allow mcp__srv', 'mcp__srv2__read', 'ask'],
      ['allow mcp__*', 'mcp__srv__read', 'ask'],
      ['allow mcp__s*__read', 'mcp__srv__read', 'ask'],
      ['allow mcp__srv(x)', 'mcp__srv__read', 'ask'],
      ['deny mcp__*', 'mcp__srv__read', 'deny'],
      ['deny mcp__srv + allow mcp__srv__read', 'mcp__srv__read', 'deny'],
      ['ask mcp__srv__write* + allow mcp__srv', 'mcp__srv__write_file', 'ask'],
      ['deny *', 'mcp__srv__read', 'deny'],
    ],
    at,
  );
});

test('agents and skills', async () => {
  const agent = (subagent_type: string, setting: Setting) => call('Agent', { subagent_type }, setting);
  await table(
    [
      ['', 'Explore', 'allow'],
      ['deny Agent(Explore)', 'Explore', 'deny'],
      ['deny Task(Explore)', 'Explore', 'deny'],
      ['deny Agent(Explore)', 'Plan', 'allow'],
      ['ask Agent(Exp*)', 'Explore', 'ask'],
      ['ask Agent', 'Explore', 'ask'],
      ['deny Task', 'Explore', 'deny'],
    ],
    agent,
  );
  const skill = (name: string, setting: Setting) => call('Skill', { skill: name }, setting);
  await table(
    [
      ['', 'review', 'ask'],
      ['allow Skill(review)', 'review', 'allow'],
      ['allow Skill(review)', 'review 12', 'ask'],
      ['allow Skill(review *)', 'review 12', 'allow'],
      ['allow Skill(review *)', 'review', 'allow'],
      ['allow Skill(review:*)', 'review 12', 'allow'],
      ['allow Skill(review *)', 'reviewer', 'ask'],
      ['allow Skill', 'anything', 'allow'],
      ['deny Skill(deploy *) + allow Skill', 'deploy now', 'deny'],
    ],
    skill,
  );
});

test('values of the input: deny and ask only, `*` stands for anything, primary fields are for their own rules', async () => {
  const at = (_: string, setting: Setting) =>
    call('mcp__db__run', { env: 'prod-eu', rows: 5, dry: false, deep: { env: 'prod-eu' }, list: ['prod-eu'] }, setting);
  const with_ = (rule: string, verdict: Behavior): Row => [`allow mcp__db + ${rule}`, '', verdict];
  await table(
    [
      with_('deny mcp__db__run(env:prod-eu)', 'deny'),
      with_('deny mcp__db__run(env:prod*)', 'deny'),
      with_('ask mcp__db__run(env:*eu)', 'ask'),
      with_('deny mcp__db__run(env:prod)', 'allow'),
      with_('deny mcp__db__run(rows:5)', 'deny'),
      with_('deny mcp__db__run(dry:false)', 'deny'),
      with_('deny mcp__db__run(deep:*)', 'allow'),
      with_('deny mcp__db__run(list:*)', 'allow'),
      with_('deny mcp__db__run(none:*)', 'allow'),
      with_('deny mcp__db__other(env:*)', 'allow'),
      ['allow mcp__db__run(env:prod-eu)', '', 'ask'],
    ],
    at,
  );
  await table(
    [
      ['deny Read(limit:5)', '', 'deny'],
      ['deny Read(file_path:*)', '', 'allow'],
      ['ask Read(offset:*)', '', 'allow'],
    ],
    (_, setting) => call('Read', { file_path: '/proj/a', limit: 5 }, setting),
  );
  assert.equal(
    (await call('Bash', { command: 'ls', run_in_background: true }, { rules: ['deny Bash(run_in_background:true)'] }))
      .kind,
    'deny',
  );
  assert.equal((await call('Bash', { command: 'ls' }, { rules: ['deny Bash(command:ls)'] })).kind, 'allow');
  assert.equal(
    (await call('WebFetch', { url: 'https://a.example/' }, { rules: ['deny WebFetch(url:*)'] })).kind,
    'ask',
  );
});
