// Tokens that the service gives for another identity's: workload identity federation, from variables or a named profile.
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import * as z from 'zod/mini';
import type { Fetch } from '../contracts/network.ts';
import { readableError } from '../util/readableError.ts';
import { redact } from '../util/redact.ts';
import { CredentialProblem } from './credentialProblem.ts';

type Env = Readonly<Record<string, string | undefined>>;

export type ProfileTokens = {
  /** Rejects with a `CredentialProblem`. */
  token(env: Env, baseUrl: string, signal: AbortSignal): Promise<string>;
  forget(): void;
};

type Federation = {
  ruleId: string;
  organizationId: string;
  serviceAccountId?: string;
  workspaceId?: string;
  identity: { file: string } | { value: string };
};

const text = z.optional(z.string());
const Profile = z.object({
  organization_id: text,
  workspace_id: text,
  authentication: z.object({
    type: z.string(),
    federation_rule_id: text,
    service_account_id: text,
    identity_token: z.optional(z.object({ source: z.string(), path: text })),
  }),
});

/** A token is not used in the last moments of its life. */
const EARLY_MS = 60_000;
/** A token service that says nothing is given up after so long. */
const EXCHANGE_TIMEOUT_MS = 30_000;

export function createProfileTokens(fetch: Fetch, now: () => number = Date.now): ProfileTokens {
  let kept: { of: string; token: string; untilMs: number } | undefined;
  let forgotten = 0;
  return {
    token: async (env, baseUrl, signal) => {
      const { name, federation } = await federationOf(env);
      const of = JSON.stringify([federation, baseUrl]);
      if (kept?.of === of && now() < kept.untilMs) return kept.token;
      const before = forgotten;
      const limit = AbortSignal.any([signal, AbortSignal.timeout(EXCHANGE_TIMEOUT_MS)]);
      const { token, expiresAt } = await exchange(name, federation, baseUrl, (url, init) =>
        fetch(url, { ...init, signal: limit }),
      );
      // Who forgot everything in the meantime does not find it again.
      if (before === forgotten) kept = { of, token, untilMs: expiresAt === null ? now() : expiresAt * 1000 - EARLY_MS };
      return token;
    },
    forget: () => {
      forgotten += 1;
      kept = undefined;
    },
  };
}

async function exchange(name: string, federation: Federation, baseURL: string, fetch: Fetch) {
  const secrets: string[] = [];
  try {
    const { oidcFederationProvider } = await import('@anthropic-ai/sdk/lib/credentials/oidc-federation');
    const { identity, ruleId: federationRuleId, organizationId, serviceAccountId, workspaceId } = federation;
    const provider = oidcFederationProvider({
      identityTokenProvider: async () => {
        const assertion = 'value' in identity ? identity.value : (await readFile(identity.file, 'utf8')).trim();
        if (assertion !== '') secrets.push(assertion);
        return assertion;
      },
      ...{ federationRuleId, organizationId, serviceAccountId, workspaceId, baseURL, fetch },
      userAgent: 'Assent',
    });
    return await provider();
  } catch (error) {
    throw new CredentialProblem('credentials.profile.failed', { name }, redact(readableError(error), secrets));
  }
}

/** A named profile goes before single variables; what it leaves open, they fill. */
async function federationOf(env: Env): Promise<{ name: string; federation: Federation }> {
  const of = (variable: string) => env[variable]?.trim() || undefined;
  const profile = of('ANTHROPIC_PROFILE');
  const name = profile === undefined ? 'ANTHROPIC_FEDERATION_RULE_ID' : 'ANTHROPIC_PROFILE';
  const file = profile === undefined ? undefined : await readProfile(name, profile, env);
  const authentication = file?.authentication;
  const needed = (value: string | undefined, missing: string): string => {
    if (value) return value;
    throw new CredentialProblem('credentials.profile.incomplete', { name, missing });
  };
  const serviceAccountId = authentication?.service_account_id ?? of('ANTHROPIC_SERVICE_ACCOUNT_ID');
  const workspaceId = file?.workspace_id ?? of('ANTHROPIC_WORKSPACE_ID');
  const tokenFile = authentication?.identity_token?.path ?? of('ANTHROPIC_IDENTITY_TOKEN_FILE');
  return {
    name,
    federation: {
      ruleId: needed(
        authentication?.federation_rule_id ?? of('ANTHROPIC_FEDERATION_RULE_ID'),
        'ANTHROPIC_FEDERATION_RULE_ID',
      ),
      organizationId: needed(file?.organization_id ?? of('ANTHROPIC_ORGANIZATION_ID'), 'ANTHROPIC_ORGANIZATION_ID'),
      ...(serviceAccountId ? { serviceAccountId } : {}),
      ...(workspaceId ? { workspaceId } : {}),
      identity: tokenFile
        ? { file: tokenFile }
        : { value: needed(of('ANTHROPIC_IDENTITY_TOKEN'), 'ANTHROPIC_IDENTITY_TOKEN_FILE') },
    },
  };
}

async function readProfile(name: string, profile: string, env: Env): Promise<z.infer<typeof Profile>> {
  const file = path.join(profileFolder(env), 'configs', `${profile}.json`);
  const notFound = () => new CredentialProblem('credentials.profile.notFound', { name, profile, file });
  // The name becomes a part of a path.
  if (!/^[\w.-]+$/.test(profile) || profile.startsWith('.')) throw notFound();
  let parsed: ReturnType<typeof Profile.safeParse>;
  try {
    parsed = Profile.safeParse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    // Not there, not readable or not JSON: the person is told which file it should be.
    throw notFound();
  }
  if (!parsed.success) throw notFound();
  const { type } = parsed.data.authentication;
  if (type !== 'oidc_federation') {
    throw new CredentialProblem('credentials.profile.notSupported', { name, profile, kind: type });
  }
  return parsed.data;
}

function profileFolder(env: Env): string {
  const own = env['ANTHROPIC_CONFIG_DIR']?.trim();
  if (own) return own;
  if (process.platform === 'win32') {
    return path.join(env['APPDATA'] ?? path.join(homedir(), 'AppData', 'Roaming'), 'Anthropic');
  }
  return path.join(env['XDG_CONFIG_HOME'] || path.join(env['HOME'] || homedir(), '.config'), 'anthropic');
}
