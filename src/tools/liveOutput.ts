// Passes output on to the card while a command runs: in batches, and no more than the card can hold.
import { cutEnd } from '../util/truncate.ts';
import { readablePart } from './commandText.ts';

const BATCH_MS = 50;

export type LiveOutput = { add(text: string): void; end(): void };

export function liveOutput(progress: (text: string) => void, limit: number): LiveOutput {
  let waiting = '';
  let left = limit;
  let timer: NodeJS.Timeout | undefined;
  const flush = (last: boolean) => {
    clearTimeout(timer);
    timer = undefined;
    // An escape sequence that is cut in two waits for its other half.
    const half = last ? undefined : /(?:\x1b[^\x07A-Za-z]{0,40}|\r)$/.exec(waiting)?.index;
    const ready = waiting.slice(0, half);
    waiting = half === undefined ? '' : waiting.slice(half);
    if (ready !== '') progress(readablePart(ready));
  };
  return {
    add(text) {
      if (left <= 0) return;
      waiting += cutEnd(text, left);
      left -= text.length;
      if (left <= 0) waiting += '\n[… more output follows; the end is shown when the command has ended …]\n';
      timer ??= setTimeout(() => flush(false), BATCH_MS);
    },
    end: () => flush(true),
  };
}
