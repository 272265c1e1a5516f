// Which file a relative path of a helper command is, before and after trust.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { helpersIn } from '../../../src/compose/helpersIn.ts';
import { runHelper } from '../../../src/util/runHelper.ts';

test('a relative path is one of the folder once it is trusted, and one of the home folder before', async (t) => {
  if (process.platform === 'win32') return t.skip('The scripts are for sh.');
  const folder = await mkdtemp(path.join(tmpdir(), 'assent-helpers-in-'));
  try {
    const places = { root: path.join(folder, 'root'), home: path.join(folder, 'home') };
    for (const [name, place] of Object.entries(places)) {
      await mkdir(place);
      await writeFile(path.join(place, 'key.sh'), `echo of-${name}\n`);
    }
    let trusted = false;
    const run = helpersIn(runHelper, { ...places, trusted: () => trusted });
    const said = async () => {
      const env = { PATH: process.env['PATH'] };
      const helper = { command: '. ./key.sh', env, timeoutMs: 10_000 };
      return (await run(helper, new AbortController().signal)).stdout.trim();
    };
    assert.equal(await said(), 'of-home');
    trusted = true;
    assert.equal(await said(), 'of-root');
  } finally {
    await rm(folder, { recursive: true });
  }
});
