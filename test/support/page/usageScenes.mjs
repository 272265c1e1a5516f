// What the usage page is told in each scene.

const sum = (usd, requests, more = {}) => ({
  usd,
  unpriced: 0,
  requests,
  input: requests * 1200,
  cacheWrite: requests * 5200,
  cacheRead: requests * 61_000,
  output: requests * 900,
  searches: 0,
  expected: requests * 60_000,
  served: requests * 60_000,
  ...more,
});

const nothing = sum(0, 0);
const days = (amounts) =>
  amounts.map((usd, at) => ({
    day: `2026-11-${String(at + 1).padStart(2, '0')}`,
    ...sum(usd, usd > 0 ? Math.ceil(usd * 9) : 0),
  }));
const ROOTS = ['/home/dev/shop', '/home/dev/tools/assent', '/home/dev/archive/shop'];

export const report = (more = {}) => ({
  range: 'week',
  roots: ROOTS,
  totals: [
    { range: 'session', ...sum(1.27, 14) },
    { range: 'today', ...sum(3.81, 41) },
    { range: 'week', ...sum(18.4, 230, { unpriced: 3 }) },
    { range: 'month', ...sum(61.05, 801, { unpriced: 3 }) },
  ],
  days: days([2.1, 0, 4.25, 3.9, 0.004, 4.34, 3.81]),
  models: [
    { name: 'claude-opus-5', ...sum(14.9, 120, { served: 120 * 22_000 }) },
    { name: 'claude-sonnet-5', ...sum(3.5, 107, { searches: 4 }) },
    { name: 'our-gateway/large', ...sum(0, 3, { unpriced: 3 }) },
  ],
  sources: [
    { name: 'main', ...sum(16.1, 190) },
    { name: 'summary', ...sum(1.4, 6) },
    { name: 'webFetch', ...sum(0.6, 30, { expected: 0, served: 0, cacheRead: 0 }) },
    { name: 'webSearch', ...sum(0.3, 4, { searches: 4, expected: 0, served: 0 }) },
  ],
  repositories: ROOTS.map((name, at) => ({ name, ...sum(9 / (at + 1), 90 - at) })),
  lost: [
    {
      at: Date.UTC(2026, 10, 6, 9),
      model: 'claude-opus-5',
      because: { code: 'usage.lost.toolChanged', args: { name: 'mcp__tracker__search', tokens: '61000' } },
    },
    {
      at: Date.UTC(2026, 10, 5, 9),
      model: 'claude-opus-5',
      because: { code: 'usage.lost.expired', args: { tokens: '48000' } },
    },
  ],
  caps: [
    { kind: 'turn', usd: 1, from: 'assent.costCap.turn', spent: 0.12 },
    { kind: 'day', usd: 4, from: '/etc/assent/managed-settings.json', spent: 3.81 },
  ],
  unreadable: 0,
  ...more,
});

export function usageScenes() {
  return {
    usage: [{ type: 'report', report: report() }],
    usageMonth: [
      {
        type: 'report',
        report: report({
          range: 'month',
          root: ROOTS[0],
          unreadable: 2,
          days: days(Array.from({ length: 30 }, (_, at) => (at % 7 > 4 ? 0 : 1 + ((at * 7) % 5)))),
        }),
      },
    ],
    usageEmpty: [
      {
        type: 'report',
        report: report({
          range: 'today',
          roots: [],
          totals: ['today', 'week', 'month'].map((range) => ({ range, ...nothing })),
          days: days([0]),
          models: [],
          sources: [],
          repositories: [],
          lost: [],
          caps: [],
        }),
      },
    ],
    usageFailed: [
      {
        type: 'failed',
        because: {
          code: 'usage.cannotRead',
          args: { reason: 'EACCES: permission denied', folder: '/home/dev/.config/Code/usage' },
        },
      },
    ],
  };
}
