// Encrypts a connection, and says what is wrong with the certificate when it is not to be trusted.
import { isIP, type Socket } from 'node:net';
import { connect, type DetailedPeerCertificate, type SecureContext, type TLSSocket } from 'node:tls';
import { ConnectTimeout, reasonOf } from './dial.ts';
import { sayTlsFailure } from './sayTlsFailure.ts';
import type { TlsMaterial } from './tlsMaterial.ts';

export type EncryptOptions = {
  material: TlsMaterial;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  /** False: any certificate is taken. For a proxy only, where the person told the editor so. Default: true. */
  strict?: boolean;
};

/** Rejects with a `NetworkError` for what certificates are about, otherwise with the system's error; then `socket` is closed. */
export function encrypt(socket: Socket, host: string, options: EncryptOptions): Promise<TLSSocket> {
  const { material, timeoutMs, signal, strict = true } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      socket.destroy();
      reject(reasonOf(signal));
      return;
    }
    const encrypted = connect({
      socket,
      host,
      servername: isIP(host) === 0 ? host : '',
      secureContext: material.context satisfies SecureContext,
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: strict,
    });
    let chain: DetailedPeerCertificate | undefined;
    // Comes before the check of the certificate; afterwards the chain of a refused one can no longer be read.
    encrypted.prependOnceListener('secure', () => {
      chain = encrypted.getPeerCertificate(true);
    });
    const timer = setTimeout(() => encrypted.destroy(new ConnectTimeout(host, timeoutMs)), timeoutMs);
    const stop = () => encrypted.destroy(reasonOf(signal));
    signal?.addEventListener('abort', stop, { once: true });
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    };
    // Stays, like that of the plain connection.
    encrypted.on('error', (error) => {
      settle();
      socket.destroy();
      reject(sayTlsFailure(error, { host, material, chain }) ?? error);
    });
    encrypted.once('secureConnect', () => {
      settle();
      resolve(encrypted);
    });
  });
}
