// The keys of a settings file that are used here, and how each must look.
import * as z from 'zod/mini';

const strings = z.array(z.string());
const flag = z.boolean();

export const PERMISSION_KEYS = {
  allow: strings,
  ask: strings,
  deny: strings,
  additionalDirectories: strings,
  defaultMode: z.enum(['default', 'manual', 'acceptEdits', 'plan', 'auto', 'dontAsk', 'bypassPermissions']),
  disableBypassPermissionsMode: z.literal('disable'),
  disableAutoMode: z.literal('disable'),
} as const;

/** Keys that are not here are left alone: they may belong to another version or another program. */
export const KEYS = {
  permissions: z.record(z.string(), z.unknown()),
  env: z.record(z.string(), z.string()),
  model: z.string(),
  effortLevel: z.enum(['low', 'medium', 'high', 'xhigh', 'max']),
  alwaysThinkingEnabled: flag,
  cleanupPeriodDays: z.int().check(z.minimum(1)),
  autoCompactEnabled: flag,
  autoCompactWindow: z.int().check(z.minimum(100_000), z.maximum(1_000_000)),
  includeGitInstructions: flag,
  respectGitignore: flag,
  language: z.string(),
  claudeMdExcludes: strings,
  allowManagedPermissionRulesOnly: flag,
} as const;

export type KeyName = keyof typeof KEYS;
export type PermissionKey = keyof typeof PERMISSION_KEYS;
export type Values = { -readonly [K in KeyName]?: z.infer<(typeof KEYS)[K]> };
export type PermissionValues = { -readonly [K in PermissionKey]?: z.infer<(typeof PERMISSION_KEYS)[K]> };

/** What a key must be, in words of JSON, for the message about a value that is not. */
export const EXPECTED: Record<KeyName | PermissionKey, string> = {
  permissions: 'an object',
  env: 'an object of strings',
  model: 'a string',
  effortLevel: '"low", "medium", "high", "xhigh" or "max"',
  alwaysThinkingEnabled: 'true or false',
  cleanupPeriodDays: 'a whole number of at least 1',
  autoCompactEnabled: 'true or false',
  autoCompactWindow: 'a whole number from 100000 to 1000000',
  includeGitInstructions: 'true or false',
  respectGitignore: 'true or false',
  language: 'a string',
  claudeMdExcludes: 'a list of strings',
  allowManagedPermissionRulesOnly: 'true or false',
  allow: 'a list of strings',
  ask: 'a list of strings',
  deny: 'a list of strings',
  additionalDirectories: 'a list of strings',
  defaultMode: '"default", "acceptEdits", "plan", "dontAsk" or "bypassPermissions"',
  disableBypassPermissionsMode: '"disable"',
  disableAutoMode: '"disable"',
};
