import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import type { ToolOutput } from '../../../src/contracts/tool.ts';
import { shellEnvironment } from '../../../src/tools/shellEnvironment.ts';
import { fixture, tempFolder, textOf } from './fixture.ts';

function command(output: ToolOutput) {
  assert.equal(output.detail?.type, 'command');
  if (output.detail?.type !== 'command') throw new Error('unreachable');
  return output.detail;
}

/** Whether the process runs; one that is only waiting to be collected does not. */
function running(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function pidsIn(folder: string): Promise<number[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.pid'));
  return names.map((name) => Number(readFileSync(path.join(folder, name), 'utf8').trim()));
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('it did not come to that');
}

test('output, error output and exit code reach the model', async (t) => {
  const { run, tool } = fixture(await tempFolder(t));
  const output = await run('Bash', { command: 'echo out; echo err >&2; exit 3', description: 'Says things' });
  assert.equal(textOf(output), 'out\n[stderr]\nerr\n[Exit code 3]');
  assert.equal(output.isError, true);
  assert.deepEqual(output.detail, {
    type: 'command',
    stdout: 'out\n',
    stderr: 'err\n',
    exitCode: 3,
    interrupted: false,
    truncated: false,
  });
  assert.equal(tool('Bash').describe?.({ command: 'x', description: 'Says things' }), 'Says things');
});

test('a command without output says so', async (t) => {
  const { run } = fixture(await tempFolder(t));
  const output = await run('Bash', { command: 'true' });
  assert.equal(textOf(output), '[no output]');
  assert.equal(output.isError, false);
});

test('the very bytes of the command are the argument of bash', async (t) => {
  const folder = await tempFolder(t);
  const { run, tool } = fixture(folder);
  const text = ' cat /proc/$$/cmdline > seen # "é" \'😀\' $x `y` \\ \t \r\u00a0 !!\n\n';
  await run('Bash', { command: text });
  const argv = readFileSync(path.join(folder, 'seen'), 'utf8').split('\0').slice(1, -1);
  assert.deepEqual(argv, ['--noprofile', '--norc', '-c', '--', text]);
  assert.deepEqual(tool('Bash').actions({ command: ` ${text}` }, '/w'), [
    { kind: 'run', command: ` ${text}`, cwd: '/w' },
  ]);
  assert.equal(tool('Bash').subject({ command: ` ${text}` }, '/w'), ` ${text}`);
});

test('bash reads the bytes of letters as UTF-8, whatever the locale says', () => {
  const read = (env: Record<string, string>, platform: NodeJS.Platform = 'linux') => {
    const { LC_ALL, LC_CTYPE, LANG } = shellEnvironment(env, platform);
    return { LC_ALL, LC_CTYPE, LANG };
  };
  const none = { LC_ALL: undefined, LC_CTYPE: undefined, LANG: undefined };
  // The second byte of some letters is a backslash there.
  assert.deepEqual(read({ LC_ALL: 'ja_JP.SJIS' }), { ...none, LC_ALL: 'C.UTF-8' });
  assert.deepEqual(read({ LC_CTYPE: 'zh_CN.GBK' }, 'darwin'), { ...none, LC_CTYPE: 'UTF-8' });
  assert.deepEqual(read({ LANG: 'zh_TW' }), { ...none, LC_CTYPE: 'C.UTF-8', LANG: 'zh_TW' });
  for (const LANG of ['ko_KR.UTF-8', 'en_US.utf8', 'C', 'POSIX']) assert.deepEqual(read({ LANG }), { ...none, LANG });
  assert.deepEqual(read({}), none);
});

test('a text that looks like an option is a command', async (t) => {
  const { run } = fixture(await tempFolder(t));
  assert.match(textOf(await run('Bash', { command: '--version' })), /command not found/);
});

test('a command that cannot reach a shell unchanged is refused', async (t) => {
  const { tool } = fixture(await tempFolder(t));
  const { parse } = tool('Bash').input;
  assert.throws(() => parse({ command: 'echo a\0b' }), /^Error: command: .*NUL/);
  assert.throws(() => parse({ command: 'echo \ud800' }), /surrogate/);
  assert.throws(() => parse({ command: '  ' }), /empty/);
});

test('what could make bash run something else is not in its environment', async (t) => {
  const folder = await tempFolder(t);
  const trap = path.join(folder, 'trap.sh');
  await writeFile(trap, 'echo TRAPPED\n');
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    BASH_ENV: trap,
    ENV: trap,
    'BASH_FUNC_ls%%': '() { echo TRAPPED; }',
    SHELLOPTS: 'xtrace',
    BASHOPTS: 'extglob',
    PS4: '$(echo TRAPPED >&2)',
    PROMPT_COMMAND: 'echo TRAPPED',
    CDPATH: '/',
    GLOBIGNORE: '*',
    POSIXLY_CORRECT: '1',
    VSCODE_IPC_HOOK: 'x',
    ELECTRON_RUN_AS_NODE: '1',
    OTEL_EXPORTER_OTLP_HEADERS: 'secret',
    ANTHROPIC_API_KEY: 'kept',
    KEPT: 'yes',
  };
  const { run } = fixture(folder, { env });
  const output = await run('Bash', { command: 'ls trap.sh; bash -c true; env' });
  const text = textOf(output);
  assert.doesNotMatch(text, /TRAPPED/);
  const names = command(output)
    .stdout.split('\n')
    .map((line) => line.split('=')[0] ?? '');
  for (const name of [
    'BASH_ENV',
    'ENV',
    'SHELLOPTS',
    'BASHOPTS',
    'PS4',
    'PROMPT_COMMAND',
    'CDPATH',
    'GLOBIGNORE',
    'POSIXLY_CORRECT',
    'VSCODE_IPC_HOOK',
    'ELECTRON_RUN_AS_NODE',
    'OTEL_EXPORTER_OTLP_HEADERS',
  ]) {
    assert.ok(!names.includes(name), name);
  }
  assert.ok(!names.some((name) => name.startsWith('BASH_FUNC')));
  assert.match(text, /^KEPT=yes$/m);
  assert.match(text, /^ANTHROPIC_API_KEY=kept$/m);
});

