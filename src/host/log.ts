// The output channel "Assent". Every line passes `redact`, so that a key never reaches a log file.
import * as vscode from 'vscode';
import { redact } from '../util/redact.ts';

export type Log = {
  info(text: string): void;
  warn(text: string): void;
  /** `cause` is written with its stack. */
  error(text: string, cause?: unknown): void;
  show(): void;
  /** A value that must never be written from now on. */
  hide(secret: string | undefined): void;
  dispose(): void;
};

/** The channel is made at the first line: an idle window pays nothing for it. */
export function createLog(): Log {
  const secrets = new Set<string>();
  let channel: vscode.LogOutputChannel | undefined;
  const open = () => {
    channel ??= vscode.window.createOutputChannel('Assent', { log: true });
    return channel;
  };
  const clean = (text: string) => redact(text, secrets);
  return {
    info: (text) => open().info(clean(text)),
    warn: (text) => open().warn(clean(text)),
    error: (text, cause) => open().error(clean(cause === undefined ? text : `${text}: ${describe(cause)}`)),
    show: () => open().show(true),
    hide: (secret) => {
      // Shorter values would blank ordinary words.
      if (secret !== undefined && secret.length >= 8) secrets.add(secret);
    },
    dispose: () => channel?.dispose(),
  };
}

function describe(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}
