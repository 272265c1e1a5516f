// Whether the person has a way to reach a model: environment first, then the settings files that name one.
import { existsSync, readFileSync } from 'node:fs';
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
const PROVIDERS = ['CLAUDE_CODE_USE_BEDROCK', 'CLAUDE_CODE_USE_VERTEX', 'CLAUDE_CODE_USE_FOUNDRY'];
const MANAGED = {
  linux: '/etc/claude-code',
  darwin: '/Library/Application Support/ClaudeCode',
  win32: 'C:\\Program Files\\ClaudeCode',
};

/** Where a credential or provider was found, for people to read, or undefined. Never the value. */
export function findAccount(env = process.env, home = homedir(), managed = MANAGED[process.platform]) {
  const inEnvironment = namedIn(env);
  if (inEnvironment) return `${inEnvironment} in the environment`;
  const config = env.CLAUDE_CONFIG_DIR || path.join(home, '.claude');
  const files = [path.join(config, 'settings.json'), ...(managed ? [path.join(managed, 'managed-settings.json')] : [])];
  for (const file of files) {
    const settings = read(file);
    const name = settings.apiKeyHelper ? 'apiKeyHelper' : namedIn(settings.env ?? {});
    if (name) return `${name} in ${file}`;
  }
  return undefined;
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
