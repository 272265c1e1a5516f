// Every message between the extension and the status page, both directions.
import type { Hop } from './contracts/network.ts';
import type { Because } from './contracts/permission.ts';

export type StatusGroup = 'model' | 'network' | 'settings' | 'versions';
export type FactName =
  | ('vendor' | 'address' | 'region' | 'project' | 'credential' | 'account' | 'model' | 'wireModel')
  | ('proxy' | 'certificates' | 'extraCertificates' | 'clientCertificate')
  | ('root' | 'policy' | 'settingsFile' | 'problem' | 'optOuts')
  | ('assent' | 'vscode' | 'node' | 'system');

/** What is in use. `from`: where that was set. `file` can be opened, at `line`, from 1. Never a secret. */
export type StatusFact = {
  group: StatusGroup;
  name: FactName;
  value: Because;
  from?: Because;
  file?: string;
  line?: number;
  warning?: true;
};

/** What a person can do about a step that failed. `settings` opens a settings file, `editorSettings` VS Code's own. */
export const REMEDIES = ['settings', 'editorSettings', 'signIn', 'model', 'usage', 'log'] as const;
export type Remedy = (typeof REMEDIES)[number];
/** `file`: what `settings` opens, if not the person's own. */
export type CheckedHop = Hop & { remedies: Remedy[]; file?: string };

/** A walk to the model. `hops` are those that came to an end, in any order; `cost` is said once the model has answered. */
export type Check = {
  state: 'running' | 'done' | 'cancelled';
  /** When it began, of the wall clock. */
  atMs: number;
  model: string;
  hops: CheckedHop[];
  cost?: Because;
};

export type ToStatus =
  | { type: 'facts'; facts: StatusFact[] }
  | { type: 'check'; check: Check }
  /** The report is on the clipboard. */
  | { type: 'copied' }
  /** What the person asked for did not work; the rest stays. */
  | { type: 'failed'; because: Because };

export type FromStatus =
  | { type: 'ready' }
  /** Walk to the model once more; one that is under way goes on alone. */
  | { type: 'run' }
  | { type: 'cancel' }
  | { type: 'copy' }
  /** Open the file of a fact, by its place in the list. */
  | { type: 'open'; fact: number }
  /** Do something about the step that failed. */
  | { type: 'remedy'; remedy: Remedy }
  | { type: 'pageError'; message: string; stack: string };
