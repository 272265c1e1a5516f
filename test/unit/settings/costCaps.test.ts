// Caps on cost and prices of models, as the files of all levels say them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshPlace } from './kit.ts';

const caps = (costCaps: unknown) => ({ assent: { costCaps } });

test('of each kind the lowest amount counts, whoever set it, and names its file', async () => {
  const place = freshPlace({
    managed: caps({ day: 20, turn: 4 }),
    user: caps({ day: 5, session: 3 }),
    project: caps({ day: 50, turn: 2 }),
    local: caps({ session: 9 }),
  });
  assert.deepEqual((await place.load()).costCaps, [
    { kind: 'turn', usd: 2, from: place.file('project') },
    { kind: 'session', usd: 3, from: place.file('user') },
    { kind: 'day', usd: 5, from: place.file('user') },
  ]);
});

test('a cap of the organisation cannot be loosened from below', async () => {
  const place = freshPlace({ managed: caps({ day: 1 }), user: caps({ day: 100 }), local: caps({ day: 1000 }) });
  assert.deepEqual((await place.load()).costCaps, [{ kind: 'day', usd: 1, from: place.file('managed') }]);
});

test('a repository may hold back before it is trusted', async () => {
  const place = freshPlace({ project: caps({ turn: 0.5 }) });
  assert.equal((await place.load({ trusted: false })).costCaps?.[0]?.usd, 0.5);
});

test('a file with a fault keeps the caps that can be read', async () => {
  const wrong = freshPlace({ user: caps({ day: 2, turn: 'one' }) });
  const settings = await wrong.load();
  assert.deepEqual(settings.costCaps, [{ kind: 'day', usd: 2, from: wrong.file('user') }]);
  assert.equal(settings.problems[0]?.because.code, 'settings.wrongValue');
  const torn = freshPlace({ user: '{ "assent": { "costCaps": { "day": 2 } }, "model": "x" ' });
  assert.deepEqual((await torn.load()).costCaps, [{ kind: 'day', usd: 2, from: torn.file('user') }]);
});

test('a cap of the organisation that cannot be read lets nothing pass', async () => {
  const place = freshPlace({ managed: caps({ day: 'ten', turn: 3 }) });
  const found = (await place.load()).costCaps;
  assert.deepEqual(
    found?.map(({ kind, usd }) => [kind, usd]),
    [
      ['turn', 3],
      ['day', 0],
    ],
  );
});

test('prices are the organisation’s or the person’s to say', async () => {
  const price = (input: number) => ({ input, output: input * 5 });
  const prices = (modelPrices: unknown) => ({ assent: { modelPrices } });
  const place = freshPlace({
    managed: prices({ ours: price(3) }),
    user: prices({ ours: price(1), mine: price(2) }),
    project: prices({ ours: price(0), mine: price(0), theirs: price(0) }),
  });
  assert.deepEqual((await place.load()).modelPrices, { ours: price(3), mine: price(2) });
});
