// `npm run fuzz -- edits` goes on for longer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editsSummary, fuzzEdits } from '../../../fuzz/edits.ts';

test('in 20,000 random steps nothing is lost, and nothing changes that was not accepted', async (t) => {
  const tally = await fuzzEdits({ seed: 1, steps: 20_000 });
  t.diagnostic(editsSummary(tally));
  assert.ok(tally.written > 2000 && tally.undone > 2000, editsSummary(tally));
});
