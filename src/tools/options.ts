// What the built-in tools are given once, when they are made.
import type { FetchPage } from '../contracts/fetch.ts';
import type { Judge } from '../contracts/permission.ts';
import type { ToolContext } from '../contracts/tool.ts';
import type { ShellKind } from './findShell.ts';

export type WebOptions = {
  fetchPage: FetchPage;
  /** For what a page redirects to, which is decided like a call. */
  judge: Judge;
};

export type ToolOptions = {
  /** The path of a ripgrep that can be run; rejects with a message that says what to do. */
  ripgrep(): Promise<string>;
  platform: NodeJS.Platform;
  /** What commands are written in; the tool for them is named after it. Default: bash. */
  shell?: ShellKind;
  /**
   * Which of the paths a rule keeps from being read: they are left out of what a search finds. `searched` is where a
   * search looked into files; rules that ask count then as well, unless they spoke of that place itself.
   */
  deniedForReading(
    paths: readonly string[],
    context: ToolContext,
    searched?: string,
  ): Promise<ReadonlySet<string>> | ReadonlySet<string>;
  /** Left out: there are no tools for the web. */
  web?: WebOptions;
};