test('credentials stay out of commands when the environment asks for that', async (t) => {
  const env = {
    ...process.env,
    CLAUDE_CODE_SUBPROCESS_ENV_SCRUB: '1',
    ANTHROPIC_API_KEY: 'k',
    AWS_SECRET_ACCESS_KEY: 'k',
  };
  const { run } = fixture(await tempFolder(t), { env });
  assert.doesNotMatch(textOf(await run('Bash', { command: 'env' })), /ANTHROPIC_API_KEY|AWS_SECRET/);
});

test('the current folder carries over inside the working folders and nowhere else', async (t) => {
  const root = await tempFolder(t);
  const other = await tempFolder(t);
  await mkdir(path.join(root, 'sub dir'));
  const { run, context } = fixture(root, { workingDirectories: [root, other] });
  assert.match(textOf(await run('Bash', { command: 'cd "sub dir"' })), /current folder is now .*sub dir/);
  assert.equal(context.state.cwd, path.join(root, 'sub dir'));
  assert.equal(textOf(await run('Bash', { command: 'pwd' })), path.join(root, 'sub dir'));
  await run('Bash', { command: `cd ${other}` });
  assert.equal(context.state.cwd, other);
  const outside = await run('Bash', { command: 'cd / && echo there' });
  assert.match(textOf(outside), /^there\n\[The command ended in \/, outside the working folders/);
  assert.equal(context.state.cwd, root);
  await symlink('/', path.join(root, 'out'));
  await run('Bash', { command: 'cd out' });
  assert.equal(context.state.cwd, root, 'a link leads outside, whatever its name');
});

test('the folder is learnt without changing exit code, traps of the command or subshells', async (t) => {
  const root = await tempFolder(t);
  await mkdir(path.join(root, 'a'));
  const { run, context } = fixture(root);
  assert.equal(command(await run('Bash', { command: 'cd a; exit 7' })).exitCode, 7);
  assert.equal(context.state.cwd, path.join(root, 'a'));
  context.state.cwd = root;
  const trapped = await run('Bash', { command: "trap 'echo mine' EXIT; cd a" });
  assert.equal(textOf(trapped), 'mine');
  assert.equal(context.state.cwd, root, 'unknown means unchanged');
  await run('Bash', { command: '(cd a); true' });
  assert.equal(context.state.cwd, root);
  const traced = await run('Bash', { command: 'set -xeu; cd a' });
  assert.equal(command(traced).stderr, '+ cd a\n');
  assert.equal(context.state.cwd, path.join(root, 'a'));
});

test('carry-over can be switched off', async (t) => {
  const root = await tempFolder(t);
  await mkdir(path.join(root, 'a'));
  const { run, context } = fixture(root, { env: { ...process.env, CLAUDE_BASH_MAINTAIN_PROJECT_WORKING_DIR: '1' } });
  assert.match(textOf(await run('Bash', { command: 'cd a' })), /The current folder stays/);
  assert.equal(context.state.cwd, root);
});

test('a current folder that is gone stops the command', async (t) => {
  const root = await tempFolder(t);
  const { run, context } = fixture(root);
  await run('Bash', { command: 'mkdir a && cd a' });
  await rm(path.join(root, 'a'), { recursive: true });
  await assert.rejects(run('Bash', { command: 'touch ran' }), /does not exist any more/);
  assert.equal(existsSync(path.join(root, 'ran')), false);
  assert.equal(context.state.cwd, root);
  await rm(root, { recursive: true });
  await assert.rejects(run('Bash', { command: 'true' }), /open another folder/);
});

test('nothing of ours is left in the temporary folder', async (t) => {
  const temporary = await tempFolder(t);
  const { run } = fixture(await tempFolder(t));
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = temporary;
  t.after(() => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  });
  assert.equal(textOf(await run('Bash', { command: 'ls -d "$TMPDIR"/*' })).startsWith(`${temporary}/assent-`), true);
  assert.deepEqual(await readdir(temporary), []);
});

