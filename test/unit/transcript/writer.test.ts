import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { appendFile, chmod, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { AgentEvent } from '../../../src/contracts/event.ts';
import { parseLines } from '../../../src/transcript/line.ts';
import { createTranscriptStore } from '../../../src/transcript/store.ts';
import { asNobody } from '../../support/asNobody.ts';
import { place, turn } from './fixtures.ts';

const promptsIn = (events: readonly AgentEvent[] | undefined) =>
  (events ?? []).flatMap((event) => (event.type === 'prompted' ? [event.prompt.text] : []));

if (process.env['ASSENT_TEST_WRITER']) await writeForEver(JSON.parse(process.env['ASSENT_TEST_WRITER']));
else {
  test('another program went on with the file: ours goes on in one of its own, and both are whole', async (t) => {
    const at = await place(t.after.bind(t));
    const writer = await at.store.open(at.root, 'shared');
    for (const event of turn('one')) await writer.record(event);
    assert.deepEqual(await writer.flush(), []);
    const other = await at.newStore().open(at.root, 'shared');
    for (const event of turn('theirs', 2)) await other.record(event);
    await other.close();

    for (const event of turn('mine', 3)) await writer.record(event);
    const [notice, ...more] = await writer.flush();
    assert.equal(notice?.code, 'transcript.forked');
    assert.deepEqual(more, []);
    assert.notEqual(writer.session, 'shared');
    for (const event of turn('mine again', 4)) await writer.record(event);
    assert.deepEqual(await writer.flush(), []);
    await writer.close();
    assert.deepEqual(promptsIn((await at.store.load(at.root, 'shared'))?.events), ['one', 'theirs']);
    assert.deepEqual(promptsIn((await at.store.load(at.root, writer.session))?.events), ['one', 'mine', 'mine again']);
    const sessions = (await readFile(writer.file, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).sessionId);
    assert.deepEqual(new Set(sessions), new Set([writer.session]));
    assert.equal((await at.store.list(at.root)).length, 2);
  });

  test('two windows that append at the same time lose nothing', async (t) => {
    const at = await place(t.after.bind(t));
    const writers = await Promise.all([1, 2, 3].map((n) => at.newStore().open(at.root, `s${n}`)));
    const same = await Promise.all([at.store.open(at.root, 'same'), at.newStore().open(at.root, 'same')]);
    await Promise.all(
      [...writers, ...same].map(async (writer, index) => {
        for (let n = 0; n < 10; n++) for (const event of turn(`${index}-${n}`, n)) await writer.record(event);
        await writer.close();
      }),
    );
    const found = (
      await Promise.all((await at.store.list(at.root)).map((one) => at.store.load(at.root, one.id)))
    ).flatMap((one) => promptsIn(one?.events));
    assert.deepEqual([...new Set(found)].length, 50);
  });

  test('what is recorded while something is being written is neither lost nor written twice', async (t) => {
    const at = await place(t.after.bind(t));
    const writer = await at.store.open(at.root, 's');
    for (let n = 0; n < 40; n++) {
      for (const event of turn(`prompt ${n}`, n)) {
        void writer.record(event);
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    await writer.close();
    assert.deepEqual(
      promptsIn((await at.store.load(at.root, 's'))?.events),
      Array.from({ length: 40 }, (_, n) => `prompt ${n}`),
    );
  });

  test('what may wait is written by the next flush, or in the end by itself; a flush waits for no later one', async (t) => {
    const at = await place(t.after.bind(t));
    const writer = await at.store.open(at.root, 's');
    const prompts = async () => promptsIn((await at.store.load(at.root, 's'))?.events);
    const forEver = 2 ** 30;
    for (const event of turn('one', 1)) void writer.record(event, forEver);
    assert.deepEqual(await writer.flush(), []);
    assert.deepEqual(await prompts(), ['one']);
    // Several at once, each with something new in front of it.
    await Promise.all(
      ['two', 'three', 'four'].map(async (text, index) => {
        for (const event of turn(text, index + 2)) void writer.record(event, forEver);
        await writer.flush();
        assert.ok((await prompts()).includes(text));
      }),
    );
    await writer.close();
    assert.deepEqual(await prompts(), ['one', 'two', 'three', 'four']);
    const other = await at.store.open(at.root, 's');
    for (const event of turn('five', 5)) await other.record(event, 1);
    assert.deepEqual(await prompts(), ['one', 'two', 'three', 'four', 'five']);
    await other.close();
  });

  test('a lock left by a program that is gone does not hold for long', async (t) => {
    const at = await place(t.after.bind(t));
    const writer = await at.store.open(at.root, 's');
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    await mkdir(at.folder, { recursive: true });
    await writeFile(`${writer.file}.lock`, JSON.stringify({ pid: gone, host: hostname() }));
    for (const event of turn('one')) await writer.record(event);
    assert.deepEqual(await writer.flush(), []);
    await writer.close();
    assert.equal((await at.store.list(at.root)).length, 1);
  });

  test('a full disk is said once, stops nothing, and what was missing is written when there is room', async (t) => {
    const at = await place(t.after.bind(t));
    await mkdir(at.folder, { recursive: true });
    const writer = await at.store.open(at.root, 's');
    await symlink('/dev/full', path.join(at.folder, 's.jsonl'));
    for (const event of turn('one')) await writer.record(event);
    const [notice, ...more] = await writer.flush();
    assert.equal(notice?.code, 'transcript.unwritable');
    assert.match(notice?.args['reason'] ?? '', /ENOSPC/);
    for (const event of turn('two', 2)) await writer.record(event);
    assert.deepEqual([...more, ...(await writer.flush())], []);
    await rm(path.join(at.folder, 's.jsonl'));
    for (const event of turn('three', 3)) await writer.record(event);
    assert.deepEqual(await writer.flush(), []);
    await writer.close();
    assert.deepEqual(promptsIn((await at.store.load(at.root, 's'))?.events), ['one', 'two', 'three']);
  });

  test('a folder that may not be written', async (t) => {
    const at = await place(t.after.bind(t));
    await mkdir(at.folder, { recursive: true });
    await chmod(at.folder, 0o500);
    await asNobody(path.dirname(at.root), async () => {
      const writer = await at.store.open(at.root, 's');
      for (const event of turn('one')) await writer.record(event);
      assert.match((await writer.flush())[0]?.args['reason'] ?? '', /EACCES/);
      await chmod(at.folder, 0o700);
      await writer.close();
      assert.deepEqual(promptsIn((await at.store.load(at.root, 's'))?.events), ['one']);
    });
  });

  test('a file that was deleted meanwhile is made again, and it is said', async (t) => {
    const at = await place(t.after.bind(t));
    const writer = await at.store.open(at.root, 's');
    for (const event of turn('one')) await writer.record(event);
    await writer.flush();
    await rm(at.folder, { recursive: true });
    for (const event of turn('two', 2)) await writer.record(event);
    assert.equal((await writer.flush())[0]?.code, 'transcript.gone');
    await writer.close();
    assert.deepEqual(promptsIn((await at.store.load(at.root, 's'))?.events), ['two']);
  });

  test('a write that only half succeeded leaves every line there, once', {
    skip: spawnSync('prlimit', ['--version']).status !== 0,
  }, async (t) => {
    const at = await place(t.after.bind(t));
    // The child may write 8 kB and no more; then the limit goes, and it writes on.
    const child = start(
      at,
      'bash',
      ['-c', `trap '' XFSZ; ulimit -Sf 8; exec "$0" "$1"`, process.execPath, fileURLToPath(import.meta.url)],
      12,
    );
    const lines = createInterface(child.stdout);
    for await (const line of lines) {
      if (line.startsWith('failed')) {
        spawnSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited']);
        child.stdin.end('go\n');
      }
      if (line === 'done') break;
    }
    child.kill('SIGKILL');
    const restored = await at.store.load(at.root, 's');
    assert.deepEqual(
      promptsIn(restored?.events),
      Array.from({ length: 12 }, (_, n) => `prompt ${n}`),
    );
    const uuids = parseLines(await readFile(path.join(at.folder, 's.jsonl'), 'utf8')).flatMap(
      (line) => line.uuid ?? [],
    );
    assert.equal(new Set(uuids).size, uuids.length);
  });

  test('killed at any moment, what was flushed is there, and the conversation goes on', async (t) => {
    const at = await place(t.after.bind(t));
    for (let round = 0; round < 5; round++) {
      const child = start(at, process.execPath, [fileURLToPath(import.meta.url)], 100_000);
      let flushed = -1;
      for await (const line of createInterface(child.stdout)) {
        // Nothing answers a child that waits: fail at once, with what it says.
        assert.match(line, /^\d+$/, `round ${round}`);
        flushed = Number(line);
        if (flushed >= 3 + round * 2) break;
      }
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('exit', resolve));
      const prompts = promptsIn((await at.store.load(at.root, 's'))?.events);
      for (let n = 0; n <= flushed; n++)
        assert.ok(prompts.includes(`prompt ${n}`), `round ${round}: prompt ${n} of ${flushed} is missing`);
      await appendFile(path.join(at.folder, 's.jsonl'), '{"cut');
    }
    const writer = await at.store.open(at.root, 's');
    for (const event of turn('last')) await writer.record(event);
    await writer.close();
    assert.equal(promptsIn((await at.store.load(at.root, 's'))?.events).at(-1), 'last');
  });
}

function start(at: { configDir: string; root: string }, command: string, args: string[], turns: number) {
  const task = JSON.stringify({ configDir: at.configDir, root: at.root, turns });
  return spawn(command, args, {
    env: { ...process.env, ASSENT_TEST_WRITER: task, NODE_TEST_CONTEXT: '' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

/** The child of the tests above: records turns, says the number of each that is flushed, and goes on after a failure when told. */
async function writeForEver({
  configDir,
  root,
  turns,
}: {
  configDir: string;
  root: string;
  turns: number;
}): Promise<void> {
  const { randomUUID } = await import('node:crypto');
  const store = createTranscriptStore({ configDir, version: '0', env: () => ({}), now: Date.now, newId: randomUUID });
  const writer = await store.open(root, 's');
  let failed = false;
  for (let n = 0; n < turns; n++) {
    for (const event of turn(`prompt ${n}`, n)) void writer.record(event);
    const [notice] = await writer.flush();
    if (notice && !failed) {
      failed = true;
      console.log(`failed: ${notice.args['reason'] ?? notice.code}`);
      await new Promise((resolve) => process.stdin.once('data', resolve));
    }
    if (!failed) console.log(n);
  }
  await writer.close();
  console.log('done');
  process.exit(0);
}
