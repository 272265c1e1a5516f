// A row of the shared lists, as far as the mappings read it.
export type Verdict = 'allow' | 'ask' | 'deny';
export type Row = {
  id: string;
  kind: string;
  action: Record<string, unknown>;
  context: {
    cwd: string;
    home: string;
    platform: NodeJS.Platform;
    mode?: string;
    rules?: Partial<Record<Verdict, string[]>>;
    trusted?: boolean;
    changedSinceTrust?: boolean;
    managed?: Record<string, unknown>;
    servers?: string[];
    definition?: { approved: string | null; current: string; description?: string };
    serverFingerprint?: { approved: string | null; current: string };
    programHash?: { approved: string | null; current: string };
    approvedServers?: Record<string, string>;
    offeredBy?: string;
  };
};

const ORDER: Verdict[] = ['allow', 'ask', 'deny'];

export function strictest(...verdicts: Verdict[]): Verdict {
  return ORDER[Math.max(0, ...verdicts.map((verdict) => ORDER.indexOf(verdict)))] ?? 'deny';
}

export function textOf(value: unknown, name: string): string {
  if (typeof value !== 'string') throw new Error(`not mapped: ${name} is no text`);
  return value;
}
