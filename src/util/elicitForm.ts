// The form that a server asks a person to fill in: fields made of its JSON Schema, and what was filled in, checked.

import { isObject } from './jsonValue.ts';
import { cutEnd } from './truncate.ts';

export type FormOption = { value: string; label: string };
export type FormField = { name: string; label: string; description?: string; required: boolean } & (
  | { kind: 'text'; format?: 'email' | 'uri' | 'date' | 'date-time'; least?: number; most?: number; initial: string }
  | { kind: 'number'; whole: boolean; least?: number; most?: number; initial: string }
  | { kind: 'flag'; initial: boolean }
  | { kind: 'one'; options: FormOption[]; initial: string }
  | { kind: 'many'; options: FormOption[]; least?: number; most?: number; initial: string[] }
);
/** As it stands in the form. An empty text is nothing. */
export type FormValue = string | boolean | string[];
export type FormContent = Record<string, string | number | boolean | string[]>;
/** What is wrong with a value. `amount` belongs to the limits. */
export type FormFault = {
  why:
    | 'missing'
    | 'tooShort'
    | 'tooLong'
    | 'notNumber'
    | 'notWhole'
    | 'tooSmall'
    | 'tooBig'
    | 'tooFew'
    | 'tooMany'
    | 'notOffered'
    | 'notEmail'
    | 'notUri'
    | 'notDate'
    | 'notDateTime';
  amount?: number;
};

const FIELDS = 40;
const OPTIONS = 200;
const LABEL = 200;
const DESCRIPTION = 1000;
const FORMATS = ['email', 'uri', 'date', 'date-time'] as const;

type Json = Readonly<Record<string, unknown>>;

/** Undefined when the schema is of a kind that no form can be made of. */
export function formFields(schema: Json): FormField[] | undefined {
  const { properties, required } = schema;
  if (!isObject(properties)) return undefined;
  const needed = strings(required) ?? [];
  const entries = Object.entries(properties);
  if (entries.length === 0 || entries.length > FIELDS) return undefined;
  const fields = entries.map(([name, one]) => (isObject(one) ? fieldOf(name, one, needed.includes(name)) : undefined));
  return fields.every((field) => field !== undefined) ? fields : undefined;
}

function fieldOf(name: string, schema: Json, required: boolean): FormField | undefined {
  const { type, title, description, default: given } = schema;
  const base = {
    name,
    label: cutEnd(typeof title === 'string' && title.trim() !== '' ? title : name, LABEL),
    ...(typeof description === 'string' ? { description: cutEnd(description, DESCRIPTION) } : {}),
    required,
  };
  switch (type) {
    case 'boolean':
      return { ...base, kind: 'flag', initial: given === true };
    case 'number':
    case 'integer': {
      const initial = typeof given === 'number' ? String(given) : '';
      const limits = limitsOf(schema['minimum'], schema['maximum']);
      return { ...base, kind: 'number', whole: type === 'integer', ...limits, initial };
    }
    case 'string': {
      const options = optionsOf(schema);
      const initial = typeof given === 'string' ? given : '';
      if (options === 'odd') return undefined;
      if (options !== undefined) return { ...base, kind: 'one', options, initial };
      const format = FORMATS.find((one) => one === schema['format']);
      const limits = limitsOf(schema['minLength'], schema['maxLength']);
      return { ...base, kind: 'text', ...(format === undefined ? {} : { format }), ...limits, initial };
    }
    case 'array': {
      const options = isObject(schema['items']) ? optionsOf(schema['items']) : undefined;
      if (options === undefined || options === 'odd') return undefined;
      const limits = limitsOf(schema['minItems'], schema['maxItems']);
      return { ...base, kind: 'many', options, ...limits, initial: strings(given) ?? [] };
    }
    default:
      return undefined;
  }
}

function optionsOf(schema: Json): FormOption[] | 'odd' | undefined {
  const titled = schema['oneOf'] ?? schema['anyOf'];
  const values = schema['enum'];
  if (values !== undefined) {
    const list = strings(values);
    const names = strings(schema['enumNames']) ?? [];
    if (list === undefined || list.length === 0 || list.length > OPTIONS) return 'odd';
    return list.map((value, at) => ({ value, label: cutEnd(names[at] ?? value, LABEL) }));
  }
  if (titled === undefined) return undefined;
  if (!Array.isArray(titled) || titled.length === 0 || titled.length > OPTIONS) return 'odd';
  const options = titled.map((one: unknown): FormOption | undefined => {
    if (!isObject(one) || typeof one['const'] !== 'string') return undefined;
    const label = typeof one['title'] === 'string' ? one['title'] : one['const'];
    return { value: one['const'], label: cutEnd(label, LABEL) };
  });
  return options.every((option) => option !== undefined) ? options : 'odd';
}

