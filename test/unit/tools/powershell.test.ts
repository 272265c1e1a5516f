// The tool for PowerShell, as far as it can be looked at without a Windows.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { createCwdProbe } from '../../../src/tools/cwdProbe.ts';
import { createTools } from '../../../src/tools/index.ts';
import { shellEnvironment } from '../../../src/tools/shellEnvironment.ts';
import { COMMAND_VARIABLE, FOLDER_VARIABLE, shellInvocation } from '../../../src/tools/shellInvocation.ts';

const tools = (shell?: 'bash' | 'powershell') =>
  createTools({
    ripgrep: async () => 'rg',
    platform: 'win32',
    deniedForReading: () => new Set(),
    ...(shell === undefined ? {} : { shell }),
  });
const powershell = tools('powershell').find(({ name }) => name === 'PowerShell');

test('where there is no bash the tool is PowerShell, in the place of Bash', () => {
  const names = tools('bash').map(({ name }) => name);
  assert.deepEqual(
    tools('powershell').map(({ name }) => name),
    names.map((name) => (name === 'Bash' ? 'PowerShell' : name)),
  );
  assert.deepEqual(
    tools().map(({ name }) => name),
    names,
  );
  assert.match(powershell?.description ?? '', /PowerShell.*no bash/);
});

test('the call says what runs and where, and what cannot arrive as it stands is no command', () => {
  assert.ok(powershell);
  const input = powershell.input.parse({ command: 'Get-Date' });
  assert.deepEqual(powershell.actions(input, 'C:\\proj'), [{ kind: 'run', command: 'Get-Date', cwd: 'C:\\proj' }]);
  for (const command of [' ', 'a\0b', '\ud83d', 'x'.repeat(32_001)])
    assert.throws(() => powershell.input.parse({ command }), /^Error: command: /, JSON.stringify(command.slice(0, 9)));
});

const HARD = [
  'Write-Output "a""b" \'c\' `"d`" \\" %PATH% $env:X',
  "@'\nline\n'@\n}; exit 7 #",
  '한글 “smart” – dash\r\n\ttab',
  '-',
  '$(',
];

test('the text travels apart from the arguments, which are the same for every command', () => {
  const [first, ...others] = HARD.map((command) => shellInvocation('powershell', command));
  for (const { args } of others) assert.deepEqual(args, first?.args);
  for (const [at, command] of HARD.entries())
    assert.deepEqual(shellInvocation('powershell', command).env, { [COMMAND_VARIABLE]: command }, String(at));
  const args = first?.args ?? [];
  assert.deepEqual(args.slice(0, -1), [
    '-NoLogo',
    '-NoProfile',
    '-NonInteractive',
    '-OutputFormat',
    'Text',
    '-Command',
  ]);
  // One argument, of which every way of quoting makes the same.
  const bootstrap = args.at(-1) ?? '';
  assert.doesNotMatch(bootstrap, /["\r\n]|\\$/);
  assert.equal(args.includes('-ExecutionPolicy'), false);
  // Both variables are gone before the text runs.
  const cleared = bootstrap.indexOf(`$env:${COMMAND_VARIABLE} = $env:${FOLDER_VARIABLE} = $null`);
  assert.ok(cleared > 0 && cleared < bootstrap.indexOf('Invoke-Expression'));
});

test('the text arrives as it is', () => {
  for (const command of HARD) {
    const { env } = shellInvocation('powershell', command);
    const print = `process.stdout.write(process.env.${COMMAND_VARIABLE})`;
    const arrived = execFileSync(process.execPath, ['-e', print], { env: { ...process.env, ...env } });
    assert.equal(arrived.toString(), command);
  }
});

test('bash is started as ever', () => {
  assert.deepEqual(shellInvocation('bash', 'ls'), { args: ['--noprofile', '--norc', '-c', '--', 'ls'], env: {} });
});

test('the folder is read back, with or without a byte order mark', async (t) => {
  const probe = await createCwdProbe('powershell', 'win32');
  assert.ok(probe);
  t.after(() => probe.dispose());
  assert.deepEqual(Object.keys(probe.env), [FOLDER_VARIABLE]);
  assert.equal(await probe.read(), undefined);
  for (const noted of ['\uFEFFC:\\proj\\src\r\n', 'C:\\proj\\src\n']) {
    await writeFile(probe.env[FOLDER_VARIABLE] ?? '', noted);
    assert.equal(await probe.read(), 'C:\\proj\\src');
  }
});

test('what would make PowerShell run something else first is not passed on', () => {
  const env = { PSModulePath: 'C:\\proj', Dotnet_Startup_Hooks: 'C:\\proj\\x.dll', Path: 'C:\\WINDOWS', BASH_ENV: 'x' };
  assert.deepEqual(Object.keys(shellEnvironment(env, 'win32', 'powershell')), ['Path', 'TERM', 'GIT_TERMINAL_PROMPT']);
  assert.equal(shellEnvironment(env, 'win32', 'bash')['PSModulePath'], 'C:\\proj');
});

test('a real PowerShell runs the text, tells its code and its folder', {
  skip: process.env['ASSENT_TEST_PWSH'] === undefined ? 'no PowerShell on this machine' : false,
}, async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'pwsh-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'cwd');
  const shell = process.env['ASSENT_TEST_PWSH'] ?? '';
  const ran = (command: string) => {
    const { args, env } = shellInvocation('powershell', command);
    const options = { env: { ...process.env, ...env, [FOLDER_VARIABLE]: file }, cwd: folder };
    const { status, stdout } = spawnSync(shell, args, options);
    return { code: status, out: stdout.toString().trim() };
  };
  assert.deepEqual(ran("Write-Output '한글'"), { code: 0, out: '한글' });
  assert.equal(ran(`Set-Location '${tmpdir()}'; exit 7`).code, 7);
  assert.equal((await readFile(file, 'utf8')).trim(), tmpdir());
  for (const command of ['throw "x"', 'if (', 'Get-Item']) assert.equal(ran(command).code, 1, command);
});
