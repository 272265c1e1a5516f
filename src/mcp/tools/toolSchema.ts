// Makes the schema of a tool's input one that the models' services take. One that cannot be used would fail whole requests.

import { isObject, stringsOf } from '../../util/jsonValue.ts';
import { shownName } from '../shownName.ts';
import { modernSchema, schemaFault } from './schemaFault.ts';

type Schema = Record<string, unknown>;
export type UsableSchema = { schema: Schema } | { fault: string };

/** As the services check it. */
const PROPERTY = /^[\w.-]{1,64}$/;
/** A description of an input that is longer than this crowds out everything else. */
const LENGTH = 100_000;
const COMBINATIONS = ['anyOf', 'oneOf', 'allOf'] as const;

/** Plain schemas come back as they are. */
export function usableSchema(schema: Schema): UsableSchema {
  const json = JSON.stringify(schema);
  if (json.length > LENGTH) return { fault: 'it is too long' };
  const type = schema['type'];
  if (type !== undefined && type !== 'object')
    return { fault: `its type is ${shownName(JSON.stringify(type))}, not object` };
  const modern = modernSchema(wellFormed(json));
  if (!isObject(modern)) return { fault: 'it is not a schema' };
  const flat = COMBINATIONS.some((key) => key in modern) ? flatten(modern) : { schema: modern };
  if ('fault' in flat) return flat;
  const whole = flat.schema['type'] === undefined ? { type: 'object', ...flat.schema } : flat.schema;
  const fault = schemaFault(whole) ?? oddField(whole);
  return fault === undefined ? { schema: whole } : { fault };
}

/** One object with the fields of all; needed is what every way needs. */
function flatten(schema: Schema): UsableSchema {
  const rest: Schema = Object.fromEntries(
    Object.entries(schema).filter(([key]) => !COMBINATIONS.some((one) => one === key)),
  );
  const properties = new Map<string, unknown[]>();
  const add = (from: unknown) => {
    for (const [name, value] of Object.entries(isObject(from) ? from : {}))
      properties.set(name, [...(properties.get(name) ?? []), value]);
  };
  const required = new Set(stringsOf(schema['required']));
  add(schema['properties']);
  for (const key of COMBINATIONS) {
    const ways = schema[key];
    if (ways === undefined) continue;
    if (!Array.isArray(ways) || ways.length === 0) return { fault: `${key} is not a list` };
    const needs: Array<Set<string>> = [];
    for (const way of ways) {
      const nested = isObject(way) && COMBINATIONS.some((one) => one in way) ? flatten(way) : { schema: way };
      if ('fault' in nested) return nested;
      const { schema: one } = nested;
      if (!isObject(one) || '$ref' in one || (one['type'] !== undefined && one['type'] !== 'object'))
        return { fault: `${key} at its root holds something other than objects` };
      add(one['properties']);
      needs.push(new Set(stringsOf(one['required'])));
    }
    const [first, ...others] = needs;
    for (const name of key === 'allOf' ? needs.flatMap((need) => [...need]) : (first ?? []))
      if (key === 'allOf' || others.every((need) => need.has(name))) required.add(name);
  }
  const merged = [...properties].map(([name, values]) => {
    const different = [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
    return [name, different.length === 1 ? different[0] : { anyOf: different }] as const;
  });
  return {
    schema: {
      ...rest,
      type: 'object',
      properties: Object.fromEntries(merged),
      ...(required.size > 0 ? { required: [...required] } : {}),
    },
  };
}

/** Names of fields as the services take them. */
function oddField({ properties }: Schema): string | undefined {
  const odd = Object.keys(isObject(properties) ? properties : {}).find((name) => !PROPERTY.test(name));
  return odd === undefined ? undefined : `the field ${JSON.stringify(shownName(odd))} has a name that is not taken`;
}

/** Halves of surrogate pairs are no text: a request that holds one is refused as a whole. */
function wellFormed(json: string): Schema {
  return JSON.parse(json.replace(/(\\\\)|\\ud[89a-f][0-9a-f]{2}/gi, (_, backslash) => backslash ?? '\ufffd'));
}
