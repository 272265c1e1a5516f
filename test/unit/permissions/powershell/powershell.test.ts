// Commands for PowerShell: a short list runs by itself, everything else asks, and what is denied is found in any spelling.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Decision, Mode } from '../../../../src/contracts/permission.ts';
import { decide } from '../../../../src/permissions/decide.ts';
import { deniedOutright } from '../../../../src/permissions/deniedOutright.ts';
import { describeCall } from '../../../../src/permissions/describeCall.ts';
import { lookUpFacts } from '../../../../src/permissions/facts.ts';
import { lintRules } from '../../../../src/permissions/lint/lintRules.ts';
import { shellReader } from '../../../support/shellReader.ts';
import { rulesOf } from '../call.ts';
import { verdictOf } from '../checkRecord.ts';

const root = 'C:\\Users\\me\\proj';
const home = 'C:\\Users\\me';
type Extra = { mode?: Mode; rules?: string[]; tool?: string; symlinks?: Record<string, string>; searchPath?: string };

async function judged(command: string, extra: Extra = {}): Promise<Decision> {
  const { mode = 'default', rules = [], tool = 'PowerShell', symlinks = {}, searchPath } = extra;
  const input = { command };
  const facts = await lookUpFacts({
    tool,
    input,
    actions: describeCall(tool, input, { cwd: root, home, platform: 'win32' }),
    cwd: root,
    root,
    home,
    workingDirectories: [],
    platform: 'win32',
    trusted: true,
    symlinks,
    shell: await shellReader(),
    ...(searchPath === undefined ? {} : { searchPath }),
  });
  const decision = decide(facts, rulesOf(rules), mode);
  assert.equal(verdictOf(decision.record), decision.kind, command);
  assert.equal(decision.record.tool, tool);
  return decision;
}

async function verdicts(rows: Array<[command: string, verdict: string, extra?: Extra]>) {
  const wrong: string[] = [];
  for (const [command, verdict, extra] of rows) {
    const { kind, because } = await judged(command, extra);
    if (kind !== verdict) wrong.push(`${command}: ${kind}, ${because.code}`);
  }
  assert.deepEqual(wrong, []);
}

test('only exact commands that tell something run without a question', () =>
  verdicts([
    ['Get-Location', 'allow'],
    ['git status', 'allow'],
    ['  GET-DATE ', 'allow'],
    ['ls', 'allow'],
    ['Get-ChildItem ..', 'ask'],
    ['Get-Date; node x.js', 'ask'],
    ['Get-Date\nnode x.js', 'ask'],
    ['$(Get-Date)', 'ask'],
    ['ｇet-date', 'ask'],
    ['cat a.ts', 'ask'],
    // What bash would only read is no reading here.
    ['echo a', 'ask'],
    ['git log', 'ask'],
  ]));

test('no allow rule covers more than that, of whichever language', () =>
  verdicts([
    [
      'npm test',
      'ask',
      { rules: ['allow Bash', 'allow Bash(npm test)', 'allow PowerShell', 'allow PowerShell(npm test)'] },
    ],
    ['npm test', 'ask', { mode: 'acceptEdits' }],
    ['npm test', 'deny', { mode: 'dontAsk', rules: ['allow PowerShell(npm:*)'] }],
    // And one for PowerShell says nothing of bash.
    ['npm test', 'ask', { tool: 'Bash', rules: ['allow PowerShell', 'allow PowerShell(npm test)'] }],
    [
      'npm test',
      'allow',
      { tool: 'Bash', rules: ['deny PowerShell(npm:*)', 'ask PowerShell', 'allow Bash(npm test)'] },
    ],
  ]));

