// All settings files, read, checked and merged into what the parts receive.
import { realpathSync } from 'node:fs';
import path from 'node:path';
import type { Mode, Rule } from '../contracts/permission.ts';
import type { Settings } from '../contracts/settings.ts';
import type { Loosening } from '../contracts/trust.ts';
import { costCapsOf, modelPricesOf } from './costCaps.ts';
import { disablesBypass } from './disablesBypass.ts';
import { envOf, withoutUnasked } from './env.ts';
import { defaultManagedDir, findFiles } from './findFiles.ts';
import { holdBack } from './holdBack.ts';
import { isOwnFile } from './localFile.ts';
import { clientMetadataUrlOf, loginOf } from './login.ts';
import { mcpServersOf } from './mcpServers.ts';
import { mergedValue, mergedValues } from './merge.ts';
import { type PolicySource, policySources, type ReadPolicy, readPolicy } from './policySources.ts';
import { readSettingsFile } from './readFile.ts';
import type { KeyName } from './schema.ts';
import type { FileSource, SettingsFile } from './settingsFile.ts';
import { whyBlocked } from './whyBlocked.ts';

export type SettingsPlaces = {
  /** The start folder of the conversation. */
  root: string;
  home: string;
  /** Default: `CLAUDE_CONFIG_DIR`, otherwise `.claude` in the home folder. */
  configDir?: string;
  /** Default: where the platform keeps it. */
  managedDir?: string;
  /** Default: those of the platform. */
  policy?: readonly PolicySource[];
  trusted: boolean;
  /** Ids of loosening values that a person accepted; absent: the folder is seen for the first time, and all are. */
  accepted?: ReadonlySet<string> | undefined;
  env: Readonly<Record<string, string | undefined>>;
  platform?: NodeJS.Platform;
};

/** Never rejects: what is wrong stands in `problems`, and in `blocked` when no turn may start. */
export async function loadSettings(places: SettingsPlaces): Promise<Settings> {
  const platform = places.platform ?? process.platform;
  const { root, home, managedDir = defaultManagedDir(platform) } = places;
  const found = await findFiles({ root, home, configDir: configDirOf(places), platform });
  const read = (sources: FileSource[]) => Promise.all(sources.map(readSettingsFile));
  const project = found.project === undefined ? [] : [found.project];
  const [managed, lower, parents, servers, own] = await Promise.all([
    readPolicy(places.policy ?? policySources(platform, managedDir)),
    read([...found.local, ...project, found.user]),
    read(found.parents),
    mcpServersOf(root),
    places.trusted ? ownFiles(found.local, places.env) : new Set<string>(),
  ]);
  const isRepository = ({ source }: SettingsFile) =>
    source.scope === 'project' || (source.scope === 'local' && !own.has(source.file));
  const trust = { trusted: places.trusted, accepted: places.accepted };
  const resolve = (folder: string, file: SettingsFile) => resolveFolder(folder, file, root, home);
  const { files, loosening } = holdBack(lower, servers, trust, isRepository, resolve);
  return merge({ managed, lower: files, parents, loosening }, { ...places, platform }, isRepository);
}

/** A local file that git does not track is what this person wrote (not known before trust, since git must not run). */
async function ownFiles(local: FileSource[], env: SettingsPlaces['env']): Promise<Set<string>> {
  const own = await Promise.all(local.map(async ({ file }) => ((await isOwnFile(file, env)) ? [file] : [])));
  return new Set(own.flat());
}

function configDirOf({ configDir, env, home }: Pick<SettingsPlaces, 'configDir' | 'env' | 'home'>): string {
  return configDir ?? (env.CLAUDE_CONFIG_DIR || path.join(home, '.claude'));
}

/** Of each file: once they are mended, the next ones are told. A repository must not flood the page. */
const MOST_TOLD = 20;

type Levels = {
  managed: ReadPolicy;
  /** Below managed, highest first, without what is held back. */
  lower: SettingsFile[];
  parents: SettingsFile[];
  loosening: Loosening[];
};

