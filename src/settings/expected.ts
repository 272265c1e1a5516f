// What a key must be, in words of JSON.
import * as z from 'zod/mini';
import { KEYS, type KeyName, PERMISSION_KEYS, type PermissionKey } from './schema.ts';

/** `true or false`, `a list of strings`: for the message about a value that is something else. */
export function expected(key: KeyName | PermissionKey): string {
  const own: Partial<Record<KeyName | PermissionKey, string>> = {
    env: 'an object of strings',
    modelOverrides: 'an object of strings',
    cleanupPeriodDays: 'a whole number of at least 1',
    autoCompactWindow: 'a whole number from 100000 to 1000000',
    feedbackSurveyRate: 'a number from 0 to 1',
    fallbackModel: 'a list of at most three strings',
    forceLoginOrgUUID: 'a string or a list of strings',
    skillOverrides: 'an object whose values are "on", "name-only", "user-invocable-only" or "off"',
    defaultMode: '"default", "acceptEdits", "plan", "dontAsk" or "bypassPermissions"',
  };
  const known = own[key];
  if (known !== undefined) return known;
  const shape = shapeOf(key);
  if (shape.const !== undefined) return JSON.stringify(shape.const);
  if (shape.enum !== undefined) return oneOf(shape.enum.map((value) => JSON.stringify(value)));
  switch (shape.type) {
    case 'boolean':
      return 'true or false';
    case 'array':
      return shape.items?.type === 'object' ? 'a list of objects' : 'a list of strings';
    case 'object':
      return 'an object';
    case 'string':
      return 'a string';
    case 'integer':
      return 'a whole number';
    default:
      return `a ${shape.type ?? 'value'}`;
  }
}

const Shape = z.object({
  type: z.optional(z.string()),
  const: z.optional(z.unknown()),
  enum: z.optional(z.array(z.unknown())),
  items: z.optional(z.object({ type: z.optional(z.string()) })),
});

function shapeOf(key: KeyName | PermissionKey): z.infer<typeof Shape> {
  const check = key in KEYS ? KEYS[key as KeyName] : PERMISSION_KEYS[key as PermissionKey];
  return Shape.parse(z.toJSONSchema(check, { io: 'input' }));
}

function oneOf(words: string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
