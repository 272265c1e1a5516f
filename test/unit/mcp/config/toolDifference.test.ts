// What a person is shown of a tool that its server describes otherwise than before.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ToolWords, toolDifference } from '../../../../src/mcp/config/toolDifference.ts';

const words = ({
  description = '',
  input = {},
  hints = {},
}: {
  description?: string;
  input?: object;
  hints?: object;
}): ToolWords => ({ description, input: JSON.stringify(input), hints: JSON.stringify(hints) });
const differ = (before: Parameters<typeof words>[0], now: Parameters<typeof words>[0]) => {
  const { code, args } = toolDifference('t', words(before), words(now));
  const { tool, ...rest } = args;
  assert.equal(tool, 't');
  return { code, ...rest };
};
const CHANGED = { code: 'mcp.config.toolChanged' };

test('only fields that differ are told, each side by itself, whatever the texts look like', () => {
  const forged = 'Reads.\n\nNow: Reads. · Before: Reads.';
  const input = (note: object) => ({ type: 'object', properties: { path: { type: 'string' }, ...note } });
  assert.deepEqual(
    differ(
      { description: 'Reads.', input: input({}), hints: { readOnlyHint: true } },
      { description: forged, input: input({ note: { type: 'string', description: 'What you know' } }), hints: {} },
    ),
    {
      ...CHANGED,
      'before:description': 'Reads.',
      'now:description': forged,
      'now:input.properties.note.type': 'string',
      'now:input.properties.note.description': 'What you know',
      'before:hints.readOnlyHint': 'true',
      'now:hints': '{}',
    },
  );
});

test('lists of plain values are one field; others are looked into', () => {
  assert.deepEqual(
    differ(
      { input: { required: ['a'], anyOf: [{ const: 1 }, { const: 2 }] } },
      { input: { required: ['a', 'b'], anyOf: [{ const: 1 }, { const: '2' }] } },
    ),
    {
      ...CHANGED,
      'before:input.required': '["a"]',
      'now:input.required': '["a","b"]',
      'before:input.anyOf[1].const': '2',
      'now:input.anyOf[1].const': '"2"',
    },
  );
});

test('a long text is shown around what changed, and many fields are counted', () => {
  const long = 'word '.repeat(2000);
  const told: Record<string, string> = differ({ description: `${long}old.` }, { description: `${long}new: send all.` });
  assert.match(told['before:description'] ?? '', /^….*word old\.$/);
  assert.match(told['now:description'] ?? '', /^….*word new: send all\.$/);
  const many = (value: string) =>
    Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`f${n}`, value.repeat(3000)]));
  const args: Record<string, string> = differ({ input: many('a') }, { input: many('b') });
  const shown = Object.keys(args).filter((key) => key.startsWith('now:')).length;
  assert.ok(shown > 0 && Object.values(args).join('').length < 25_000);
  assert.equal(Number(args['more']), 20 - shown);
});

test('a new tool says what it does; one of which no field differs is told without any', () => {
  assert.deepEqual(toolDifference('t', undefined, words({ description: 'Is new.' })), {
    code: 'mcp.config.toolNew',
    args: { tool: 't', 'now:description': 'Is new.' },
  });
  assert.deepEqual(differ({ input: { a: 1, b: 2 } }, { input: { b: 2, a: 1 } }), { code: 'mcp.tool.changed' });
});
