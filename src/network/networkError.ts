// Why a request could not be sent, as data that can be translated; the message is the English sentence.
import type { Because } from '../contracts/permission.ts';
import { sayInEnglish } from '../util/phrases.ts';

/** `code` is the system's where there is one, so that others recognise what kind of failure it is. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
  constructor(
    readonly because: Because,
    readonly code: string,
  ) {
    super(sayInEnglish(because));
  }
}

/** Something of the client certificate is not as it must be; nothing was sent. */
export const CLIENT_CERTIFICATE = 'ERR_TLS_CLIENT_CERTIFICATE';
/** The authorities that are to be trusted cannot be read; nothing was sent. */
export const AUTHORITIES = 'ERR_TLS_AUTHORITIES';
/** What is set is not the address of a proxy; nothing was sent. */
export const PROXY_ADDRESS = 'ERR_PROXY_ADDRESS';
/** The proxy answered, and will do so again until something is changed. */
export const PROXY_REFUSED = 'ERR_PROXY_REFUSED';
/** The proxy answered that it cannot reach the host now. */
export const PROXY_GATEWAY = 'ERR_PROXY_GATEWAY';

/** The first error of that kind among the causes. */
export function networkErrorIn(error: unknown): NetworkError | undefined {
  let one = error;
  for (let depth = 0; one instanceof Error && depth < 8; depth++) {
    if (one instanceof NetworkError) return one;
    one = one.cause;
  }
  return undefined;
}
