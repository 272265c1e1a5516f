// Whether a schema is one of JSON Schema 2020-12, the draft that the models' services check tools by.

import { isObject } from '../../util/jsonValue.ts';
import { shownName } from '../shownName.ts';

type Check = (value: unknown, at: string) => string | undefined;

const TYPES = new Set(['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']);

const is =
  (what: string, holds: (value: unknown) => boolean): Check =>
  (value, at) =>
    holds(value) ? undefined : `${at} is not ${what}`;
const text = is('a text', (value) => typeof value === 'string');
const number = is('a number', (value) => typeof value === 'number');
const count = is('a count', (value) => Number.isInteger(value) && Number(value) >= 0);
const flag = is('true or false', (value) => typeof value === 'boolean');
const list = is('a list', Array.isArray);
const names = is(
  'a list of names',
  (value) =>
    Array.isArray(value) && value.every((one) => typeof one === 'string') && new Set(value).size === value.length,
);
const schema: Check = (value, at) => schemaFault(value, at);
const schemas: Check = (value, at) =>
  Array.isArray(value) && value.length > 0
    ? first(value, (one, index) => schemaFault(one, `${at}[${index}]`))
    : `${at} is not a list of schemas`;
const each =
  (check: Check): Check =>
  (value, at) =>
    isObject(value)
      ? first(Object.entries(value), ([name, one]) => check(one, `${at}.${shownName(name)}`))
      : `${at} is not an object`;
const types: Check = (value, at) => {
  const all = [value].flat();
  const odd = all.find((type) => typeof type !== 'string' || !TYPES.has(type));
  if (odd !== undefined) return `${at} is the unknown ${shownName(JSON.stringify(odd) ?? '')}`;
  return all.length > 0 && new Set(all).size === all.length ? undefined : `${at} names no type, or one twice`;
};

const KEYWORDS = new Map<string, Check>([
  ...[
    '$id',
    '$schema',
    '$ref',
    '$anchor',
    '$dynamicRef',
    '$dynamicAnchor',
    '$comment',
    'title',
    'description',
    'pattern',
    'format',
    'contentEncoding',
    'contentMediaType',
  ].map((key) => [key, text] as const),
  ...['maximum', 'exclusiveMaximum', 'minimum', 'exclusiveMinimum'].map((key) => [key, number] as const),
  ['multipleOf', is('a number above 0', (value) => typeof value === 'number' && value > 0)],
  ...[
    'maxLength',
    'minLength',
    'maxItems',
    'minItems',
    'maxContains',
    'minContains',
    'maxProperties',
    'minProperties',
  ].map((key) => [key, count] as const),
  ...['uniqueItems', 'deprecated', 'readOnly', 'writeOnly'].map((key) => [key, flag] as const),
  ...['enum', 'examples'].map((key) => [key, list] as const),
  ...[
    'items',
    'contains',
    'additionalProperties',
    'propertyNames',
    'unevaluatedItems',
    'unevaluatedProperties',
    'contentSchema',
    'if',
    'then',
    'else',
    'not',
  ].map((key) => [key, schema] as const),
  ...['prefixItems', 'allOf', 'anyOf', 'oneOf'].map((key) => [key, schemas] as const),
  ...['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'].map(
    (key) => [key, each(schema)] as const,
  ),
  ['dependentRequired', each(names)],
  ['dependencies', each((value, at) => (Array.isArray(value) ? names(value, at) : schemaFault(value, at)))],
  ['required', names],
  ['type', types],
]);

/** Undefined: nothing is wrong. `at` names the place within a larger schema. */
export function schemaFault(value: unknown, at = ''): string | undefined {
  if (typeof value === 'boolean') return undefined;
  if (!isObject(value)) return `${at || 'the schema'} is not a schema`;
  return first(Object.entries(value), ([key, one]) => KEYWORDS.get(key)?.(one, at === '' ? key : `${at}.${key}`));
}

/** The same in the words of 2020-12, as far as older drafts had others. What is wrong stays as it is. */
export function modernSchema(value: unknown): unknown {
  if (!isObject(value)) return value;
  const entries = Object.entries(value).flatMap(([key, one]): Array<[string, unknown]> => {
    const check = KEYWORDS.get(key);
    if (key === 'items' && Array.isArray(one)) return one.length === 0 ? [] : [['prefixItems', one.map(modernSchema)]];
    if (key === 'additionalItems') return Array.isArray(value['items']) ? [['items', modernSchema(one)]] : [];
    if (key === 'required')
      return typeof one === 'boolean' ? [] : [[key, Array.isArray(one) ? [...new Set(one)] : one]];
    for (const end of ['Minimum', 'Maximum']) {
      const plain = end.toLowerCase();
      const strict = `exclusive${end}`;
      if (key === strict && typeof one === 'boolean')
        return one && value[plain] !== undefined ? [[key, value[plain]]] : [];
      if (key === plain && value[strict] === true) return [];
    }
    // Of another language's expressions; the server checks what it is sent itself.
    if (key === 'pattern' && typeof one === 'string' && !isExpression(one)) return [];
    if (check === schema) return [[key, modernSchema(one)]];
    if (check === schemas && Array.isArray(one)) return [[key, one.map(modernSchema)]];
    if (['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas'].includes(key) && isObject(one))
      return [[key, Object.fromEntries(Object.entries(one).map(([name, inner]) => [name, modernSchema(inner)]))]];
    return [[key, one]];
  });
  return Object.fromEntries(entries);
}

function isExpression(pattern: string): boolean {
  return ['u', ''].some((flags) => {
    try {
      return new RegExp(pattern, flags) instanceof RegExp;
    } catch {
      // Asked about once more without the flag.
      return false;
    }
  });
}

function first<T>(all: readonly T[], find: (one: T, index: number) => string | undefined): string | undefined {
  for (const [index, one] of all.entries()) {
    const found = find(one, index);
    if (found !== undefined) return found;
  }
  return undefined;
}
