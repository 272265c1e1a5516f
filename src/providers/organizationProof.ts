// Whose key it is, where the organisation lets in only keys of certain organisations.
import type { Because } from '../contracts/permission.ts';
import type { Credential, Failure } from '../contracts/provider.ts';
import { type FoundSource, originOf } from './credentials.ts';
import { failure } from './failures.ts';
import { whyNotTheirs } from './forcedLogin.ts';
import { tryCredential } from './tryCredential.ts';
import type { VendorParts } from './vendor.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Asks before a conversation is sent with a key, once for each. The function it gives resolves to why it may not be used. */
export function createOrganizationProof({ fetch, forced }: VendorParts) {
  let known: { key: string; origin: string; organization: string | undefined } | undefined;
  let forgotten = 0;
  const prove = async (
    { source, baseUrl, stored }: FoundSource,
    credential: Credential,
    env: Env,
    signal: AbortSignal,
  ): Promise<Failure | undefined> => {
    const rule = forced?.();
    if (rule?.organizations === undefined || source !== 'stored' || stored?.apiKey === undefined) return undefined;
    const origin = originOf(baseUrl);
    let found = known;
    if (found?.key !== stored.apiKey || found.origin !== origin) {
      const before = forgotten;
      const trial = await tryCredential(credential, { fetch, baseUrl, env }, signal);
      if (trial.state === 'refused') {
        const because: Because = { code: 'credentials.refused.stored', args: { label: stored.label } };
        return failure('authentication', trial.detail, { because });
      }
      if (trial.state === 'untested') {
        const because = whyNotTheirs(rule, undefined, new URL(baseUrl).host);
        return failure('permission', trial.detail, because ? { because } : {});
      }
      found = { key: stored.apiKey, origin, organization: trial.organization };
      // Who forgot everything in the meantime does not find it again.
      if (before === forgotten) known = found;
    }
    const because = whyNotTheirs(rule, found.organization, new URL(baseUrl).host);
    return because && failure('permission', '', { because });
  };
  const forget = () => {
    forgotten += 1;
    known = undefined;
  };
  return Object.assign(prove, { forget });
}
