// A helper command: what it says, how it ends, and that nothing of it stays behind.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Helper } from '../../../src/contracts/helper.ts';
import type { Because } from '../../../src/contracts/permission.ts';
import { announceSlow } from '../../../src/util/announceSlow.ts';
import { runHelper } from '../../../src/util/runHelper.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'assent-helper-'));
});
after(() => rm(folder, { recursive: true }));

const never = new AbortController().signal;
const helper = (command: string, more: Partial<Helper> = {}): Helper => ({
  command,
  env: { PATH: process.env['PATH'] },
  cwd: folder,
  timeoutMs: 20_000,
  ...more,
});
const file = (name: string) => path.join(folder, name);

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // One that has ended and waits to be collected does not count.
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

async function until(check: () => boolean): Promise<void> {
  while (!check()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const pidIn = (name: string) => Number(readFileSync(file(name), 'utf8').trim());
const written = (name: string) =>
  until(() => existsSync(file(name)) && readFileSync(file(name), 'utf8').endsWith('\n'));

describe('a helper', { skip: process.platform === 'win32' }, () => {
  test('says what it says on both outputs, and with which status it ended', async () => {
    const end = await runHelper(helper('echo out; echo err >&2; exit 3'), never);
    assert.deepEqual(end, { code: 3, stdout: 'out\n', stderr: 'err\n', timedOut: false });
  });

  test('gets the environment it is given and no other, and nothing to read', async () => {
    process.env['ASSENT_LEAK'] = 'yes';
    try {
      const { stdout } = await runHelper(
        helper('echo "$MINE|$ASSENT_LEAK|$(cat)|$PWD"', { env: { PATH: process.env['PATH'], MINE: 'a b' } }),
        never,
      );
      assert.equal(stdout, `a b|||${folder}\n`);
    } finally {
      delete process.env['ASSENT_LEAK'];
    }
  });

  test('that talks without end is cut, and still ends', async () => {
    let told = 0;
    const onOutput = (text: string) => {
      told += text.length;
    };
    const end = await runHelper(helper('head -c 3000000 /dev/zero | tr "\\0" "x"; echo done >&2', { onOutput }), never);
    assert.ok(told > 1_000_000 && told < 1_200_000, `${told}`);
    assert.equal(end.code, 0);
    assert.equal(end.stdout.length, 1_000_000);
    assert.equal(end.stderr, 'done\n');
  });

  test('letters that arrive in halves are whole', async () => {
    const seen: string[] = [];
    const { stdout } = await runHelper(
      helper("printf '\\303'; sleep 0.05; printf '\\251'", { onOutput: (text) => seen.push(text) }),
      never,
    );
    assert.equal(stdout, 'é');
    assert.equal(seen.join(''), 'é');
  });

  test('that takes too long is ended with all that it started', async () => {
    const end = await runHelper(
      helper(`echo $$ > ${file('slow')}; (sleep 60 & echo $! > ${file('child')}; wait)`, { timeoutMs: 300 }),
      never,
    );
    assert.equal(end.timedOut, true);
    assert.equal(end.code, null);
    for (const name of ['slow', 'child']) assert.equal(alive(pidIn(name)), false);
  });

  test('that nobody waits for any more is ended, also when it does not want to', async () => {
    const stop = new AbortController();
    const running = runHelper(
      helper(`trap '' TERM INT HUP; echo $$ > ${file('stubborn')}; while :; do sleep 0.05; done`),
      stop.signal,
    );
    await written('stubborn');
    stop.abort(new Error('stopped'));
    await assert.rejects(running, /stopped/);
    assert.equal(alive(pidIn('stubborn')), false);
  });

  test('that leaves something running ends when it ends itself, and takes that with it', async () => {
    const end = await runHelper(helper(`sleep 60 & echo $! > ${file('left')}; echo key`), never);
    assert.deepEqual([end.code, end.stdout, end.timedOut], [0, 'key\n', false]);
    assert.equal(alive(pidIn('left')), false);
  });

  test('whose window of a browser left its session is not waited for', async () => {
    const end = await runHelper(helper(`setsid sleep 60 & echo $! > ${file('browser')}; sleep 0.1; echo key`), never);
    try {
      assert.deepEqual([end.code, end.stdout], [0, 'key\n']);
    } finally {
      const pid = pidIn('browser');
      if (alive(pid)) process.kill(pid, 'SIGKILL');
    }
  });

  test('that cannot be started is told, and an aborted one is not started', async () => {
    await assert.rejects(runHelper(helper('true', { cwd: file('nowhere') }), never), /ENOENT/);
    await assert.rejects(
      async () => runHelper(helper(`echo > ${file('started')}`), AbortSignal.abort(new Error('gone'))),
      /gone/,
    );
    assert.equal(existsSync(file('started')), false);
  });

  test('that takes long is told of by its name with the time, until it ends', async () => {
    const shown: Array<Because | undefined> = [];
    const run = announceSlow(runHelper, (because) => shown.push(because), 30);
    const command = `until [ -e ${file('told')} ]; do sleep 0.01; done; echo key`;
    const running = run(helper(command, { name: 'apiKeyHelper' }), never);
    await until(() => shown.length >= 2);
    writeFileSync(file('told'), '');
    assert.equal((await running).stdout, 'key\n');
    const [first] = shown;
    assert.deepEqual([first?.code, first?.args['name']], ['credentials.helper.slow', 'apiKeyHelper']);
    assert.equal(shown.at(-1), undefined);
    // A quick one is not told of.
    shown.length = 0;
    await announceSlow(runHelper, (because) => shown.push(because))(helper('true'), never);
    assert.deepEqual(shown, [undefined]);
  });
});
