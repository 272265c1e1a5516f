// Which values of a server's definition must not be seen in a log, a message or a picture of its output.
import type { ServerTransport } from '../../contracts/mcp.ts';
import { hideSecrets } from '../../util/hideSecrets.ts';

/** Shorter values would blank ordinary words. */
const LEAST = 6;

type Env = Readonly<Record<string, string | undefined>>;

/** Longest first, so that a value that holds another is taken out whole. `given` is the environment of a program. */
export function serverSecrets(transport: ServerTransport, given: Env): string[] {
  const found =
    transport.type === 'stdio'
      ? [...Object.values(transport.env), ...hiddenOf(transport.args), ...secretsIn(given)]
      : [...Object.values(transport.headers), ...inUrl(transport.url)];
  // `Bearer …`: the word before is none of it.
  const values = found.flatMap((value) => [value, ...value.split(/\s+/).slice(1)]);
  return [...new Set(values.filter((value) => value.length >= LEAST))].sort((a, b) => b.length - a.length);
}

function hiddenOf(args: readonly string[]): string[] {
  const shown = hideSecrets(args);
  return Array.isArray(shown)
    ? args.filter((arg, index) => shown[index] !== arg).map((arg) => arg.replace(/^--?[\w-]+=/, ''))
    : [];
}

/** By their names. */
function secretsIn(env: Env): string[] {
  return Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && hideSecrets(value, name) !== value ? [value] : [],
  );
}

function inUrl(text: string): string[] {
  if (!URL.canParse(text)) return [];
  const url = new URL(text);
  const values = [url.password, ...url.searchParams.values()];
  return values.flatMap((value) => [value, encodeURIComponent(value)]);
}
