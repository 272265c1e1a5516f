// The rows of the shared list that are no calls: each goes through the part of the product that answers for it, and a
// part that is broken is noticed.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { Row, Verdict } from '../support/corpus/row.ts';
import { strictest } from '../support/corpus/row.ts';
import { corpusParts } from '../support/corpusParts.ts';

const ROOT = process.env['ASSENT_ROOT'] ?? process.cwd();
const FILE = path.join(ROOT, '../shared/corpus/actions.jsonl');
const KINDS = ['render', 'display', 'binding', 'settings', 'mcp-config'] as const;

type Expected = Row & { expect: Verdict; accept?: Verdict[]; debatable?: boolean };

const place = { cwd: '/proj', home: '/home/dev', platform: 'linux' as const };
const parts = await corpusParts();
const judged = (kind: (typeof KINDS)[number], action: Record<string, unknown>, context: object = {}) =>
  parts.kinds[kind]({ id: 'own', kind, action, context: { ...place, ...context } });

for (const kind of KINDS) {
  test(`the shared rows of the kind ${kind}`, { skip: !existsSync(FILE) }, async () => {
    const rows = readFileSync(FILE, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line): Expected => JSON.parse(line))
      .filter((row) => row.kind === kind && !row.debatable);
    assert.ok(rows.length >= 5);
    const unsafe: string[] = [];
    let overAsked = 0;
    for (const row of rows) {
      const verdict = await parts.kinds[kind](row);
      if (strictest(verdict, row.expect) !== verdict && !row.accept?.includes(verdict))
        unsafe.push(`${row.id}: ${verdict}`);
      if (row.expect === 'allow' && verdict !== 'allow') overAsked += 1;
    }
    assert.deepEqual(unsafe, []);
    assert.equal(overAsked, 0);
  });
}

async function table(kind: (typeof KINDS)[number], rows: Array<[Verdict, Record<string, unknown>, object?]>) {
  for (const [expected, action, context] of rows)
    assert.equal(await judged(kind, action, context), expected, JSON.stringify(action));
}

test('render: what would load is left out, what a click opens is in view', () =>
  table(
    'render',
    (
      [
        ['deny', '<iframe src="https://e.example"></iframe>'],
        ['deny', '<style>@import url(https://e.example/x)</style>'],
        ['deny', 'a <img src=x onerror=alert(1)> b'],
        ['deny', '![a][r]\n\n[r]: https://e.example/x.png'],
        ['deny', '[x](data:text/html,<script>alert(1)</script>)'],
        ['deny', '[x](vbscript:x)'],
        ['deny', '```svg\n<svg onload="x"></svg>\n```'],
        ['ask', '[docs](https://e.example/?d=1)'],
        ['ask', '<https://e.example>'],
        ['ask', '[up](../../etc/passwd)'],
        ['allow', '# Title\n\n- a\n- b\n\n> quote `<b>`'],
        ['allow', '```html\n<p>only shown</p>\n```'.replace('html', 'js')],
        ['allow', 'a < b and c > d'],
        ['allow', '[guide](docs/guide.md)'],
      ] as const
    ).map(([expected, markdown]) => [expected, { markdown }]),
  ));

test('display: what hides is drawn and never remembered', () =>
  table(
    'display',
    (
      [
        ['ask', 'npm\u2066 test'],
        ['ask', 'npm\u00a0test'],
        ['ask', 'nрm test'],
        ['ask', `npm test${' '.repeat(300)}; rm x`],
        ['ask', 'npm test\u0007'],
        ['deny', 'npm test\0'],
        ['ask', '<b>npm</b> test &amp; x'],
        ['allow', 'ls'],
      ] as const
    ).map(([expected, command]) => [expected, { command }]),
  ));