test('a temporary folder with a name that bash would expand costs the carry-over only', async (t) => {
  const root = await tempFolder(t);
  const odd = path.join(await tempFolder(t), '$(touch TRAPPED)`id`');
  await mkdir(odd);
  await mkdir(path.join(root, 'a'));
  const { run, context } = fixture(root);
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = odd;
  t.after(() => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  });
  assert.equal(textOf(await run('Bash', { command: 'cd a; ls' })), '[no output]');
  assert.equal(context.state.cwd, root);
  assert.deepEqual(await readdir(root), ['a']);
  assert.deepEqual(await readdir(odd), []);
});

test('a command that waits for input gets the end of it', async (t) => {
  const { run } = fixture(await tempFolder(t));
  const output = await run('Bash', {
    command: 'read -r line; echo "got $? <$line>"; cat; (exec < /dev/tty) 2>/dev/null || echo no terminal',
  });
  assert.equal(textOf(output), 'got 1 <>\nno terminal');
});

test('the time limit ends the whole tree', async (t) => {
  const root = await tempFolder(t);
  const { run } = fixture(root);
  const output = await run('Bash', {
    command: `echo $$ > a.pid; (echo $BASHPID > b.pid; sleep 31415 & echo $! > c.pid; trap '' TERM; while :; do sleep 31415; done) & echo begun; wait`,
    timeout: 900,
  });
  assert.match(textOf(output), /^begun\n\[Stopped after 0\.9 seconds, the time limit/);
  assert.equal(command(output).interrupted, true);
  assert.equal(output.isError, true);
  const pids = await pidsIn(root);
  assert.equal(pids.length, 3);
  for (const pid of pids) assert.equal(running(pid), false);
});

test('cancel ends the whole tree, a group of its own and a session of its own included', async (t) => {
  const root = await tempFolder(t);
  const { run, abort } = fixture(root);
  const going = run('Bash', {
    command: `setsid bash -c 'echo $$ > c.pid; sleep 31415' & set -m; sleep 31415 & echo $! > a.pid; bash -c 'sleep 31415 & echo $! > b.pid; wait' & wait`,
  });
  await until(async () => (await pidsIn(root)).filter((pid) => pid > 0).length === 3);
  abort.abort();
  const output = await going;
  assert.match(textOf(output), /Stopped by the user/);
  for (const pid of await pidsIn(root)) assert.equal(running(pid), false, `process ${pid}`);
});

test('a command that was cancelled before it started does not start', async (t) => {
  const root = await tempFolder(t);
  const { run, abort } = fixture(root);
  abort.abort();
  await assert.rejects(run('Bash', { command: 'touch ran' }));
  assert.equal(existsSync(path.join(root, 'ran')), false);
});

test('a child in the background does not hold the result up, and can be found and ended', async (t) => {
  const root = await tempFolder(t);
  const { run, context } = fixture(root);
  const output = await run('Bash', {
    command: 'sh -c "echo \\$\\$ > a.pid; sleep 0.3; echo later; exec sleep 31415" & echo done',
  });
  assert.match(textOf(output), /^done\n\[Processes it started still run, as bash_1/);
  assert.equal(output.isError, false);
  await until(async () => {
    const text = textOf(await run('BashOutput', { bash_id: 'bash_1' }));
    assert.match(text, /bash_1 is running/);
    return text.includes('later');
  });
  assert.equal(textOf(await run('KillShell', { shell_id: 'bash_1' })), 'bash_1 was ended.');
  for (const pid of await pidsIn(root)) assert.equal(running(pid), false);
  assert.equal(context.state.background.get('bash_1')?.status, 'killed');
});

test('two hundred megabytes of output stay bounded, with both ends', async (t) => {
  const { run, progress } = fixture(await tempFolder(t), { env: { ...process.env, BASH_MAX_OUTPUT_LENGTH: '1000' } });
  const before = process.memoryUsage().rss;
  const output = await run('Bash', { command: 'echo first; yes 0123456789 | head -c 200000000; echo; echo last' });
  const text = textOf(output);
  assert.match(text, /^first\n/);
  assert.match(text, /last$/);
  assert.match(text, /\[… 199,\d{3},\d{3} characters cut …\]/);
  assert.ok(text.length < 1200, `${text.length}`);
  assert.equal(command(output).truncated, true);
  assert.ok(process.memoryUsage().rss - before < 100 * 1024 * 1024);
  assert.ok(progress.join('').length < 1500);
});

test('output is passed on while the command runs', async (t) => {
  const root = await tempFolder(t);
  const { run, progress } = fixture(root);
  const going = run('Bash', {
    command: `printf '\\033[31mred\\033[0m one\\n'; until [ -e go ]; do sleep 0.02; done; echo two`,
  });
  await until(() => progress.join('').includes('red one\n'));
  await writeFile(path.join(root, 'go'), '');
  assert.equal(textOf(await going), 'red one\ntwo');
  assert.equal(progress.join(''), 'red one\ntwo\n');
});

test('progress bars are shown in their last state, binary output is only named', async (t) => {
  const { run } = fixture(await tempFolder(t));
  assert.equal(textOf(await run('Bash', { command: `printf '10%%\\r50%%\\r100%%\\ndone\\r\\n'` })), '100%\ndone');
  const binary = await run('Bash', { command: 'head -c 4096 /dev/urandom' });
  assert.match(textOf(binary), /^\[binary output, about [\d,]+ bytes, not shown\]$/);
});

test('cut output never holds half of a character', async (t) => {
  for (const limit of [101, 102, 103, 104]) {
    const { run } = fixture(await tempFolder(t), { env: { ...process.env, BASH_MAX_OUTPUT_LENGTH: String(limit) } });
    const { stdout } = command(await run('Bash', { command: 'for i in {1..200}; do printf x😀; done' }));
    assert.doesNotMatch(stdout, /\p{Cs}/u);
    assert.match(stdout, /characters cut/);
  }
});

test('a character that arrives in two parts is one character', async (t) => {
  const { run } = fixture(await tempFolder(t));
  const output = await run('Bash', { command: `printf '\\xed\\x95'; sleep 0.1; printf '\\x9c'` });
  assert.equal(command(output).stdout, '한');
});

test('a signal is told', async (t) => {
  const { run } = fixture(await tempFolder(t));
  const output = await run('Bash', { command: 'kill -SEGV $$' });
  assert.match(textOf(output), /Ended by signal SIGSEGV, exit code 139/);
  assert.equal(command(output).exitCode, 139);
});

test('a command longer than the system takes says what to do', async (t) => {
  const { run } = fixture(await tempFolder(t));
  await assert.rejects(run('Bash', { command: `: ${'x'.repeat(3_000_000)}` }), /write a script file/);
});

test('a background command can be read, filtered and ended', async (t) => {
  const root = await tempFolder(t);
  const { run } = fixture(root);
  const started = await run('Bash', {
    command: 'echo $$ > a.pid; for i in 1 2 3; do echo line $i; done; sleep 31415',
    run_in_background: true,
  });
  assert.equal(command(started).backgroundId, 'bash_1');
  let seen = '';
  await until(async () => {
    seen += textOf(await run('BashOutput', { bash_id: 'bash_1' }));
    return seen.includes('line 3');
  });
  assert.match(textOf(await run('BashOutput', { bash_id: 'bash_1' })), /bash_1 is running\.\n\[no new output\]/);
  assert.equal(textOf(await run('KillShell', { shell_id: 'bash_1' })), 'bash_1 was ended.');
  for (const pid of await pidsIn(root)) assert.equal(running(pid), false);
  await assert.rejects(run('BashOutput', { bash_id: 'bash_9' }), /no background command bash_9\. Known: bash_1/);
});

test('a background command survives the end of its turn, and tells its exit code', async (t) => {
  const root = await tempFolder(t);
  const { run, abort } = fixture(root);
  await run('Bash', { command: 'until [ -e go ]; do sleep 0.02; done; echo went; exit 4', run_in_background: true });
  abort.abort();
  await writeFile(path.join(root, 'go'), '');
  let text = '';
  await until(async () => {
    text += textOf(await run('BashOutput', { bash_id: 'bash_1' }));
    return text.includes('exited');
  });
  assert.match(text, /went/);
  assert.match(text, /bash_1 has exited with code 4/);
});

test('a filter keeps lines that match, a bad one costs no output, and one that never ends is stopped', async (t) => {
  const { run, context } = fixture(await tempFolder(t));
  const give = (text: string) => {
    let left = text;
    context.state.background.set('x', {
      id: 'x',
      command: '',
      startedAtMs: 0,
      status: 'running',
      exitCode: undefined,
      readNew: () => {
        const now = left;
        left = '';
        return now;
      },
      kill: async () => {},
    });
  };
  give('a1\nb2\na3\n');
  await assert.rejects(run('BashOutput', { bash_id: 'x', filter: '(' }), /filter: not a valid regular expression/);
  assert.equal(textOf(await run('BashOutput', { bash_id: 'x', filter: '^a' })), 'x is running.\na1\na3');
  give(`${'a'.repeat(60)}!\n`);
  assert.match(textOf(await run('BashOutput', { bash_id: 'x', filter: '^(a+)+$' })), /took too long.*\n?a{60}/s);
});

test('no process of the tests is left', () => {
  const left = execFileSync('ps', ['-eo', 'args'])
    .toString()
    .split('\n')
    .filter((line) => line.trim() === 'sleep 31415');
  assert.deepEqual(left, []);
});
