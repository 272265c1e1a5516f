// Every message between the extension and the usage page, both directions.
import type { Because } from './contracts/permission.ts';
import type { UsageRange, UsageReport } from './contracts/usage.ts';

export type ToUsage =
  | { type: 'report'; report: UsageReport }
  /** What the person asked for did not work; the report stays. */
  | { type: 'failed'; because: Because };

export type FromUsage =
  | { type: 'ready' }
  /** Another range or folder; no folder: all of them. */
  | { type: 'show'; range: UsageRange; root?: string }
  /** Write every row of the ledger to a file that the person chooses. */
  | { type: 'export' }
  /** Show where the ledger is kept. */
  | { type: 'openFolder' }
  /** Open the settings that hold the caps. */
  | { type: 'openSettings' }
  | { type: 'pageError'; message: string; stack: string };