test('binding: a yes is for the bytes that were shown', () =>
  table('binding', [
    ['allow', { approved: { command: 'make all' }, toRun: { command: 'make all' } }],
    ['ask', { approved: { command: 'make all' }, toRun: { command: 'make  all' } }],
    ['allow', { approved: { rule: 'Bash(make:*)' }, toRun: { command: 'make all' } }],
    ['ask', { approved: { rule: 'Bash(make:*)' }, toRun: { command: 'cargo make' } }],
    ['ask', { approved: { command: 'make', cwd: '/proj' }, toRun: { command: 'make', cwd: '/proj/sub' } }],
    [
      'ask',
      {
        approved: { tool: 'Write', path: '/proj/a', content: '1' },
        toRun: { tool: 'Write', path: '/proj/a', content: '2' },
      },
    ],
    [
      'ask',
      {
        approved: { tool: 'WebFetch', url: 'https://a.example/1' },
        toRun: { tool: 'WebFetch', url: 'https://a.example/2' },
      },
    ],
    ['ask', { approved: { tool: 'mcp__a__b', x: 1 }, toRun: { tool: 'mcp__a__b', x: 2 } }],
    ['allow', { approved: { tool: 'mcp__a__b', x: { y: 1 } }, toRun: { tool: 'mcp__a__b', x: { y: 1 } } }],
  ]));

const load = (source: string, key: string, value: string) => ({ event: 'settings-load', source, key, value });

test('settings: what a repository would loosen waits for trust, and for a yes when it comes later', () =>
  table('settings', [
    ['ask', load('project', 'permissions.allow', 'Edit'), { trusted: false }],
    ['ask', load('local', 'permissions.allow', 'Bash(make)'), { trusted: false }],
    ['allow', load('project', 'permissions.ask', 'Bash(make)'), { trusted: false }],
    ['deny', load('project', 'env.GIT_SSH_COMMAND', './x'), { trusted: true }],
    [
      'allow',
      load('project', 'permissions.additionalDirectories', '../other'),
      { trusted: true, changedSinceTrust: false },
    ],
    [
      'ask',
      load('project', 'permissions.additionalDirectories', '../other'),
      { trusted: true, changedSinceTrust: true },
    ],
    ['ask', load('project', 'env.ANTHROPIC_BASE_URL', 'https://e.example'), { trusted: true, changedSinceTrust: true }],
    ['ask', load('project', 'hooks.PreToolUse', './x.sh'), { trusted: true, changedSinceTrust: true }],
    [
      'deny',
      load('project', 'permissions.allow', 'Bash(make)'),
      { trusted: true, managed: { allowManagedPermissionRulesOnly: true } },
    ],
    ['deny', load('user', 'permissions.allow', 'Bash(curl:*)'), { trusted: true, managed: { deny: ['Bash(curl:*)'] } }],
    ['allow', load('user', 'permissions.allow', 'WebFetch(domain:a.example)'), { trusted: true }],
    ['deny', { event: 'spawn', program: 'npm --version' }, { trusted: false }],
  ]));

const start = (command: string[], more: object = {}) => ({
  event: 'server-start',
  file: '.mcp.json',
  server: 'docs',
  command,
  ...more,
});

test('mcp-config: an approval is for the whole entry', () =>
  table('mcp-config', [
    ['allow', start(['npx', 'docs']), { approvedServers: { docs: 'npx docs' } }],
    ['ask', start(['npx', 'docs']), { approvedServers: {} }],
    ['ask', start(['npx', 'docs']), { approvedServers: { docs: 'npx docs' }, trusted: false }],
    ['ask', start(['npx', 'docs'], { headers: { a: 'b' } }), { approvedServers: { docs: 'npx docs' } }],
    [
      'ask',
      start(['npx', 'docs']),
      { approvedServers: { docs: 'npx docs' }, programHash: { approved: 'sha256:a', current: 'sha256:b' } },
    ],
    ['ask', { event: 'elicitation', server: 'docs' }, { approvedServers: { docs: 'npx docs' } }],
  ]));
