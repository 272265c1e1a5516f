// Fills in `${NAME}` and `${NAME:-default}`.

type Env = Readonly<Record<string, string | undefined>>;

const VARIABLE = /\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g;

export type Expanded = { text: string; missing: string[] };

/** What is not set and has no default stays as it stands, and is told. As in a shell, a default stands for empty, too. */
export function expandVariables(text: string, env: Env): Expanded {
  const missing = new Set<string>();
  const filled = text.replace(VARIABLE, (whole, name: string, other: string | undefined) => {
    // A variable may be called like a member that every object has.
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    if (other !== undefined) return value === undefined || value === '' ? other : value;
    if (value !== undefined) return value;
    missing.add(name);
    return whole;
  });
  return { text: filled, missing: [...missing] };
}

/** The variables that a text takes from the environment. */
export function variablesIn(text: string): string[] {
  return [...new Set([...text.matchAll(VARIABLE)].map(([, name = '']) => name))];
}
