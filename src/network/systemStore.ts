// The authorities that the operating system trusts: what an organisation installs on its machines.
import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as tls from 'node:tls';
import { errorCode } from '../util/readableError.ts';
import { systemRoot } from '../util/systemRoot.ts';
import { certificatesIn } from './pem.ts';

type Env = Readonly<Record<string, string | undefined>>;

export type SystemStoreOptions = {
  env: Env;
  platform: NodeJS.Platform;
  /** A program of the system may be started; only where Node itself cannot read the store. */
  mayRun: boolean;
  /** Runs a program with no more than the environment given. Default: really. */
  run?(file: string, args: readonly string[], env: Record<string, string>): Promise<string>;
  /** Default: Node's own way, where it has one (from 22.15 on). */
  native?: (() => readonly string[]) | undefined;
};

/** Where the distributions keep them, in one file. The first that is there counts. */
const BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
  '/etc/pki/tls/cacert.pem',
];
/** What only an administrator can add to; the login keychain holds whatever was once looked at. */
const KEYCHAINS = ['/System/Library/Keychains/SystemRootCertificates.keychain', '/Library/Keychains/System.keychain'];
const RUN_MS = 20_000;
const MOST_OUTPUT = 30_000_000;
const MOST_FILES = 2000;

/** PEM texts; none where the system has no store. Rejects with a readable reason. */
export async function readSystemStore(options: SystemStoreOptions): Promise<string[]> {
  const { env, platform, mayRun } = options;
  if (platform !== 'darwin' && platform !== 'win32') return readFiles(env);
  const native = 'native' in options ? options.native : nativeStore();
  if (native !== undefined) return [...native()];
  // The next reading may.
  if (!mayRun) return [];
  const run = options.run ?? runProgram;
  if (platform === 'darwin')
    return onlyAuthorities(await run('/usr/bin/security', ['find-certificate', '-a', '-p', ...KEYCHAINS], {}));
  const root = systemRoot(env);
  const powershell = path.win32.join(root, 'System32\\WindowsPowerShell\\v1.0\\powershell.exe');
  const args = ['-NoLogo', '-NoProfile', '-NonInteractive', '-Command', WINDOWS_STORE];
  return onlyAuthorities(await run(powershell, args, { SystemRoot: root }));
}

/** The roots of the machine and of the person without those that are distrusted, as PEM texts. */
const WINDOWS_STORE = [
  "$ErrorActionPreference = 'Stop'",
  '$no = @(Get-ChildItem Cert:\\LocalMachine\\Disallowed, Cert:\\CurrentUser\\Disallowed | ForEach-Object { $_.Thumbprint })',
  'Get-ChildItem Cert:\\LocalMachine\\Root, Cert:\\CurrentUser\\Root | Where-Object { $no -notcontains $_.Thumbprint } | ForEach-Object {',
  "  '-----BEGIN CERTIFICATE-----'",
  "  [Convert]::ToBase64String($_.RawData, 'InsertLineBreaks')",
  "  '-----END CERTIFICATE-----'",
  '}',
].join('\n');

/** `SSL_CERT_FILE` and `SSL_CERT_DIR` stand for the system's own places, as they do for other programs. */
async function readFiles(env: Env): Promise<string[]> {
  const file = env['SSL_CERT_FILE']?.trim();
  const folders = (env['SSL_CERT_DIR'] ?? '').split(':').filter((folder) => folder !== '');
  if (file || folders.length > 0) {
    const texts = [
      ...(file ? [await readFile(file, 'utf8')] : []),
      ...(await Promise.all(folders.map(readFolder))).flat(),
    ];
    return texts.flatMap(certificatesIn);
  }
  for (const bundle of BUNDLES) {
    const text = await readIfThere(bundle);
    if (text !== undefined) return certificatesIn(text);
  }
  return [];
}

async function readFolder(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => /\.(pem|crt|cer|\d)$/.test(name)).slice(0, MOST_FILES);
  const texts = await Promise.all(names.map((name) => readIfThere(path.join(folder, name))));
  return texts.filter((text) => text !== undefined);
}

/** Links of such a folder may lead nowhere. */
async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(errorCode(error) ?? '')) return undefined;
    throw error;
  }
}

function nativeStore(): (() => readonly string[]) | undefined {
  // Not known to the types of the oldest Node that we run in.
  const read: unknown = Reflect.get(tls, 'getCACertificates');
  return typeof read === 'function' ? () => read('system') as string[] : undefined;
}

/** A store of the system holds other certificates, too. */
function onlyAuthorities(text: string): string[] {
  return certificatesIn(text).filter((pem) => {
    try {
      return new X509Certificate(pem).ca;
    } catch {
      // One that cannot be read cannot be trusted, and the others are not to suffer for it.
      return false;
    }
  });
}

function runProgram(file: string, args: readonly string[], env: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { env, cwd: path.dirname(file), timeout: RUN_MS, maxBuffer: MOST_OUTPUT, windowsHide: true };
    execFile(file, [...args], options, (error, stdout) => {
      if (error)
        reject(new Error(`${path.basename(file)} could not read the certificates (${error.code ?? error.signal})`));
      else resolve(stdout);
    });
  });
}
