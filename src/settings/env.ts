// Which variables of an `env` block may be set, by whom.
import type { SettingsScope } from '../contracts/permission.ts';
import type { Loosening } from '../contracts/trust.ts';
import type { SettingsFile } from './settingsFile.ts';

/** They tell who and where this process is; no file may say so. */
const NEVER = /^CLAUDE_CODE_(REMOTE|ACCOUNT_UUID|PROJECT_DIR_NAME|MESSAGING_.*)$/;
/** They start programs or bring in code. */
const NOT_FROM_REPOSITORY = /^CLAUDE_CODE_(PROCESS_WRAPPER|SYNC_SKILLS|SYNC_PLUGINS|PLUGIN_CACHE_DIR|PLUGIN_SEED_DIR)$/;
/** With them commands that only read, and so run without a question, would start programs as well. */
const TURNS_READING_INTO_RUNNING =
  /^(GIT_(?!(AUTHOR|COMMITTER)_).*|LD_.*|DYLD_.*|GCONV_PATH|HOME|XDG_CONFIG_(HOME|DIRS)|RIPGREP_CONFIG_PATH)$/i;
/** They say where requests go, through whose hands, and with which key. */
const ROUTES =
  /^(ANTHROPIC_(\w+_)?BASE_URL|ANTHROPIC_(API_KEY|AUTH_TOKEN|PROFILE|FEDERATION_RULE_ID|CUSTOM_HEADERS|FOUNDRY_RESOURCE)|CLAUDE_CODE_OAUTH_TOKEN|(HTTPS?|ALL|NO)_PROXY|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|CLAUDE_CODE_PROXY_RESOLVES_HOSTS)$/i;
/** On Windows the shell itself is looked for below these. */
const PLACES_OF_WINDOWS = /^(SYSTEMROOT|WINDIR|PROGRAMFILES|PROGRAMW6432|LOCALAPPDATA|PSMODULEPATH|PATHEXT|COMSPEC)$/i;
/** Choice of model, limits and switches: a repository may set them before it is trusted. */
const SAFE = new RegExp(
  `^(${[
    'ANTHROPIC_MODEL|ANTHROPIC_DEFAULT(_[A-Z]+)?_MODEL|ANTHROPIC_SMALL_FAST_MODEL|CLAUDE_CODE_SUBAGENT_MODEL',
    'MAX_THINKING_TOKENS|CLAUDE_CODE_MAX_OUTPUT_TOKENS|CLAUDE_CODE_EFFORT_LEVEL|API_TIMEOUT_MS|MAX_MCP_OUTPUT_TOKENS',
    'BASH_(DEFAULT|MAX)_TIMEOUT_MS|BASH_MAX_OUTPUT_LENGTH|MCP_TIMEOUT|MCP_TOOL_TIMEOUT|CLAUDE_AUTOCOMPACT_PCT_OVERRIDE',
    'DISABLE_(AUTO_)?COMPACT|DISABLE_PROMPT_CACHING(_[A-Z]+)?|DISABLE_COST_WARNINGS|DISABLE_TELEMETRY|DISABLE_ERROR_REPORTING',
    'DO_NOT_TRACK|CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC|CLAUDE_CODE_DISABLE_TERMINAL_TITLE|CLAUDE_CODE_GLOB_NO_IGNORE',
    'CLAUDE_BASH_MAINTAIN_PROJECT_WORKING_DIR',
  ].join('|')})$`,
);

/** Who trusts a folder has not seen these: with one of them a repository could send a person's key elsewhere. */
export function routesRequests({ kind, name }: Pick<Loosening, 'kind' | 'name'>): boolean {
  return kind === 'env' && ROUTES.test(name);
}

export function mayBeSet(name: string, scope: SettingsScope, trusted: boolean): boolean {
  if (!/^[A-Za-z_]\w*$/.test(name) || NEVER.test(name)) return false;
  if (scope !== 'project' && scope !== 'local') return true;
  const starts = [NOT_FROM_REPOSITORY, TURNS_READING_INTO_RUNNING, PLACES_OF_WINDOWS];
  if (starts.some((names) => names.test(name))) return false;
  return trusted || SAFE.test(name);
}

/** Without what the repository's file may set before anybody accepted it. */
export function withoutUnasked(file: SettingsFile): SettingsFile {
  const { env } = file.values;
  if (env === undefined) return file;
  const asked = Object.entries(env).filter(([name]) => !SAFE.test(name));
  return { ...file, values: { ...file.values, env: Object.fromEntries(asked) } };
}

/** The variables that files set, `files` highest first. What is not in force must be gone from them already. */
export function envOf(files: readonly SettingsFile[], platform: NodeJS.Platform): Record<string, string> {
  const merged = new Map<string, [name: string, value: string]>();
  for (const file of files.toReversed()) {
    for (const [name, value] of Object.entries(file.values.env ?? {})) {
      // To Windows `Path` and `PATH` are one, and the system would take either.
      const known = platform === 'win32' || PROXY.test(name) ? name.toUpperCase() : name;
      if (mayBeSet(known, file.source.scope, true)) merged.set(known, [name, value]);
    }
  }
  return Object.fromEntries([...merged.values()].flatMap(bothSpellings));
}

/** Programs look for either spelling, so what one says must not be undone by the other. */
const PROXY = /^(HTTPS?|ALL|NO)_PROXY$/i;

function bothSpellings([name, value]: [name: string, value: string]): Array<[string, string]> {
  const spellings = PROXY.test(name) ? [name.toUpperCase(), name.toLowerCase()] : [name];
  return spellings.map((spelling) => [spelling, value]);
}
