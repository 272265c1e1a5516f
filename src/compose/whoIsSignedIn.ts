// Who is signed in with the team's identity provider, without asking it: for what is only shown.
import type { Login, LoginConfig } from '../contracts/login.ts';
import { hostOf } from '../util/hostOf.ts';
import { LoginFailure } from '../util/loginFailure.ts';

/** The id of the account in use. Rejects when its session has ended: nothing else is used in its place. */
export async function whoIsSignedIn(
  config: LoginConfig | undefined,
  of: (config: LoginConfig) => Login,
): Promise<string | undefined> {
  if (config === undefined) return undefined;
  const [account] = await of(config).accounts();
  if (account?.ended === true) throw new LoginFailure('ended', { host: hostOf(config.issuer) });
  return account?.id;
}
