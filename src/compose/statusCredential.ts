// Which credential a request would be sent with, in words and by its name; nothing is fetched and no value is said.
import type { Because } from '../contracts/permission.ts';
import type { Account } from '../protocol.ts';
import type { HelperCommands } from '../providers/vendor.ts';
import { isOn } from '../util/envValue.ts';

type Env = Readonly<Record<string, string | undefined>>;
/** `name` is the variable or the key of the settings that it comes from. */
export type CredentialInUse = { because: Because; name?: string; setting?: true; missing?: true };

export function credentialInUse(account: Account, env: Env, helpers: HelperCommands): CredentialInUse {
  if (account.state === 'none') return { because: account.because ?? said('missing'), missing: true };
  if (account.state === 'rehearsal') return ofRehearsal(env, helpers);
  switch (account.vendor) {
    case 'editor':
      return { because: said('editor') };
    case 'bedrock':
    case 'mantle':
      return ofAws(env, helpers, account.vendor);
    case 'vertex':
      return ofGoogle(env);
    case 'foundry':
      return ofFoundry(env);
    case 'anthropic':
      return ofAnthropic(account);
  }
}

function ofAnthropic({ source, name = '' }: Extract<Account, { state: 'ready' }>): CredentialInUse {
  switch (source) {
    case 'login':
      return { because: said('login'), name: 'assent', setting: true };
    case 'helper':
      return { because: said('helper'), name, setting: true };
    case 'stored':
      return { because: said('stored', { name }) };
    case 'profile':
      return { because: said('profile', { name }), name };
    default:
      return { because: said(source), name };
  }
}

function ofAws(env: Env, { awsCredentialExport }: HelperCommands, vendor: 'bedrock' | 'mantle'): CredentialInUse {
  const skip = vendor === 'bedrock' ? 'CLAUDE_CODE_SKIP_BEDROCK_AUTH' : 'CLAUDE_CODE_SKIP_MANTLE_AUTH';
  if (isOn(env[skip])) return { because: said('skipped'), name: skip };
  if (env['AWS_BEARER_TOKEN_BEDROCK']?.trim()) return { because: said('awsKey'), name: 'AWS_BEARER_TOKEN_BEDROCK' };
  if (awsCredentialExport) return { because: said('awsExport'), name: 'awsCredentialExport', setting: true };
  if (env['AWS_ACCESS_KEY_ID'] && env['AWS_SECRET_ACCESS_KEY'])
    return { because: said('awsEnvironment'), name: 'AWS_ACCESS_KEY_ID' };
  const profile = env['AWS_PROFILE']?.trim();
  return profile
    ? { because: said('awsProfile', { name: profile }), name: 'AWS_PROFILE' }
    : { because: said('awsChain') };
}

function ofGoogle(env: Env): CredentialInUse {
  if (isOn(env['CLAUDE_CODE_SKIP_VERTEX_AUTH']))
    return { because: said('skipped'), name: 'CLAUDE_CODE_SKIP_VERTEX_AUTH' };
  const file = env['GOOGLE_APPLICATION_CREDENTIALS']?.trim();
  if (file) return { because: said('googleFile', { file }), name: 'GOOGLE_APPLICATION_CREDENTIALS' };
  return { because: said('googleChain') };
}

function ofFoundry(env: Env): CredentialInUse {
  if (isOn(env['CLAUDE_CODE_SKIP_FOUNDRY_AUTH']))
    return { because: said('skipped'), name: 'CLAUDE_CODE_SKIP_FOUNDRY_AUTH' };
  if (env['ANTHROPIC_FOUNDRY_AUTH_TOKEN']?.trim())
    return { because: said('foundryToken'), name: 'ANTHROPIC_FOUNDRY_AUTH_TOKEN' };
  if (env['ANTHROPIC_FOUNDRY_API_KEY']?.trim())
    return { because: said('foundryKey'), name: 'ANTHROPIC_FOUNDRY_API_KEY' };
  const client = env['AZURE_CLIENT_ID']?.trim();
  return client
    ? { because: said('entraClient', { name: client }), name: 'AZURE_CLIENT_ID' }
    : { because: said('entra') };
}

/** The account only says that it is the rehearsal model. */
function ofRehearsal(env: Env, { apiKeyHelper }: HelperCommands): CredentialInUse {
  if (env['ANTHROPIC_AUTH_TOKEN']?.trim()) return { because: said('authToken'), name: 'ANTHROPIC_AUTH_TOKEN' };
  if (env['ANTHROPIC_API_KEY']?.trim()) return { because: said('apiKey'), name: 'ANTHROPIC_API_KEY' };
  if (apiKeyHelper) return { because: said('helper'), name: 'apiKeyHelper', setting: true };
  return { because: said('apiKey') };
}

function said(code: string, args: Record<string, string> = {}): Because {
  return { code: `status.credential.${code}`, args };
}
