// The team's own command to sign in to Google Cloud again (`gcpAuthRefresh`), run when the credentials have expired.
import { redact } from '../util/redact.ts';
import { scrubbedEnvironment } from '../util/scrubbedEnvironment.ts';
import { cutEnd } from '../util/truncate.ts';
import type { OpenVendor, VendorParts } from './vendor.ts';

const TIMEOUT_MS = 180_000;
const TRIES = 2;
/** Of one piece of what the command says. */
const MOST_SAID = 2000;

/** `forget` drops tokens that were made. */
export function createGcpRefresh(
  { runHelper, helpers, tell }: Pick<VendorParts, 'runHelper' | 'helpers' | 'tell'>,
  forget: () => void,
): NonNullable<OpenVendor['refresh']> {
  return async (_failure, env, signal) => {
    const command = helpers().gcpAuthRefresh;
    // The next request makes a token of its own, of what the person may have signed in to meanwhile.
    forget();
    if (command === undefined) return false;
    tell({ code: 'vertex.refreshing', args: {} });
    for (let attempt = 1; attempt <= TRIES; attempt++) {
      try {
        const end = await runHelper(
          {
            command,
            name: 'gcpAuthRefresh',
            env: scrubbedEnvironment(env, process.platform),
            timeoutMs: TIMEOUT_MS,
            // An address to open, usually.
            onOutput: (output) => {
              const text = cutEnd(redact(output).trim(), MOST_SAID);
              if (text !== '') tell({ code: 'vertex.refreshSays', args: { text } });
            },
          },
          signal,
        );
        if (end.code === 0) {
          forget();
          return true;
        }
        const status = String(end.code ?? '–');
        tell(
          end.timedOut ? { code: 'vertex.refreshSlow', args: {} } : { code: 'vertex.refreshFailed', args: { status } },
        );
      } catch {
        // The turn was stopped, or there is no shell to run it in.
        if (signal.aborted) return false;
        tell({ code: 'vertex.refreshFailed', args: { status: '–' } });
      }
    }
    return false;
  };
}
