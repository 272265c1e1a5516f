// Values of the environment that no log may show, whoever says them.
import type { Log } from '../host/log.ts';
import { secretsOfCustomHeaders } from '../providers/requestHeaders.ts';

const SECRET_VARIABLES = [
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_AUTH_TOKEN',
  'CLAUDE_CODE_OAUTH_TOKEN',
  'ANTHROPIC_FOUNDRY_API_KEY',
  'ANTHROPIC_FOUNDRY_AUTH_TOKEN',
  'ANTHROPIC_IDENTITY_TOKEN',
  'AZURE_CLIENT_SECRET',
  'AZURE_CLIENT_CERTIFICATE_PASSWORD',
  'AWS_BEARER_TOKEN_BEDROCK',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  'CLAUDE_CODE_CLIENT_KEY_PASSPHRASE',
] as const;

export function hideSecrets(log: Pick<Log, 'hide'>, env: Readonly<Record<string, string | undefined>>): void {
  for (const name of SECRET_VARIABLES) log.hide(env[name]);
  for (const secret of secretsOfCustomHeaders(env)) log.hide(secret);
}
