// What a journey may ask for, and what it is given.
import type { Page } from 'playwright-core';
import type { Rehearsal } from '../rehearsal/server.ts';
import type { WindowOptions } from './openWindow.ts';
import type { VsCode, VsCodeOptions } from './startVsCode.ts';

export type JourneyOptions = Omit<VsCodeOptions, 'workspace'> & {
  /** Files of the workspace by relative path; default the sample project. */
  files?: Record<string, string | Uint8Array>;
  window?: WindowOptions;
  /** The checkout itself instead of the package, in a development host: only there a test may say what the organisation's settings are. */
  development?: boolean;
};
export type Journey = {
  /** The folder of the workspace, absolute. */
  folder: string;
  rehearsal: Rehearsal;
  vscode: VsCode;
  page: Page;
  stop(): Promise<void>;
};