test('deny and ask rules hold for PowerShell and bash alike, in any letter case, by alias, path or module', () => {
  const rules = ['deny PowerShell(Remove-Item:*)', 'deny Bash(git push:*)', 'deny PowerShell(Get-ChildItem *)'];
  const denied = [
    'Remove-Item x',
    'remove-item x',
    'ri x',
    'RM x',
    'del x',
    'Microsoft.PowerShell.Management\\Remove-Item x',
    'Get-Date; rd x',
    'Get-ChildItem x',
    'gci x',
    'dir x',
    'ls | ForEach-Object { rm $_ }',
    'if ($true) { del x }',
    '$y = rm x',
    '$y=rm x',
    '& "rm" x',
    'r`m x',
    "& 'Remove-Item' x",
    'git push',
    'GIT.EXE push origin main',
    '& "C:\\Program Files\\Git\\cmd\\git.exe" push',
    'git -C sub push',
    'cmd /c git push',
    'cmd /c "git push"',
    'iex "git push"',
    'Invoke-Expression \u201cgit push\u201d',
    'powershell -Command "Get-Date; git push"',
    'echo "$(git push)"',
    'try { git push } catch { }',
    'git push; if ($?) { x }',
  ];
  const byPath = ['deny PowerShell(C:\\tools\\x.exe:*)', 'deny PowerShell(Get-Date; node *)', 'deny PowerShell(pu* x)'];
  return verdicts([
    ['& C:\\Tools\\x.exe a', 'deny', { rules: byPath }],
    ['C:\\other\\x.exe a', 'ask', { rules: byPath }],
    ['Get-Date; node x.js', 'deny', { rules: byPath }],
    ['PUSHD x', 'deny', { rules: byPath }],
    ...denied.map((command): [string, string, Extra] => [command, 'deny', { rules }]),
    ['git pull', 'ask', { rules }],
    ['Get-Content x', 'ask', { rules }],
    ['Get-Date', 'ask', { rules: ['ask Bash'] }],
    ['Get-Date', 'ask', { rules: ['ask PowerShell(get-date)'] }],
    ['Get-Date', 'deny', { rules: ['deny Bash'] }],
    ['Get-Date', 'deny', { rules: ['deny PowerShell'] }],
  ]);
});

test('rules for paths see the paths of Windows', () => {
  const rules = ['deny Read(secrets/**)', 'deny Read(.env)', 'deny Edit(~/.ssh/**)'];
  return verdicts([
    ['Get-Content secrets\\key.pem', 'deny', { rules }],
    ['gc .\\src\\..\\.env', 'deny', { rules }],
    ["Get-Content -Path:'.env'", 'deny', { rules }],
    ['gc FileSystem::C:\\Users\\me\\proj\\.env', 'deny', { rules }],
    ['Set-Content $env:USERPROFILE\\.ssh\\config x', 'deny', { rules }],
    ['"x" > ~\\.ssh\\config', 'deny', { rules }],
    ['Get-Date>~\\.ssh\\config', 'deny', { rules }],
    ["[IO.File]::ReadAllText('.env')", 'deny', { rules }],
    ["cmd /c 'type .env'", 'deny', { rules }],
    ['cmd.exe /c type .env', 'deny', { rules }],
    ['Write-Host .env', 'ask', { rules }],
    // Who denies editing means what writes, and not every word of every program.
    ['npm test', 'ask', { rules: ['deny Edit', 'deny Read'] }],
    ['Set-Content a b', 'deny', { rules: ['deny Edit'] }],
    ['Get-Date > now.txt', 'deny', { rules: ['deny Edit'] }],
    ['Get-Content src\\a.ts', 'ask', { rules }],
  ]);
});

