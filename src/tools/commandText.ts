// What the model and the card are shown of a command's output.
import { overwriteLines, showControls, stripAnsi } from '../util/ansi.ts';
import type { ShellRun } from './shellRun.ts';

export type CommandText = { stdout: string; stderr: string; truncated: boolean };

/** Both outputs within `limit` characters together, as a terminal would have left them, binary ones named only. */
export function commandText(run: ShellRun, limit: number): CommandText {
  const ofErrors = Math.min(run.stderr.total, Math.max(Math.floor(limit / 2), limit - run.stdout.total));
  const ofOutput = Math.min(run.stdout.total, limit - ofErrors);
  return {
    stdout: readable(run.stdout.text(ofOutput)),
    stderr: readable(run.stderr.text(ofErrors)),
    truncated: run.stdout.total > ofOutput || run.stderr.total > ofErrors,
  };
}

/** A part of a text that is still growing: carriage returns begin a new line, since the old one was shown already. */
export function readablePart(text: string): string {
  return showControls(stripAnsi(text).replace(/\r+\n?/g, '\n'));
}

export function readable(text: string): string {
  if (isBinary(text)) return `[binary output, about ${text.length.toLocaleString('en-US')} bytes, not shown]`;
  return showControls(overwriteLines(stripAnsi(text)));
}

/** One character in ten that no text has. */
function isBinary(text: string): boolean {
  const odd = text.match(/[\x00-\x06\x0e-\x1a\x1c-\x1f\uFFFD]/g)?.length ?? 0;
  return odd > 8 && odd * 10 > text.length;
}
