// Runs ripgrep for Glob and Grep: no configuration file, a time limit, an end at cancel, and no more output than is wanted.
import { spawn } from 'node:child_process';
import { sayInEnglish } from '../util/phrases.ts';
import { readableError } from '../util/readableError.ts';

export type SearchEnd = 'finished' | 'enough' | 'timeout' | 'cancelled';
export type SearchResult = { end: SearchEnd; errors: string };

export const SEARCH_MS = 20_000;
/** A record is a line or, for file names, a text up to a NUL; a longer one is given in parts. */
const RECORD_LENGTH = 64_000;

/**
 * Gives each record of the output to `take` until that returns false. The program is ended when enough was taken, after
 * `timeoutMs`, or when `signal` fires; it is gone when the promise resolves. Rejects when it could not be started.
 */
export function search(
  program: string,
  args: string[],
  separator: '\n' | '\0',
  options: { cwd: string; signal: AbortSignal; timeoutMs?: number },
  take: (record: string) => boolean,
): Promise<SearchResult> {
  const { cwd, signal, timeoutMs = SEARCH_MS } = options;
  if (signal.aborted) return Promise.resolve({ end: 'cancelled', errors: '' });
  return new Promise((resolve, reject) => {
    const child = spawn(program, ['--no-config', ...args], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let end: SearchEnd = 'finished';
    let rest = '';
    let errors = '';
    const stop = (why: SearchEnd) => {
      if (end !== 'finished') return;
      end = why;
      child.kill('SIGKILL');
    };
    const onAbort = () => stop('cancelled');
    const timer = setTimeout(() => stop('timeout'), timeoutMs);
    signal.addEventListener('abort', onAbort, { once: true });
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
    const give = (record: string) => {
      if (end === 'finished' && !take(record)) stop('enough');
    };
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      const records = (rest + chunk).split(separator);
      rest = records.pop() ?? '';
      for (const record of records) give(record);
      if (rest.length > RECORD_LENGTH) {
        give(rest);
        rest = '';
      }
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      if (errors.length < 4000) errors += chunk;
    });
    child.on('error', (error) => {
      settle();
      reject(
        new Error(sayInEnglish({ code: 'tools.ripgrepFailed', args: { file: program, reason: readableError(error) } })),
      );
    });
    child.on('close', () => {
      settle();
      if (rest !== '') give(rest);
      resolve({ end, errors: errors.trim() });
    });
  });
}

/** What is to be said of a search that did not run to its end. */
export function sayEnd(end: SearchEnd): string | undefined {
  if (end === 'timeout')
    return 'The search was stopped after 20 seconds; what it found until then is above. Search in a smaller folder.';
  if (end === 'cancelled') return 'The search was cancelled.';
  return undefined;
}
