// Where Windows keeps its own programs, from the environment and never from a search path.

type Env = Readonly<Record<string, string | undefined>>;

/** The folder of Windows, absolute. */
export function systemRoot(env: Env): string {
  return foldersOf(env, ['SystemRoot', 'windir'])[0] ?? 'C:\\Windows';
}

/** Variables that name an absolute folder; names in any letter case, as Windows has them. */
export function foldersOf(env: Env, names: readonly string[]): string[] {
  const byName = new Map(Object.entries(env).map(([name, value]) => [name.toLowerCase(), value]));
  return names.flatMap((name) => {
    const folder = byName.get(name.toLowerCase());
    return folder !== undefined && /^[A-Za-z]:[\\/]/.test(folder) ? [folder] : [];
  });
}
