// Google's Application Default Credentials: where they are looked for, and the client that makes tokens of them.
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import * as z from 'zod/mini';
import type { Fetch } from '../contracts/network.ts';
import { isOn } from '../util/envValue.ts';
import { CredentialProblem } from './credentialProblem.ts';
import type { GoogleClient } from './googleClient.ts';
import type { VendorParts } from './vendor.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The packages of Google, loaded on first use. */
export const loadGoogle = () => import('./googleClient.ts');

/** `project` is the one of these credentials; `named`: their file was named by `GOOGLE_APPLICATION_CREDENTIALS`. */
export type GoogleCredentials = { client: GoogleClient; project?: string; named: boolean; secrets: string[] };

const FILE = 'application_default_credentials.json';
const METADATA_ADDRESS = '169.254.169.254';
/** Outside Google's machines nobody answers, and a person waits. */
const METADATA_TIMEOUT_MS = 3_000;

const Program = z.object({ credential_source: z.object({ executable: z.unknown() }) });
const Inner = z.object({ source_credentials: z.record(z.string(), z.unknown()) });
const MetadataToken = z.object({ access_token: z.string(), expires_in: z.number() });

/** Files are read for every request, so that a new sign-in counts at once; tokens are kept as long as the file stays the same. */
export function createGoogleCredentials({ fetch, mayStart }: Pick<VendorParts, 'fetch' | 'mayStart'>) {
  let kept: { key: string; credentials: GoogleCredentials } | undefined;
  let forgotten = 0;

  /** Rejects with a `CredentialProblem`. */
  const find = async (env: Env): Promise<GoogleCredentials> => {
    const { text, file, named } = await readCredentials(env);
    const programs = mayStart?.() ?? true;
    const key = JSON.stringify([file, text, env['GCE_METADATA_HOST'], programs]);
    if (kept?.key === key) return kept.credentials;
    const before = forgotten;
    const credentials =
      text === undefined ? await fromMetadata(env, fetch) : await fromFile(text, file, named, fetch, programs);
    // Who forgot everything in the meantime does not find it again.
    if (before === forgotten) kept = { key, credentials };
    return credentials;
  };

  return {
    find,
    /** The next request makes a new token. */
    forget: () => {
      forgotten += 1;
      kept = undefined;
    },
  };
}

async function readCredentials(env: Env): Promise<{ text?: string; file: string; named: boolean }> {
  const named = env['GOOGLE_APPLICATION_CREDENTIALS']?.trim();
  if (named) {
    try {
      return { text: await readFile(named, 'utf8'), file: named, named: true };
    } catch (error) {
      const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      throw new CredentialProblem('vertex.fileUnreadable', { file: named }, reason);
    }
  }
  const file = path.join(gcloudFolder(env), FILE);
  try {
    return { text: await readFile(file, 'utf8'), file, named: false };
  } catch (error) {
    // Most machines of Google's cloud have no such file.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { file, named: false };
    throw new CredentialProblem('vertex.fileUnreadable', { file }, String(error));
  }
}

function gcloudFolder(env: Env): string {
  const own = env['CLOUDSDK_CONFIG']?.trim();
  if (own) return own;
  const appData = env['APPDATA']?.trim();
  if (process.platform === 'win32' && appData) return path.join(appData, 'gcloud');
  return path.join(env['HOME']?.trim() || homedir(), '.config', 'gcloud');
}

async function fromFile(
  text: string,
  file: string,
  named: boolean,
  fetch: Fetch,
  mayStart: boolean,
): Promise<GoogleCredentials> {
  let json: Record<string, unknown>;
  try {
    json = z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch {
    // What is wrong with it could show a piece of the key.
    throw new CredentialProblem('vertex.fileNotJson', { file });
  }
  if (!mayStart && startsProgram(json)) {
    throw new CredentialProblem('vertex.program', { file });
  }
  const { googleClient } = await loadGoogle();
  let client: GoogleClient | undefined;
  try {
    client = googleClient(json, fetch);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CredentialProblem('vertex.fileIncomplete', { file }, reason);
  }
  if (client === undefined) {
    const type = typeof json['type'] === 'string' ? json['type'] : '?';
    throw new CredentialProblem('vertex.fileType', { file, type });
  }
  const project = json['project_id'] ?? json['quota_project_id'];
  return { client, named, secrets: secretsOf(json), ...(typeof project === 'string' ? { project } : {}) };
}

/** Also of the account that impersonates another, which stands inside. */
function startsProgram(json: Record<string, unknown>): boolean {
  const source = Program.safeParse(json);
  return source.success || inner(json).some(startsProgram);
}

function secretsOf(json: Record<string, unknown>): string[] {
  const own = ['private_key', 'refresh_token', 'client_secret'].flatMap((name) => {
    const value = json[name];
    // Line by line: a key is one of many lines.
    return typeof value === 'string' ? value.split('\n').filter((line) => line.length >= 8) : [];
  });
  return [...own, ...inner(json).flatMap(secretsOf)];
}

function inner(json: Record<string, unknown>): Array<Record<string, unknown>> {
  const found = Inner.safeParse(json);
  return found.success ? [found.data.source_credentials] : [];
}

/** Of the machine itself, where it runs at Google's. */
async function fromMetadata(env: Env, fetch: Fetch): Promise<GoogleCredentials> {
  const host = env['GCE_METADATA_HOST']?.trim() || METADATA_ADDRESS;
  const ask = async (what: string): Promise<string> => {
    const response = await fetch(`http://${host}/computeMetadata/v1/${what}`, {
      headers: { 'Metadata-Flavor': 'Google' },
      redirect: 'manual',
      signal: AbortSignal.timeout(METADATA_TIMEOUT_MS),
    });
    const text = await response.text();
    // Whatever answers for an address that is nobody's is not the machine's own service.
    if (response.headers.get('metadata-flavor') !== 'Google')
      throw new Error('No metadata service of Google answered.');
    if (!response.ok) throw new Error(`The metadata service answered ${response.status}.`);
    return text;
  };
  let project: string;
  try {
    if (isOn(env['NO_GCE_CHECK']) || env['METADATA_SERVER_DETECTION']?.trim() === 'none') throw new Error('Not asked.');
    project = (await ask('project/project-id')).trim();
  } catch {
    // No such machine, as nearly always: there are no credentials at all.
    throw new CredentialProblem('vertex.noCredential');
  }
  const { withTokens } = await loadGoogle();
  const client = withTokens(async () => {
    const { access_token, expires_in } = MetadataToken.parse(
      JSON.parse(await ask('instance/service-accounts/default/token')),
    );
    return { token: access_token, expiresAtMs: Date.now() + expires_in * 1000 };
  });
  return { client, project, named: false, secrets: [] };
}
