// The ledger as a person looks at it, and as a table for other programs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usageCsv } from '../../../src/usage/csv.ts';
import { reportStart, usageReport } from '../../../src/usage/report.ts';
import { MONDAY, NO_USAGE, row } from './kit.ts';

const DAY = 24 * 3_600_000;
const ROWS = [
  row({ at: MONDAY - 29 * DAY, usd: 8, root: '/b', session: 'old' }),
  row({ at: MONDAY - 6 * DAY, usd: 4, model: 'claude-sonnet-5', purpose: 'summary' }),
  row({
    at: MONDAY - DAY,
    usd: 2,
    root: '/b',
    session: 'other',
    purpose: 'webSearch',
    usage: { ...NO_USAGE, webSearches: 2 },
  }),
  row({ at: MONDAY, usd: 1, expectedRead: 100, usage: { ...NO_USAGE, inputTokens: 90, cacheReadTokens: 10 } }),
];
const report = (wish: Parameters<typeof usageReport>[1], rows = ROWS) =>
  usageReport({ rows, unreadable: 0 }, wish, MONDAY, []);

test('totals of the conversation, the day, seven and thirty days', () => {
  const { totals } = report({ range: 'week', session: 's' });
  assert.deepEqual(
    totals.map(({ range, usd, requests }) => [range, usd, requests]),
    [
      ['session', 5, 2],
      ['today', 1, 1],
      ['week', 7, 3],
      ['month', 15, 4],
    ],
  );
  assert.deepEqual(
    report({ range: 'session' }).totals.map(({ range }) => range),
    ['today', 'week', 'month'],
  );
  assert.equal(report({ range: 'session' }).range, 'today');
});

test('the first day of thirty is counted whole, the one before is not', () => {
  const first = reportStart(MONDAY);
  assert.equal(new Date(first).getHours(), 0);
  const { totals } = report({ range: 'month' }, [row({ at: first - 1 }), row({ at: first })]);
  assert.equal(totals.at(-1)?.requests, 1);
});

test('a bar for each day, without gaps', () => {
  const { days } = report({ range: 'week' });
  assert.deepEqual(
    days.map(({ day, usd }) => [day, usd]),
    [
      ['2026-11-17', 4],
      ['2026-11-18', 0],
      ['2026-11-19', 0],
      ['2026-11-20', 0],
      ['2026-11-21', 0],
      ['2026-11-22', 2],
      ['2026-11-23', 1],
    ],
  );
  assert.equal(report({ range: 'month' }).days.length, 30);
  assert.equal(report({ range: 'today' }).days.length, 1);
});

test('days are those of the calendar where clocks change', () => {
  // In a zone that changes its clocks in this time a day has 23 or 25 hours; each is there once all the same.
  const { days } = usageReport(
    { rows: [], unreadable: 0 },
    { range: 'month' },
    new Date(2026, 10, 5, 0, 30).getTime(),
    [],
  );
  assert.equal(new Set(days.map(({ day }) => day)).size, 30);
  assert.equal(days[0]?.day, '2026-10-07');
});

test('by model, source and folder, the dearest first; one folder alone', () => {
  const all = report({ range: 'month' });
  assert.deepEqual(
    all.models.map(({ name, usd }) => [name, usd]),
    [
      ['claude-opus-5', 11],
      ['claude-sonnet-5', 4],
    ],
  );
  assert.deepEqual(
    all.sources.map(({ name }) => name),
    ['main', 'summary', 'webSearch'],
  );
  assert.deepEqual(
    all.repositories.map(({ name, usd, searches }) => [name, usd, searches]),
    [
      ['/b', 10, 2],
      ['/project', 5, 0],
    ],
  );
  const one = report({ range: 'month', root: '/b' });
  assert.deepEqual(
    one.repositories.map(({ name }) => name),
    ['/b'],
  );
  assert.deepEqual(one.roots, ['/b', '/project']);
});

test('what the cache should have served and did, of the requests where that is known', () => {
  const [main] = report({ range: 'today' }).sources;
  assert.deepEqual([main?.expected, main?.served, main?.input, main?.cacheRead], [100, 10, 90, 10]);
});

test('an unknown price is counted, not guessed', () => {
  const { usd: _, ...unpriced } = row();
  const [, week] = report({ range: 'week' }, [unpriced, row({ usd: 2 })]).totals;
  assert.deepEqual([week?.usd, week?.unpriced, week?.requests], [2, 1, 2]);
});

test('what was lost, the newest first, and no more than can be read', () => {
  const lost = Array.from({ length: 30 }, (_, i) =>
    row({ at: MONDAY + i, cacheCause: { kind: 'message', number: i } }),
  );
  const report30 = report({ range: 'today' }, lost);
  assert.equal(report30.lost.length, 10);
  assert.deepEqual(report30.lost[0]?.because.args, { tokens: '0', number: '29' });
});

test('thousands of rows become a page of a few', () => {
  const many = Array.from({ length: 20_000 }, (_, i) => row({ at: MONDAY - (i % 30) * DAY, session: `${i % 100}` }));
  const text = JSON.stringify(report({ range: 'month' }, many));
  assert.ok(text.length < 20_000, String(text.length));
});

test('the table for other programs: RFC 4180, numbers as numbers, nothing where nothing is known', () => {
  const { usd: _, ...unpriced } = row({
    root: 'C:\\a "b", c\nd',
    durationMs: 5.4,
    usage: { ...NO_USAGE, inputTokens: 3 },
  });
  const text = usageCsv([unpriced, row({ usd: 0.085, requestId: 'req_1', cacheCause: { kind: 'system' } })]);
  assert.ok(text.endsWith('\r\n'));
  const [head, ...rest] = text.split('\r\n');
  assert.ok(head?.startsWith('time,session,folder,vendor,model,source,input_tokens,'));
  assert.match(
    rest[0] ?? '',
    /^\d{4}-\d\d-\d\dT[\d:.]+Z,s,"C:\\a ""b"", c\nd",anthropic,claude-opus-5,main,3,0,0,0,,0,0,,5,,$/,
  );
  assert.match(rest[1] ?? '', /,0\.085,5,req_1,system$/);
});

test('no cell is taken for a formula', () => {
  for (const name of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '=HYPERLINK("http://x","y")']) {
    const line = usageCsv([row({ root: name })]).split('\r\n')[1] ?? '';
    assert.doesNotMatch(line, /(^|,)"?[=+\-@\t]/, name);
    assert.ok(line.includes("'"), name);
  }
});
