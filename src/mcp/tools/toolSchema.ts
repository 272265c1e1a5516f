// Makes the schema of a tool's input one that the models' services take. One that cannot be used would fail whole requests.

type Schema = Record<string, unknown>;
export type UsableSchema = { schema: Schema } | { fault: string };

/** As the services check it. */
const PROPERTY = /^[\w.-]{1,64}$/;
const TYPES = new Set(['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']);
/** A description of an input that is longer than this crowds out everything else. */
const LENGTH = 100_000;
const COMBINATIONS = ['anyOf', 'oneOf', 'allOf'] as const;

/** Plain schemas come back as they are. */
export function usableSchema(schema: Schema): UsableSchema {
  if (JSON.stringify(schema).length > LENGTH) return { fault: 'it is too long' };
  const type = schema['type'];
  if (type !== undefined && type !== 'object') return { fault: `its type is ${JSON.stringify(type)}, not object` };
  const flat = COMBINATIONS.some((key) => key in schema) ? flatten(schema) : { schema };
  if ('fault' in flat) return flat;
  const whole = flat.schema['type'] === undefined ? { type: 'object', ...flat.schema } : flat.schema;
  const fault = faultIn(whole, '');
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
  const required = new Set(strings(schema['required']));
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
      needs.push(new Set(strings(one['required'])));
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

/** What is no JSON Schema, as far as it can be told cheaply; undefined when nothing was found. */
function faultIn(schema: unknown, at: string): string | undefined {
  if (typeof schema === 'boolean') return undefined;
  if (!isObject(schema)) return `${at || 'the schema'} is not a schema`;
  const types = schema['type'] === undefined ? [] : [schema['type']].flat();
  const odd = types.find((type) => typeof type !== 'string' || !TYPES.has(type));
  if (odd !== undefined) return `${at || 'the schema'} has the unknown type ${JSON.stringify(odd)}`;
  const { properties, required, items } = schema;
  if (required !== undefined && !(Array.isArray(required) && required.every((one) => typeof one === 'string')))
    return `required${at && ` of ${at}`} is not a list of names`;
  if (properties !== undefined && !isObject(properties)) return `properties${at && ` of ${at}`} is not an object`;
  for (const [name, value] of Object.entries(isObject(properties) ? properties : {})) {
    const here = at === '' ? name : `${at}.${name}`;
    if (at === '' && !PROPERTY.test(name))
      return `the field ${JSON.stringify(name.slice(0, 80))} has a name that is not taken`;
    const fault = faultIn(value, here);
    if (fault !== undefined) return fault;
  }
  if (items !== undefined && !Array.isArray(items)) return faultIn(items, `${at}[]`);
  return undefined;
}

const isObject = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
