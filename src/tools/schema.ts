// Turns a zod schema into the contract's `Schema`: what the model is shown, and a check whose errors a model can act on.
import * as z from 'zod/mini';
import type { Schema } from '../contracts/tool.ts';
import { pathFault } from '../util/resolvePath.ts';

/** Strict: a field that is not named is an error. `parse` throws one line a fault, `command: expected a string`. */
export function toSchema<T>(schema: z.ZodMiniType<T>): Schema<T> {
  const json = lean(z.toJSONSchema(schema)) as Record<string, unknown>;
  const fields = Object.keys((json['properties'] as Record<string, unknown> | undefined) ?? {});
  return {
    json,
    parse(value) {
      const result = schema.safeParse(value);
      if (result.success) return result.data;
      throw new Error(result.error.issues.map((issue) => sayIssue(issue, value, fields)).join('\n'));
    },
  };
}

/** A required text with what the model is told about it. */
export const text = (description: string) => z.string().check(z.describe(description));
export const flag = (description: string) => z.optional(z.boolean().check(z.describe(description)));
export const count = (description: string, least = 0) =>
  z.optional(z.int().check(z.gte(least), z.describe(description)));
/** A path: refused here already, so that `resolvePath` cannot fail later. */
export const pathText = (description: string) =>
  z.string().check((context) => {
    const fault = pathFault(context.value);
    if (fault !== undefined) context.issues.push({ code: 'custom', input: context.value, message: fault });
  }, z.describe(description));

type Issue = z.core.$ZodIssue;

function sayIssue(issue: Issue, input: unknown, fields: readonly string[]): string {
  const where = issue.path.map((part, i) =>
    typeof part === 'number' ? `[${part}]` : i ? `.${String(part)}` : String(part),
  );
  return `${where.join('') || 'input'}: ${reason(issue, input, fields)}`;
}

function reason(issue: Issue, input: unknown, fields: readonly string[]): string {
  switch (issue.code) {
    case 'invalid_type':
      return at(input, issue.path) === undefined
        ? `expected ${noun(issue.expected)}, but it is missing`
        : `expected ${noun(issue.expected)}`;
    case 'unrecognized_keys': {
      const known = issue.path.length === 0 ? `; the fields are ${fields.join(', ')}` : '';
      return `unknown field ${issue.keys.join(', ')}${known}`;
    }
    case 'invalid_value':
      return `expected one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'too_small':
      return `expected at least ${issue.minimum}${unit(issue)}`;
    case 'too_big':
      return `expected at most ${issue.maximum}${unit(issue)}`;
    default:
      return issue.message;
  }
}

/** What stands at a path of the input; zod itself keeps inputs out of its issues. */
function at(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    input,
  );
}

function noun(expected: string): string {
  if (expected === 'int') return 'a whole number';
  return `${/^[aeiou]/.test(expected) ? 'an' : 'a'} ${expected}`;
}

const unit = ({ origin }: { origin: string }) =>
  origin === 'array' ? ' in the list' : origin === 'string' ? ' characters' : '';

/** Drops what every request would pay for and no model needs: the dialect, and the limits of JavaScript's numbers. */
function lean(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lean);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(
        ([key, inner]) =>
          key !== '$schema' &&
          !(key === 'maximum' && inner === Number.MAX_SAFE_INTEGER) &&
          !(key === 'minimum' && inner === Number.MIN_SAFE_INTEGER),
      )
      .map(([key, inner]) => [key, lean(inner)]),
  );
}