test('Remove-Item with a wildcard or on a folder of the system is refused in every mode', async () => {
  const refused = [
    'Remove-Item *',
    'rm -Recurse -Force *.log',
    'del src\\?.ts',
    'Remove-Item C:\\',
    'Remove-Item C:/Windows/System32 -Recurse',
    'Remove-Item -Path "C:\\Program Files\\x"',
    'ri \\\\?\\C:\\Windows',
    'rd ~',
    'Remove-Item $HOME -Recurse',
    'Remove-Item $env:USERPROFILE\\',
    'Remove-Item $env:SystemRoot\\Temp',
    'Remove-Item ..\\..',
    'Remove-Item ..',
    'Remove-Item \\\\server\\share',
    'Remove-Item HKLM:\\Software\\x',
    'Get-Date; if (1) { erase a,C:\\ }',
    'cmd /c "del *.*"',
    'cmd /c rd /s /q C:\\Windows',
    'Remove-Item \u2013Recurse -Path:C:\\',
    "Remove-Item -LiteralPath 'C:\\'",
    'rm -rf /',
  ];
  for (const command of refused) {
    for (const mode of ['default', 'acceptEdits', 'bypassPermissions'] as const) {
      const { kind, because, record, offers } = await judged(command, { mode, rules: ['allow PowerShell'] });
      assert.deepEqual([kind, because.code], ['deny', 'permissions.critical.removeItem'], `${mode}: ${command}`);
      assert.equal(record.smallestChange.kind, 'none');
      assert.equal(offers, undefined);
    }
  }
  await verdicts([
    ['Remove-Item build -Recurse', 'ask'],
    ['cmd /c rd /s /q build', 'ask'],
    ['Remove-Item C:\\Users\\me\\proj\\build', 'ask'],
    ['Remove-Item $list[0]', 'ask'],
    ["Remove-Item -LiteralPath 'app\\[id]\\page.tsx'", 'ask'],
    ['Get-ChildItem *.log', 'ask'],
    ['Remove-Item *', 'deny', { mode: 'dontAsk' }],
  ]);
});

test('in bypass mode what may remove something in a way that is not seen asks', () =>
  verdicts([
    ['npm test', 'allow', { mode: 'bypassPermissions' }],
    ['Remove-Item build', 'ask', { mode: 'bypassPermissions' }],
    ['[IO.Directory]::Delete("C:\\x")', 'ask', { mode: 'bypassPermissions' }],
    ['(Get-Item x).Delete()', 'ask', { mode: 'bypassPermissions' }],
    ['& $command x', 'ask', { mode: 'bypassPermissions' }],
    ["iex ('r' + 'm x')", 'ask', { mode: 'bypassPermissions' }],
    ['npm test', 'ask', { mode: 'bypassPermissions', rules: ['ask PowerShell'] }],
  ]));

test('a program of the workspace in the place of a known one asks', () => {
  const searchPath = `${root}\\bin;C:\\Windows`;
  const symlinks = { [`${root}\\bin\\git.cmd`]: `${root}\\bin\\git.cmd` };
  return verdicts([
    ['git status', 'ask', { searchPath, symlinks }],
    ['git status', 'allow', { searchPath: 'C:\\Windows' }],
    ['Get-Date', 'allow', { searchPath, symlinks }],
  ]);
});

test('the record says that nothing was read, and names no rule for bash as near', async () => {
  const { record } = await judged('npm test', { rules: ['allow Bash(npm run:*)'] });
  assert.equal(record.nearest, undefined);
  assert.equal(record.step, 'notUnderstood');
  assert.deepEqual(record.smallestChange, {
    kind: 'none',
    because: { code: 'permissions.shell.powershell', args: {} },
  });
});

test('whoever takes bash away takes PowerShell away', () => {
  for (const [rule, gone] of [
    ['deny Bash', true],
    ['deny Bash(*)', true],
    ['deny PowerShell', true],
    ['deny *', true],
    ['deny Bash(rm:*)', false],
    ['ask Bash', false],
  ] as const)
    assert.equal(deniedOutright('PowerShell', rulesOf([rule])), gone, rule);
  assert.equal(deniedOutright('Bash', rulesOf(['deny PowerShell'])), false);
});

test('the rules are looked at like others', async () => {
  const lint = async (...rules: string[]) =>
    (await lintRules(rulesOf(rules), { root, home, platform: 'win32', shell: await shellReader() })).map(
      ({ rule, because }) => [rule.text, because.code],
    );
  assert.deepEqual(await lint('deny PowerShell(Remove-Item:*)', 'deny Bash(rm:*)'), []);
  // Nothing but the exact list runs, and whoever writes a rule hears of it.
  assert.deepEqual(await lint('allow PowerShell(npm test)', 'allow PowerShell'), [
    ['PowerShell(npm test)', 'policy.notUnderstood'],
    ['PowerShell', 'policy.allowsNothing'],
  ]);
  assert.deepEqual(await lint('deny PowerShell(git push:*)', 'ask PowerShell(git push origin)'), [
    ['PowerShell(git push origin)', 'policy.denied'],
  ]);
});
