// The two commands of settings that fetch AWS credentials: one signs in again, one prints credentials.
import * as z from 'zod/mini';
import type { HelperEnd } from '../contracts/helper.ts';
import { bedrock } from '../util/phrases/bedrock.ts';
import { fill } from '../util/phrases.ts';
import { redact } from '../util/redact.ts';
import type { AwsCredentials } from './awsChain.ts';
import { CredentialProblem } from './credentialProblem.ts';
import type { VendorParts } from './vendor.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** A sign-in waits for a person at a browser. */
const REFRESH_TIMEOUT_MS = 10 * 60_000;
const EXPORT_TIMEOUT_MS = 60_000;

const Keys = z.object({
  AccessKeyId: z.string().check(z.minLength(1)),
  SecretAccessKey: z.string().check(z.minLength(1)),
  SessionToken: z.nullish(z.string()),
  Expiration: z.nullish(z.string()),
});
const Printed = z.union([
  z.pipe(
    z.object({ Credentials: Keys }),
    z.transform((all) => all.Credentials),
  ),
  Keys,
]);

/** Runs `awsAuthRefresh`; the person sees what it says. Rejects with `CredentialProblem`. */
export async function runAuthRefresh(
  command: string,
  parts: VendorParts,
  env: Env,
  signal: AbortSignal,
): Promise<void> {
  parts.tell({ code: 'bedrock.refresh.running', args: { command } });
  const onOutput = (output: string) => {
    const text = redact(output).trim();
    if (text !== '') parts.tell({ code: 'bedrock.refresh.says', args: { text } });
  };
  const helper = { command, name: 'awsAuthRefresh', env, timeoutMs: REFRESH_TIMEOUT_MS, onOutput };
  const how = howItFailed(await ended(parts.runHelper(helper, signal), signal));
  if (how !== undefined) throw new CredentialProblem('bedrock.refresh.failed', { how });
}

/** Runs `awsCredentialExport`; nobody sees what it says. Rejects with `CredentialProblem`. */
export async function runCredentialExport(
  command: string,
  parts: VendorParts,
  env: Env,
  signal: AbortSignal,
): Promise<AwsCredentials> {
  const helper = { command, name: 'awsCredentialExport', env, timeoutMs: EXPORT_TIMEOUT_MS };
  const end = await ended(parts.runHelper(helper, signal), signal);
  const how = howItFailed(end);
  if (how !== undefined) throw new CredentialProblem('bedrock.export.failed', { how });
  const printed = Printed.safeParse(parsed(end?.stdout ?? ''));
  if (!printed.success) throw new CredentialProblem('bedrock.export.invalid');
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = printed.data;
  const expiresAt = Expiration ? Date.parse(Expiration) : Number.NaN;
  if (Expiration && Number.isNaN(expiresAt)) throw new CredentialProblem('bedrock.export.invalid');
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(SessionToken ? { sessionToken: SessionToken } : {}),
    ...(Expiration ? { expiration: new Date(expiresAt) } : {}),
  };
}

/** Undefined when the program could not be started. */
async function ended(run: Promise<HelperEnd>, signal: AbortSignal): Promise<HelperEnd | undefined> {
  try {
    return await run;
  } catch {
    // Which program it was that could not be started, the person can see in the setting.
    signal.throwIfAborted();
    return undefined;
  }
}

function howItFailed(end: HelperEnd | undefined): string | undefined {
  const say = (code: string, args: Record<string, string> = {}) => fill(bedrock[code] ?? code, args);
  if (end === undefined) return say('bedrock.how.start');
  if (end.timedOut) return say('bedrock.how.timeout');
  return end.code === 0 ? undefined : say('bedrock.how.status', { code: String(end.code ?? '–') });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The schema of the caller says that it is not what was expected; the text itself may be a secret.
    return undefined;
  }
}
