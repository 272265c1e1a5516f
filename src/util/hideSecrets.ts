// A value of a settings file as a person may see it: what its name or its form makes look like a secret is cut.
import { redact } from './redact.ts';

const SECRET_NAME = /key|token|secret|passw|passphrase|credential|auth|cookie/i;
const HIDDEN = '[hidden]';

/** `name` is what the value is called where it stands; names inside of it are looked at as well. */
export function hideSecrets(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return SECRET_NAME.test(name) ? HIDDEN : redact(value);
  if (Array.isArray(value)) {
    // `--api-key`, `…`: the argument before says what this one is.
    return value.map((entry, index) => hideSecrets(entry, optionName(value[index - 1]) ?? name));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, hideSecrets(entry, key)]));
}

function optionName(before: unknown): string | undefined {
  return typeof before === 'string' && /^--?[\w-]+$/.test(before) ? before : undefined;
}
