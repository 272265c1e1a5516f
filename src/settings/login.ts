// Who may say where people sign in: the organisation, otherwise the person. Requests and tokens go where this leads.
import type { LoginConfig } from '../contracts/login.ts';
import type { SettingsFile } from './settingsFile.ts';

/** The highest that is said, whole. `files` are highest first. */
export function loginOf(files: readonly SettingsFile[]): LoginConfig | undefined {
  for (const file of files) {
    if (!mayConfigureLogin(file.source.scope)) continue;
    const login = file.values.assent?.login;
    // Of the organisation's that cannot be read, nothing stands for it: a lower one would lead elsewhere.
    if (login !== undefined || (file.source.scope === 'managed' && file.lineOf(['assent', 'login']) !== undefined))
      return login === undefined ? undefined : checked(login);
  }
  return undefined;
}

export function mayConfigureLogin(scope: SettingsFile['source']['scope']): boolean {
  return scope === 'managed' || scope === 'user';
}

/** Of the highest that says it, an https address; as whom people are signed in to servers is not for a repository to say. */
export function clientMetadataUrlOf(files: readonly SettingsFile[]): string | undefined {
  for (const { source, values } of files) {
    const address = values.assent?.mcpClientMetadataUrl;
    if (address === undefined || !mayConfigureLogin(source.scope)) continue;
    return URL.canParse(address) && new URL(address).protocol === 'https:' ? address : undefined;
  }
  return undefined;
}

type Written = NonNullable<NonNullable<SettingsFile['values']['assent']>['login']>;

function checked({ issuer, clientId, scopes, audience, baseUrl, redirectUri, parameters }: Written): LoginConfig {
  return {
    issuer,
    clientId,
    ...(scopes === undefined ? {} : { scopes }),
    ...(audience === undefined ? {} : { audience }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(redirectUri === undefined ? {} : { redirectUri }),
    ...(parameters === undefined ? {} : { parameters }),
  };
}
