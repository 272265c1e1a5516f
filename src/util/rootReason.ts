// Why a request never arrived, in the fewest words: what lies at the root of an error and its causes.
import { errorCode, readableError } from './readableError.ts';

const DEEPEST = 5;

/** The first code of the system among the causes, `ECONNREFUSED` and the like; otherwise what the deepest of them says. */
export function rootReason(error: unknown): string {
  let last = error;
  for (let one = error, depth = 0; one instanceof Error && depth < DEEPEST; one = one.cause, depth += 1) {
    const code = errorCode(one);
    if (code !== undefined) return code;
    if (one.name === 'TimeoutError') return 'no answer in time';
    last = one;
  }
  return readableError(last);
}