export type Filled = { content: FormContent } | { faults: ReadonlyMap<string, FormFault> };

/** Values by name; what is left out is as the form began. */
export function formContent(fields: readonly FormField[], values: Readonly<Record<string, FormValue>>): Filled {
  const content: FormContent = {};
  const faults = new Map<string, FormFault>();
  for (const field of fields) {
    const value = Object.hasOwn(values, field.name) ? (values[field.name] ?? field.initial) : field.initial;
    const read = readValue(field, value);
    if (read === undefined) continue;
    if (typeof read === 'object' && 'why' in read) faults.set(field.name, read);
    else
      Object.defineProperty(content, field.name, { value: read, enumerable: true, configurable: true, writable: true });
  }
  return faults.size > 0 ? { faults } : { content };
}

/** A content as it came back is one that the form could have given. */
export function contentFits(fields: readonly FormField[], content: FormContent): boolean {
  if (Object.keys(content).some((name) => !fields.some((field) => field.name === name))) return false;
  const values = Object.fromEntries(
    fields.map((field): [string, FormValue] => {
      const value = Object.hasOwn(content, field.name) ? content[field.name] : undefined;
      if (value === undefined) return [field.name, field.kind === 'many' ? [] : field.kind === 'flag' ? false : ''];
      return [field.name, typeof value === 'number' ? String(value) : value];
    }),
  );
  const filled = formContent(fields, values);
  // A value of another type reads like none.
  return 'content' in filled && Object.entries(content).every(([name, value]) => same(filled.content[name], value));
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function readValue(field: FormField, value: FormValue): FormContent[string] | FormFault | undefined {
  switch (field.kind) {
    case 'flag':
      return value === true;
    case 'many': {
      const chosen = Array.isArray(value) ? value : [];
      if (chosen.some((one) => !field.options.some((option) => option.value === one))) return { why: 'notOffered' };
      if (chosen.length === 0 && !field.required) return undefined;
      const least = Math.max(field.least ?? 0, field.required ? 1 : 0);
      if (chosen.length < least) return { why: 'tooFew', amount: least };
      if (field.most !== undefined && chosen.length > field.most) return { why: 'tooMany', amount: field.most };
      return chosen;
    }
    default: {
      const text = typeof value === 'string' ? value : '';
      if (text.trim() === '') return field.required ? { why: 'missing' } : undefined;
      if (field.kind === 'one')
        return field.options.some((option) => option.value === text) ? text : { why: 'notOffered' };
      return field.kind === 'number' ? numberIn(field, text) : textIn(field, text);
    }
  }
}

function numberIn({ whole, least, most }: Extract<FormField, { kind: 'number' }>, text: string): number | FormFault {
  const number = Number(text);
  if (!Number.isFinite(number)) return { why: 'notNumber' };
  if (whole && !Number.isInteger(number)) return { why: 'notWhole' };
  if (least !== undefined && number < least) return { why: 'tooSmall', amount: least };
  if (most !== undefined && number > most) return { why: 'tooBig', amount: most };
  return number;
}

function textIn({ format, least, most }: Extract<FormField, { kind: 'text' }>, text: string): string | FormFault {
  if (least !== undefined && text.length < least) return { why: 'tooShort', amount: least };
  if (most !== undefined && text.length > most) return { why: 'tooLong', amount: most };
  if (format === 'email' && !/^[^\s@]+@[^\s@]+$/.test(text)) return { why: 'notEmail' };
  if (format === 'uri' && !URL.canParse(text)) return { why: 'notUri' };
  if (format === 'date' && !(/^\d{4}-\d{2}-\d{2}$/.test(text) && isDay(text))) return { why: 'notDate' };
  if (format === 'date-time' && !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?$/i.test(text))
    return { why: 'notDateTime' };
  return text;
}

/** `Date` makes the second of March of the thirtieth of February. */
function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

function limitsOf(least: unknown, most: unknown): { least?: number; most?: number } {
  return { ...(typeof least === 'number' ? { least } : {}), ...(typeof most === 'number' ? { most } : {}) };
}

function strings(value: unknown): string[] | undefined {
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined;
}
