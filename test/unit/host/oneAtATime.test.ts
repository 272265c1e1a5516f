// Work that is asked for in showers runs one at a time, and once more for whatever came meanwhile.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { oneAtATime } from '../../../src/host/oneAtATime.ts';

test('it never overlaps, and the last wish is not lost', async () => {
  const gates: Array<() => void> = [];
  let running = 0;
  let most = 0;
  let runs = 0;
  const ask = oneAtATime(async () => {
    runs += 1;
    running += 1;
    most = Math.max(most, running);
    await new Promise<void>((resolve) => gates.push(resolve));
    running -= 1;
  });
  const first = ask();
  await Promise.all([ask(), ask(), ask()]);
  assert.equal(runs, 1);
  gates.shift()?.();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(runs, 2, 'three wishes are one more run');
  gates.shift()?.();
  await first;
  assert.equal(most, 1);
  const later = ask();
  gates.shift()?.();
  await later;
  assert.equal(runs, 3);
});
