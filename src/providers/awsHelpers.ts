// The two commands of settings that fetch AWS credentials: one signs in again, one prints credentials.
import * as z from 'zod/mini';
import type { HelperEnd } from '../contracts/helper.ts';
import { redact } from '../util/redact.ts';
import { scrubbedEnvironment } from '../util/scrubbedEnvironment.ts';
import { cutEnd } from '../util/truncate.ts';
import type { AwsCredentials } from './awsChain.ts';
import { CredentialProblem } from './credentialProblem.ts';
import type { VendorParts } from './vendor.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** A sign-in waits for a person at a browser. */
const REFRESH_MINUTES = 10;
const EXPORT_MINUTES = 1;
const MINUTE = 60_000;
/** What a shell says of a program that it cannot start. */
const NOT_STARTED = '127';
/** Of one piece of what a program says. */
const MOST_SAID = 2000;

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
  parts.tell({ code: 'bedrock.refresh.running', args: { command: redact(command) } });
  const onOutput = (output: string) => {
    const text = cutEnd(redact(output).trim(), MOST_SAID);
    if (text !== '') parts.tell({ code: 'bedrock.refresh.says', args: { text } });
  };
  const helper = {
    command,
    name: 'awsAuthRefresh',
    env: scrubbedEnvironment(env, process.platform),
    timeoutMs: REFRESH_MINUTES * MINUTE,
    onOutput,
  };
  await outputOf(parts.runHelper(helper, signal), 'bedrock.refresh', REFRESH_MINUTES, signal);
}

/** Runs `awsCredentialExport`; nobody sees what it says. Rejects with `CredentialProblem`. */
export async function runCredentialExport(
  command: string,
  parts: VendorParts,
  env: Env,
  signal: AbortSignal,
): Promise<AwsCredentials> {
  const helper = {
    command,
    name: 'awsCredentialExport',
    env: scrubbedEnvironment(env, process.platform),
    timeoutMs: EXPORT_MINUTES * MINUTE,
  };
  const stdout = await outputOf(parts.runHelper(helper, signal), 'bedrock.export', EXPORT_MINUTES, signal);
  const printed = Printed.safeParse(parsed(stdout));
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

/** Rejects with a problem whose code begins with `about`. */
async function outputOf(run: Promise<HelperEnd>, about: string, minutes: number, signal: AbortSignal): Promise<string> {
  let end: HelperEnd;
  try {
    end = await run;
  } catch {
    signal.throwIfAborted();
    // Which program it was that could not be started, the person can see in the setting.
    throw new CredentialProblem(`${about}.failed`, { status: NOT_STARTED });
  }
  if (end.timedOut) throw new CredentialProblem(`${about}.slow`, { minutes: String(minutes) });
  if (end.code !== 0) throw new CredentialProblem(`${about}.failed`, { status: String(end.code ?? '–') });
  return end.stdout;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The schema of the caller says that it is not what was expected; the text itself may be a secret.
    return undefined;
  }
}
