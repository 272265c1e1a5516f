// The certificate by which this machine proves who it is, from the files that the variables name.
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { readableError } from '../util/readableError.ts';
import { CLIENT_CERTIFICATE, NetworkError } from './networkError.ts';
import { certificatesIn } from './pem.ts';

type Env = Readonly<Record<string, string | undefined>>;

const CERT = 'CLAUDE_CODE_CLIENT_CERT';
const KEY = 'CLAUDE_CODE_CLIENT_KEY';
const PASSPHRASE = 'CLAUDE_CODE_CLIENT_KEY_PASSPHRASE';

/** `cert` is the whole chain as PEM; `key` is a secret. */
export type ClientCertificate = { file: string; cert: string; key: KeyObject; subject: string; validTo: Date };

/** Undefined when none is set. Rejects with a `NetworkError` that names the variable. The key may stand in the certificate's file. */
export async function readClientCertificate(env: Env): Promise<ClientCertificate | undefined> {
  const file = env[CERT]?.trim();
  const keyFile = env[KEY]?.trim();
  if (!file && !keyFile) return undefined;
  if (!file) throw fault('network.clientCert.keyAlone', {});
  const text = await readNamed(CERT, file);
  const keyText = keyFile ? await readNamed(KEY, keyFile) : text;
  const cert = certificatesIn(text);
  const certificate = parsed(cert[0]);
  if (certificate === undefined) throw fault('network.noCertificate', { variable: CERT, file });
  if (!keyText.includes('PRIVATE KEY-----')) {
    throw keyFile
      ? fault('network.clientCert.noKey', { variable: KEY, file: keyFile })
      : fault('network.clientCert.certAlone', { file });
  }
  const key = readKey(keyText, keyFile || file, env[PASSPHRASE]);
  if (!certificate.checkPrivateKey(key)) throw fault('network.clientCert.otherKey', { file: keyFile || file });
  const subject = /(?:^|\n)CN=([^\n]*)/.exec(certificate.subject)?.[1] ?? certificate.subject.replaceAll('\n', ', ');
  return { file, cert: cert.join('\n'), key, subject, validTo: new Date(certificate.validTo) };
}

function readKey(text: string, file: string, passphrase: string | undefined): KeyObject {
  const encrypted = /ENCRYPTED/.test(text);
  if (encrypted && !passphrase) throw fault('network.clientCert.passphraseMissing', { file });
  const pem = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/.exec(text)?.[0] ?? text;
  try {
    return createPrivateKey({ key: pem, ...(encrypted && passphrase ? { passphrase } : {}) });
  } catch {
    // What the library says differs from build to build, and helps nobody.
    throw encrypted
      ? fault('network.clientCert.passphraseWrong', { file })
      : fault('network.clientCert.noKey', { variable: KEY, file });
  }
}

function parsed(pem: string | undefined): X509Certificate | undefined {
  try {
    return pem === undefined ? undefined : new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

async function readNamed(variable: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw fault('network.fileUnreadable', { variable, file, reason: readableError(error) });
  }
}

function fault(code: string, args: Record<string, string>): NetworkError {
  return new NetworkError({ code, args }, CLIENT_CERTIFICATE);
}
