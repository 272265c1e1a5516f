// A command of a team that fetches a credential or headers.

/** `command` is a line for `/bin/sh`, on Windows for `cmd`. Nothing is read from it but its output; it has no terminal. */
export type Helper = {
  command: string;
  /** The setting it stands in, for what people are told. */
  name?: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Default: wherever this process happens to run. */
  cwd?: string;
  timeoutMs: number;
  /** What it prints while it runs, both streams, up to the cut; for helpers whose words are for the person. */
  onOutput?(text: string): void;
};
/** `code` is null when it was ended by a signal. Each output is cut at 1 MB. */
export type HelperEnd = { code: number | null; stdout: string; stderr: string; timedOut: boolean };
/** Rejects only when the program cannot be started or `signal` is aborted; whatever it started is ended with it. */
export type RunHelper = (helper: Helper, signal: AbortSignal) => Promise<HelperEnd>;
