// Whether the person has a way to reach a model: environment first, then the settings files that name one.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

const CREDENTIALS = [
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_AUTH_TOKEN',
  'ANTHROPIC_BASE_URL',
  'CLAUDE_CODE_OAUTH_TOKEN',
  'ANTHROPIC_PROFILE',
  'ANTHROPIC_FEDERATION_RULE_ID',
];
const PROVIDERS = [
  'CLAUDE_CODE_USE_BEDROCK',
  'CLAUDE_CODE_USE_MANTLE',
  'CLAUDE_CODE_USE_VERTEX',
  'CLAUDE_CODE_USE_FOUNDRY',
];
const MANAGED = {
  linux: '/etc/claude-code',
  darwin: '/Library/Application Support/ClaudeCode',
  win32: 'C:\\Program Files\\ClaudeCode',
};

/**
 * Where a credential or provider was found, for people to read, or undefined. Never the value. `workspace`: the folder
 * that is opened; its settings count once it is trusted, and until then it is the person's to say so.
 */
export function findAccount(
  env = process.env,
  home = homedir(),
  managed = MANAGED[process.platform],
  workspace = undefined,
) {
  const inEnvironment = namedIn(env);
  if (inEnvironment) return `${inEnvironment} in the environment`;
  const config = env.CLAUDE_CONFIG_DIR || path.join(home, '.claude');
  const own = [path.join(config, 'settings.json'), ...(managed ? managedFiles(managed) : [])];
  const ofTheFolder = ['settings.json', 'settings.local.json'].map((name) => path.join('.claude', name));
  const files = [
    ...own.map((file) => [file, true]),
    ...(workspace ? ofTheFolder.map((name) => [path.join(workspace, name), false]) : []),
  ];
  for (const [file, login] of files) {
    const settings = read(file);
    const name = nameIn(settings, login);
    if (name) return `${name} in ${file}`;
  }
  return undefined;
}

/** A login of the team counts where it is the person's or the organisation's, not a repository's. */
function nameIn(settings, login) {
  if (settings.apiKeyHelper) return 'apiKeyHelper';
  if (login && settings.assent?.login) return 'assent.login';
  if (String(settings.model ?? '').startsWith('vscode:')) return 'model';
  return namedIn(settings.env ?? {});
}

function managedFiles(folder) {
  const more = path.join(folder, 'managed-settings.d');
  const names = existsSync(more) ? readdirSync(more).filter((name) => name.endsWith('.json')) : [];
  return [path.join(folder, 'managed-settings.json'), ...names.map((name) => path.join(more, name))];
}

function namedIn(values) {
  return [...CREDENTIALS, ...PROVIDERS].find((name) => values[name]);
}

function read(file) {
  if (!existsSync(file)) return {};
  try {
    const settings = JSON.parse(readFileSync(file, 'utf8'));
    return typeof settings === 'object' && settings !== null ? settings : {};
  } catch (error) {
    console.warn(`${file} could not be read (${error.message}); no credential is taken from it.`);
    return {};
  }
}
