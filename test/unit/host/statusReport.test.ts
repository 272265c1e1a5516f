// The report that people paste where others read it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statusReport } from '../../../src/host/statusReport.ts';
import type { Check, StatusFact } from '../../../src/statusProtocol.ts';
import { sayInEnglish } from '../../../src/util/phrases.ts';

const text = (words: string) => ({ code: 'status.text', args: { text: words } });
const facts: StatusFact[] = [
  { group: 'model', name: 'address', value: text('https://me:hunter2secret@gateway.example') },
  {
    group: 'model',
    name: 'credential',
    value: { code: 'status.credential.apiKey', args: {} },
    from: { code: 'status.from.file', args: { name: 'ANTHROPIC_API_KEY', file: '/home/ada/.claude/settings.json' } },
  },
  { group: 'settings', name: 'root', value: text('/home/grace/shop') },
  { group: 'settings', name: 'settingsFile', value: text('C:\\Users\\Linus\\.claude\\settings.json') },
  { group: 'versions', name: 'assent', value: text('1.0.0') },
];
const check: Check = {
  state: 'done',
  atMs: Date.UTC(2026, 10, 23, 9),
  model: 'claude-opus-5',
  hops: [
    { hop: 'model', state: 'skipped', because: text('a | b\nc'), durationMs: 0, remedies: [] },
    { hop: 'name', state: 'ok', because: text('Found with sk-ant-api03-abcdefghijkl'), durationMs: 12, remedies: [] },
  ],
  cost: { code: 'status.check.cost', args: { tokens: '13', usd: '$0.01' } },
};

test('facts by group, steps in their order, no secret, no name of a person in a path', () => {
  const report = statusReport({ facts, check, say: sayInEnglish, home: '/home/ada' });
  assert.equal(
    report,
    `# Assent: status

## Model

- Address: https://[hidden]@gateway.example
- Credential: API key (ANTHROPIC_API_KEY in ~/.claude/settings.json)

## Settings

- Folder: /home/…/shop
- Settings file: C:\\Users\\…\\.claude\\settings.json

## Versions

- Assent: 1.0.0

## Check of 2026-11-23T09:00:00.000Z

| Step | Result | Duration | What was found |
| --- | --- | --- | --- |
| Name | works | 12 ms | Found with [hidden] |
| Model | skipped | 0 ms | a \\| b c |

The check used 13 tokens ($0.01).
`,
  );
});

test('a check that was not made, or not finished, says so', () => {
  const of = (one: Check | undefined) => statusReport({ facts: [], check: one, say: sayInEnglish, home: '/' });
  assert.match(of(undefined), /was not checked/);
  assert.match(of({ ...check, state: 'cancelled' }), /was cancelled/);
  assert.match(of({ ...check, state: 'running' }), /still under way/);
});
