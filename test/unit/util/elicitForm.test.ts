// Forms that servers ask to be filled in: what fields come of a schema, and what may be sent.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { contentFits, type FormValue, formContent, formFields } from '../../../src/util/elicitForm.ts';

const form = (properties: Record<string, unknown>, required: string[] = []) =>
  formFields({ type: 'object', properties, required });
const given = (properties: Record<string, unknown>, values: Record<string, FormValue>, required: string[] = []) => {
  const fields = form(properties, required);
  assert.ok(fields);
  const filled = formContent(fields, values);
  if ('content' in filled) {
    assert.ok(contentFits(fields, filled.content), 'what the form gives is what is taken');
    return filled.content;
  }
  return Object.fromEntries(
    [...filled.faults].map(([name, { why, amount }]) => [name, `${why} ${amount ?? ''}`.trim()]),
  );
};

describe('values', () => {
  const one: Array<[name: string, schema: Record<string, unknown>, value: FormValue, expected: unknown]> = [
    ['text', { type: 'string' }, ' as typed ', ' as typed '],
    ['nothing', { type: 'string' }, '  ', undefined],
    ['too short', { type: 'string', minLength: 3 }, 'ab', 'tooShort 3'],
    ['too long', { type: 'string', maxLength: 3 }, 'abcd', 'tooLong 3'],
    ['a mail address', { type: 'string', format: 'email' }, 'a@b.example', 'a@b.example'],
    ['no mail address', { type: 'string', format: 'email' }, 'a b', 'notEmail'],
    ['an address', { type: 'string', format: 'uri' }, 'https://a.example/x', 'https://a.example/x'],
    ['no address', { type: 'string', format: 'uri' }, 'a.example', 'notUri'],
    ['a day', { type: 'string', format: 'date' }, '2026-02-28', '2026-02-28'],
    ['no day', { type: 'string', format: 'date' }, '2026-02-30', 'notDate'],
    ['a time', { type: 'string', format: 'date-time' }, '2026-02-28T10:00:00Z', '2026-02-28T10:00:00Z'],
    ['no time', { type: 'string', format: 'date-time' }, '2026-02-28', 'notDateTime'],
    ['a number', { type: 'number' }, '1.5', 1.5],
    ['no number', { type: 'number' }, 'many', 'notNumber'],
    ['a part of a whole', { type: 'integer' }, '1.5', 'notWhole'],
    ['too small', { type: 'integer', minimum: 2 }, '1', 'tooSmall 2'],
    ['too big', { type: 'number', maximum: 2 }, '2.1', 'tooBig 2'],
    ['yes', { type: 'boolean' }, true, true],
    ['no', { type: 'boolean' }, false, false],
    ['one of some', { type: 'string', enum: ['a', 'b'] }, 'b', 'b'],
    ['none of them', { type: 'string', enum: ['a', 'b'] }, 'c', 'notOffered'],
    ['one with a title', { type: 'string', oneOf: [{ const: 'a', title: 'Ah' }] }, 'a', 'a'],
    ['several', { type: 'array', items: { type: 'string', enum: ['a', 'b'] } }, ['a', 'b'], ['a', 'b']],
    ['several with titles', { type: 'array', items: { anyOf: [{ const: 'a', title: 'Ah' }] } }, ['a'], ['a']],
    ['too few', { type: 'array', minItems: 2, items: { enum: ['a', 'b'] } }, ['a'], 'tooFew 2'],
    ['too many', { type: 'array', maxItems: 1, items: { enum: ['a', 'b'] } }, ['a', 'b'], 'tooMany 1'],
    ['one that is not there', { type: 'array', items: { enum: ['a'] } }, ['b'], 'notOffered'],
  ];
  for (const [name, schema, value, expected] of one)
    test(name, () => assert.deepEqual(given({ x: schema }, { x: value })['x'], expected));
});

test('what is required has to be there, and what is given beforehand is', () => {
  const properties = {
    name: { type: 'string' },
    size: { type: 'integer', default: 3 },
    on: { type: 'boolean', default: true },
    kind: { type: 'string', enum: ['a', 'b'], enumNames: ['Ah', 'Bee'], default: 'b' },
    tags: { type: 'array', items: { enum: ['x', 'y'] }, default: ['y'] },
  };
  const required = ['name', 'tags'];
  assert.deepEqual(given(properties, {}, required), { name: 'missing' });
  assert.deepEqual(given(properties, { name: 'n', tags: [] }, required), { tags: 'tooFew 1' });
  assert.deepEqual(given(properties, { name: 'n' }, required), {
    name: 'n',
    size: 3,
    on: true,
    kind: 'b',
    tags: ['y'],
  });
  const kind = form(properties)?.find((field) => field.name === 'kind');
  assert.deepEqual(kind?.kind === 'one' && kind.options.map(({ label }) => label), ['Ah', 'Bee']);
});

test('schemas of which no form can be made', () => {
  for (const properties of [
    {},
    { x: { type: 'object', properties: {} } },
    { x: { type: 'array', items: { type: 'object' } } },
    { x: { type: 'string', enum: [1] } },
    { x: true },
    Object.fromEntries(Array.from({ length: 41 }, (_, n) => [`f${n}`, { type: 'string' }])),
  ])
    assert.equal(form(properties as Record<string, unknown>), undefined);
  assert.equal(formFields({ type: 'string' }), undefined);
});

test('a content that the form could not have given is not taken', () => {
  const fields = form({ n: { type: 'integer', maximum: 3 }, s: { type: 'string' }, f: { type: 'boolean' } }, ['n']);
  assert.ok(fields);
  assert.ok(contentFits(fields, { n: 3 }));
  for (const content of [{}, { n: 4 }, { n: 1, more: 'x' }, { n: 'abc' }, { n: 1, s: ['x'] }, { n: 1, f: 'yes' }])
    assert.equal(contentFits(fields, content as never), false, JSON.stringify(content));
});

test('names that objects have anyway are names like others', () => {
  const properties = JSON.parse('{"__proto__":{"type":"string"},"constructor":{"type":"string"}}') as Record<
    string,
    unknown
  >;
  const fields = form(properties, ['constructor']);
  assert.ok(fields);
  assert.ok('faults' in formContent(fields, {}));
  const filled = formContent(fields, JSON.parse('{"__proto__":"a","constructor":"b"}') as Record<string, string>);
  assert.equal('content' in filled && JSON.stringify(filled.content), '{"__proto__":"a","constructor":"b"}');
});
