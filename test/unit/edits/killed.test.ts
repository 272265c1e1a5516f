// A process that writes one file over and over is killed a hundred times, at any moment.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { writeAtomically } from '../../../src/edits/writeAtomically.ts';

const TASK = process.env['ASSENT_TEST_KILLED'];
const KILLS = 100;
const SIDE_BY_SIDE = 4;

const content = (n: number) => Buffer.from(`${n}\n`.repeat(20_000 + (n % 7) * 5000));

if (TASK !== undefined) {
  await writeForEver(TASK);
} else {
  test(`killed ${KILLS} times while it writes, the file is the old or the new one, never half`, async (t) => {
    const folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'assent-killed-')));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const distances = new Set<number>();
    const killOne = async (file: string, round: number) => {
      await writeFile(file, content(0));
      const written = await killAmid(file, round);
      const bytes = await readFile(file);
      const found = Number.parseInt(bytes.subarray(0, 12).toString('latin1'), 10);
      assert.equal(Buffer.compare(bytes, content(found)), 0, `round ${round}: the file is half of something`);
      // What was said to be written is; one more may have been, before it could be said.
      assert.ok(found === written || found === written + 1, `round ${round}: ${found} after ${written}`);
      distances.add(found);
    };
    const inTurn = async (lane: number) => {
      for (let round = lane; round < KILLS; round += SIDE_BY_SIDE) await killOne(path.join(folder, `f${lane}`), round);
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, (_, lane) => inTurn(lane)));
    const left = (await readdir(folder)).filter((name) => name.endsWith('.tmp')).length;
    // Otherwise the kills came between the writes and showed nothing.
    assert.ok(left > 0 && distances.size > 2, `${left} unfinished writes, ${distances.size} different ends`);
  });
}

/** Resolves to the last content that the child said it had written. */
async function killAmid(file: string, round: number): Promise<number> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url)], {
    env: { ...process.env, ASSENT_TEST_KILLED: file, NODE_TEST_CONTEXT: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let last = 0;
  for await (const line of createInterface(child.stdout)) {
    last = Number(line);
    if (last === 1 + (round % 5)) setTimeout(() => child.kill('SIGKILL'), (round * 7) % 13);
  }
  await ended;
  return last;
}

async function writeForEver(file: string): Promise<void> {
  for (let n = 1; ; n++) {
    assert.equal(await writeAtomically(file, content(n), content(n - 1)), 'written');
    process.stdout.write(`${n}\n`);
  }
}
