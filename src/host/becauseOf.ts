// What a failure says to a person.
import * as z from 'zod/mini';
import type { Because } from '../contracts/permission.ts';
import { readableError } from '../util/readableError.ts';

const Own = z.object({ code: z.string(), args: z.record(z.string(), z.string()) });

/** A failure that carries its own words says them; any other is put into some. */
export function becauseOf(error: unknown): Because {
  const own = error instanceof Error && 'because' in error ? Own.safeParse(error.because).data : undefined;
  return own ?? { code: 'permissionsView.failed', args: { reason: readableError(error) } };
}
