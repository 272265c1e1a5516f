// All settings files, read, checked and merged into what the parts receive.
import path from 'node:path';
import type { Mode, Rule } from '../contracts/permission.ts';
import type { Settings, SettingsProblem } from '../contracts/settings.ts';
import { mayBeSet } from './env.ts';
import { defaultManagedDir, type FoundFiles, findFiles } from './findFiles.ts';
import { readSettingsFile, type SettingsFile } from './readFile.ts';
import type { Values } from './schema.ts';

export type SettingsPlaces = {
  /** The start folder of the conversation. */
  root: string;
  home: string;
  /** Default: `CLAUDE_CONFIG_DIR`, otherwise `.claude` in the home folder. */
  configDir?: string;
  /** Default: where the platform keeps it. */
  managedDir?: string;
  trusted: boolean;
  env: Readonly<Record<string, string | undefined>>;
  platform?: NodeJS.Platform;
};

/** Never rejects: what is wrong stands in `problems`, and in `blocked` when no turn may start. */
export async function loadSettings(places: SettingsPlaces): Promise<Settings> {
  const platform = places.platform ?? process.platform;
  const found = await findFiles({
    root: places.root,
    home: places.home,
    configDir: configDirOf(places),
    managedDir: places.managedDir ?? defaultManagedDir(platform),
    platform,
  });
  return merge(await readAll(found), places);
}

export function configDirOf({ configDir, env, home }: Pick<SettingsPlaces, 'configDir' | 'env' | 'home'>): string {
  return configDir ?? (env.CLAUDE_CONFIG_DIR || path.join(home, '.claude'));
}

type Levels = {
  managed: SettingsFile[];
  /** Below managed, highest first. */
  lower: SettingsFile[];
  parents: SettingsFile[];
};

async function readAll(found: FoundFiles): Promise<Levels> {
  const read = (sources: FoundFiles['local']) => Promise.all(sources.map(readSettingsFile));
  const [managed, lower, parents] = await Promise.all([
    read(found.managed),
    read([...found.local, found.project, found.user]),
    read(found.parents),
  ]);
  return { managed, lower, parents };
}

function merge({ managed, lower, parents }: Levels, { trusted, root, home }: SettingsPlaces): Settings {
  // Later drop-ins win, and the organisation wins over all.
  const ranked = [...managed.toReversed(), ...lower];
  const all = [...ranked, ...parents];
  const usable = ranked.filter((file) => trusted || !isRepository(file));
  const highest = <K extends keyof Values>(key: K): Values[K] | undefined =>
    ranked.find((file) => file.values[key] !== undefined)?.values[key];
  const managedOnly = managed.some(
    (file) => file.values.allowManagedPermissionRulesOnly ?? hasBadKey(file, 'allowManagedPermissionRulesOnly'),
  );
  const broken = managed.flatMap((file) =>
    file.fault === 'syntax' || file.fault === 'unreadable' ? file.problems.slice(0, 1) : [],
  )[0];
  const below = [...lower, ...parents];
  const model = highest('model');
  const effort = highest('effortLevel');
  const thinking = highest('alwaysThinkingEnabled');
  const language = highest('language');
  const autoCompactWindow = highest('autoCompactWindow');
  const mode = defaultMode([...managed.toReversed(), ...lower.filter((file) => file.source.scope === 'user')]);
  return {
    rules: rulesOf(all, parents, trusted, managedOnly),
    additionalDirectories: unique(
      usable.flatMap((file) =>
        (file.permissions.additionalDirectories ?? []).map((folder) => resolveFolder(folder, file, root, home)),
      ),
    ),
    ...(mode === undefined ? {} : { defaultMode: mode }),
    disableBypass: all.some(
      (file) =>
        file.permissions.disableBypassPermissionsMode === 'disable' ||
        hasBadKey(file, 'permissions.disableBypassPermissionsMode'),
    ),
    ...(model === undefined ? {} : { model }),
    env: envOf(ranked, trusted),
    ...(effort === undefined ? {} : { effort }),
    ...(thinking === undefined ? {} : { thinking }),
    cleanupPeriodDays: highest('cleanupPeriodDays') ?? 30,
    autoCompact: highest('autoCompactEnabled') ?? true,
    ...(autoCompactWindow === undefined ? {} : { autoCompactWindow }),
    includeGitInstructions: highest('includeGitInstructions') ?? true,
    respectGitignore: highest('respectGitignore') ?? true,
    ...(language === undefined ? {} : { language }),
    claudeMdExcludes: unique(usable.flatMap((file) => file.values.claudeMdExcludes ?? [])),
    sources: all.map(({ source, exists }) => ({ scope: source.scope, file: source.file, exists })),
    problems: all.flatMap((file) => file.problems),
    ...(broken === undefined ? {} : { blocked: broken }),
    degraded: below.some((file) => file.fault !== undefined),
    managedRulesOnly: managedOnly,
  };
}

function isRepository({ source }: SettingsFile): boolean {
  return source.scope === 'project' || source.scope === 'local';
}

/** A key of the organisation that cannot be read counts as its strict value. */
function hasBadKey(file: SettingsFile, key: string): boolean {
  return file.problems.some(
    (problem: SettingsProblem) => problem.because.code === 'settings.wrongValue' && problem.because.args.key === key,
  );
}

function rulesOf(all: SettingsFile[], parents: SettingsFile[], trusted: boolean, managedOnly: boolean): Rule[] {
  const seen = new Set<string>();
  return all.flatMap((file) =>
    file.rules.filter((rule) => {
      const mayAllow =
        !parents.includes(file) &&
        (trusted || !isRepository(file)) &&
        (!managedOnly || file.source.scope === 'managed');
      const key = `${rule.behavior}\n${rule.text}\n${rule.file}\n${rule.line}`;
      if (seen.has(key) || (rule.behavior === 'allow' && !mayAllow)) return false;
      seen.add(key);
      return true;
    }),
  );
}

/** From the organisation or the user alone: a repository may not choose how it is treated. */
function defaultMode(files: SettingsFile[]): Mode | undefined {
  const named = files.find((file) => file.permissions.defaultMode !== undefined)?.permissions.defaultMode;
  if (named === undefined) return undefined;
  // There is no classifier here, so `auto` is what is left of it: asking.
  return named === 'manual' || named === 'auto' ? 'default' : named;
}

function envOf(ranked: SettingsFile[], trusted: boolean): Record<string, string> {
  const merged: Record<string, string> = {};
  for (const file of ranked.toReversed()) {
    for (const [name, value] of Object.entries(file.values.env ?? {})) {
      if (mayBeSet(name, file.source.scope, trusted)) merged[name] = value;
    }
  }
  return merged;
}

function resolveFolder(folder: string, file: SettingsFile, root: string, home: string): string {
  if (folder === '~' || /^~[\\/]/.test(folder)) return path.join(home, folder.slice(1));
  return path.resolve(file.source.scope === 'project' ? file.source.anchor : root, folder);
}

function unique<T>(values: T[]): T[] {
  return [...new Set(values)];
}