function merge(
  { managed: { files: managed, policy }, lower, parents, loosening }: Levels,
  { root, home, platform }: SettingsPlaces & { platform: NodeJS.Platform },
  isRepository: (file: SettingsFile) => boolean,
): Settings {
  // Later drop-ins win, and the organisation wins over all.
  const ranked = [...managed.toReversed(), ...lower];
  const all = [...ranked, ...parents];
  const value = <K extends KeyName>(key: K) => mergedValue(key, ranked, isRepository);
  const managedOnly = managed.some((file) => file.values.allowManagedPermissionRulesOnly === true);
  const model = value('model');
  const effort = value('effortLevel');
  const thinking = value('alwaysThinkingEnabled');
  const language = value('language');
  const login = loginOf(ranked);
  const mcpClientMetadataUrl = clientMetadataUrlOf(ranked);
  const autoCompactWindow = value('autoCompactWindow');
  const mode = defaultMode([...managed.toReversed(), ...lower.filter((file) => file.source.scope === 'user')]);
  const blocked = whyBlocked(managed);
  return {
    rules: rulesOf(all, parents, managedOnly),
    additionalDirectories: [
      ...new Set(
        ranked.flatMap((file) =>
          (file.permissions.additionalDirectories ?? []).map((folder) =>
            realFolder(resolveFolder(folder, file, root, home)),
          ),
        ),
      ),
    ],
    ...(mode === undefined ? {} : { defaultMode: mode }),
    disableBypass: all.some(disablesBypass),
    ...(model === undefined ? {} : { model }),
    env: envOf(ranked, platform),
    acceptedEnv: envOf(
      ranked.map((file) => (isRepository(file) ? withoutUnasked(file) : file)),
      platform,
    ),
    managedEnv: envOf(managed.toReversed(), platform),
    ...(effort === undefined ? {} : { effort }),
    ...(thinking === undefined ? {} : { thinking }),
    cleanupPeriodDays: value('cleanupPeriodDays') ?? 30,
    autoCompact: value('autoCompactEnabled') ?? true,
    ...(autoCompactWindow === undefined ? {} : { autoCompactWindow }),
    includeGitInstructions: value('includeGitInstructions') ?? true,
    respectGitignore: value('respectGitignore') ?? true,
    ...(language === undefined ? {} : { language }),
    ...(login === undefined ? {} : { login }),
    ...(mcpClientMetadataUrl === undefined ? {} : { mcpClientMetadataUrl }),
    claudeMdExcludes: value('claudeMdExcludes') ?? [],
    sources: all.map(({ source, exists }) => ({ scope: source.scope, file: source.file, exists })),
    problems: all.flatMap((file) => file.problems.slice(0, MOST_TOLD)),
    ...(blocked === undefined ? {} : { blocked }),
    degraded: [...lower, ...parents].some((file) => file.fault !== undefined),
    managedRulesOnly: managedOnly,
    ...(policy === undefined ? {} : { policy }),
    costCaps: costCapsOf(all),
    modelPrices: modelPricesOf(ranked),
    loosening,
    values: mergedValues(ranked, isRepository),
  };
}

function rulesOf(all: SettingsFile[], parents: SettingsFile[], managedOnly: boolean): Rule[] {
  const seen = new Set<string>();
  return all.flatMap((file) =>
    file.rules.filter((rule) => {
      const mayAllow = !parents.includes(file) && (!managedOnly || file.source.scope === 'managed');
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

function resolveFolder(folder: string, file: SettingsFile, root: string, home: string): string {
  if (folder === '~' || /^~[\\/]/.test(folder)) return path.join(home, folder.slice(1));
  return path.resolve(file.source.scope === 'project' ? file.source.anchor : root, folder);
}

/** What was accepted is where a folder leads now, not where its link may lead later. */
function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    // Not there yet.
    return folder;
  }
}
