// What encrypted connections are made with: the authorities that are trusted, and the certificate of this machine. Read on
// first use, kept until it is to be read again.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import type { EditorNetwork } from '../contracts/network.ts';
import { readableError } from '../util/readableError.ts';
import { type ClientCertificate, readClientCertificate } from './clientCertificate.ts';
import { AUTHORITIES, NetworkError } from './networkError.ts';
import { certificatesIn, withoutDoubles } from './pem.ts';
import { readSystemStore } from './systemStore.ts';

type Env = Readonly<Record<string, string | undefined>>;

export type TlsMaterial = {
  context: SecureContext;
  client?: ClientCertificate;
  /** Why the system's authorities are missing. */
  storeFault?: string;
};

export type TlsMaterialOptions = { platform?: NodeJS.Platform; mayRun?(): boolean };
type Store = { certificates: string[]; fault?: string };

/** `get` rejects with a `NetworkError` when something set is not as it must be: then nothing may be sent. */
export function createTlsMaterial({ platform = process.platform, mayRun = () => true }: TlsMaterialOptions) {
  let store: { key: string; reading: Promise<Store> } | undefined;
  let kept: { key: string; reading: Promise<TlsMaterial> } | undefined;
  /** The files are looked at again; what is in use stays so while they are the same. */
  let before: { digest: string; material: TlsMaterial } | undefined;

  const systemStore = (env: Env) => {
    const key = JSON.stringify([env['SSL_CERT_FILE'], env['SSL_CERT_DIR'], mayRun()]);
    if (store?.key !== key) {
      const reading = readSystemStore({ env, platform, mayRun: mayRun() }).then(
        (certificates): Store => ({ certificates }),
        (error: unknown): Store => ({ certificates: [], fault: readableError(error) }),
      );
      store = { key, reading };
    }
    return store.reading;
  };

  const read = async (env: Env, editor: EditorNetwork | undefined): Promise<TlsMaterial> => {
    const client = await readClientCertificate(env);
    const extra = await extraAuthorities(env);
    const stores = storesOf(env, editor);
    const system: Store = stores.has('system') ? await systemStore(env) : { certificates: [] };
    const ca = withoutDoubles([...(stores.has('bundled') ? rootCertificates : []), ...system.certificates, ...extra]);
    if (ca.length === 0) throw new NetworkError(noneTrusted(system), AUTHORITIES);
    const digest = createHash('sha256')
      .update(JSON.stringify([ca, client?.cert, client?.file, system.fault]))
      .update(client?.key.export({ type: 'pkcs8', format: 'der' }) ?? '')
      .digest('base64');
    if (before?.digest === digest) return before.material;
    // Making it takes tens of milliseconds with all authorities, so it is made once.
    const context = createSecureContext({
      ca,
      ...(client ? { cert: client.cert, key: client.key.export({ type: 'pkcs8', format: 'pem' }) } : {}),
    });
    const material: TlsMaterial = {
      context,
      ...(client ? { client } : {}),
      ...(system.fault === undefined ? {} : { storeFault: system.fault }),
    };
    before = { digest, material };
    return material;
  };

  return {
    get(env: Env, editor: EditorNetwork | undefined): Promise<TlsMaterial> {
      const key = JSON.stringify([NAMES.map((name) => env[name]), editor?.systemCertificates, mayRun()]);
      if (kept?.key !== key) {
        const reading = read(env, editor);
        kept = { key, reading };
        // What could not be read may have been corrected by the next time.
        reading.catch(() => {
          if (kept?.reading === reading) kept = undefined;
        });
      }
      return kept.reading;
    },
    /** Of files: certificate, key, authorities. `all`: the system's store too. */
    readAgain(all: boolean): void {
      kept = undefined;
      if (all) store = undefined;
    },
  };
}

const NAMES = [
  'CLAUDE_CODE_CERT_STORE',
  'CLAUDE_CODE_CLIENT_CERT',
  'CLAUDE_CODE_CLIENT_KEY',
  'CLAUDE_CODE_CLIENT_KEY_PASSPHRASE',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
];

/** `bundled`, `system`; the variable outranks the editor's setting. Throws a `NetworkError`. */
export function storesOf(env: Env, editor: EditorNetwork | undefined): Set<string> {
  const value = env['CLAUDE_CODE_CERT_STORE']?.trim().toLowerCase();
  if (!value) return new Set(editor?.systemCertificates === false ? ['bundled'] : ['bundled', 'system']);
  const names = value.split(/[\s,]+/).filter((name) => name !== '');
  if (names.some((name) => name !== 'bundled' && name !== 'system'))
    throw new NetworkError({ code: 'network.certStore', args: {} }, AUTHORITIES);
  return new Set(names);
}

function noneTrusted({ fault }: Store) {
  return fault === undefined
    ? { code: 'network.storeEmpty', args: {} }
    : { code: 'network.storeUnreadable', args: { reason: fault } };
}

async function extraAuthorities(env: Env): Promise<string[]> {
  const file = env['NODE_EXTRA_CA_CERTS']?.trim();
  if (!file) return [];
  const args = { variable: 'NODE_EXTRA_CA_CERTS', file };
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const because = { code: 'network.fileUnreadable', args: { ...args, reason: readableError(error) } };
    throw new NetworkError(because, AUTHORITIES);
  }
  const found = certificatesIn(text);
  if (found.length === 0) throw new NetworkError({ code: 'network.noCertificate', args }, AUTHORITIES);
  return found;
}
