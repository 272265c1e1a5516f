// The environment for programs that Assent starts: commands, hooks, servers of tools, helpers.
import { isOn } from './envValue.ts';

/** With these a program could speak to a model or a cloud in the person's name; paths to such files are among them. */
const CREDENTIALS = new Set(
  (
    'ANTHROPIC_API_KEY ANTHROPIC_AUTH_TOKEN ANTHROPIC_CUSTOM_HEADERS ANTHROPIC_IDENTITY_TOKEN ANTHROPIC_IDENTITY_TOKEN_FILE ' +
    'ANTHROPIC_FOUNDRY_API_KEY ANTHROPIC_FOUNDRY_AUTH_TOKEN CLAUDE_CODE_OAUTH_TOKEN CLAUDE_CODE_OAUTH_REFRESH_TOKEN ' +
    'CLAUDE_CODE_CLIENT_CERT CLAUDE_CODE_CLIENT_KEY CLAUDE_CODE_CLIENT_KEY_PASSPHRASE OPENAI_API_KEY ' +
    'AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_SECURITY_TOKEN AWS_BEARER_TOKEN_BEDROCK ' +
    'AWS_WEB_IDENTITY_TOKEN_FILE AWS_CONTAINER_AUTHORIZATION_TOKEN AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE ' +
    'AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_CREDENTIALS_RELATIVE_URI ' +
    'GOOGLE_APPLICATION_CREDENTIALS GOOGLE_API_KEY GEMINI_API_KEY GOOGLE_OAUTH_ACCESS_TOKEN CLOUDSDK_AUTH_ACCESS_TOKEN ' +
    'AZURE_CLIENT_SECRET AZURE_CLIENT_CERTIFICATE_PATH AZURE_CLIENT_CERTIFICATE_PASSWORD AZURE_PASSWORD ' +
    'AZURE_FEDERATED_TOKEN_FILE AZURE_OPENAI_API_KEY IDENTITY_HEADER MSI_SECRET'
  ).split(' '),
);

/**
 * Without `OTEL_*`, which is for our own telemetry, and where `CLAUDE_CODE_SUBPROCESS_ENV_SCRUB` is on without credentials
 * of model vendors and clouds. Names are compared as the platform does: without regard to case on Windows.
 */
export function scrubbedEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): Record<string, string | undefined> {
  const scrub = isOn(env['CLAUDE_CODE_SUBPROCESS_ENV_SCRUB']);
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => {
      const key = platform === 'win32' ? name.toUpperCase() : name;
      return !key.startsWith('OTEL_') && !(scrub && CREDENTIALS.has(key));
    }),
  );
}
