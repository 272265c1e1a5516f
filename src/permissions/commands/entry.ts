// How a command that only reads is described: its options, what its operands are, and what may stand for them.
import type { Options, OptionTable } from '../shell/options.ts';

/**
 * Nothing here may write, run a program, open a connection or read beyond what `operands` says: an option that does, or
 * of which it is not certain, is left out, and the command is then asked about.
 */
export type Entry = OptionTable & {
  /** What the words that are no options are. */
  operands: 'paths' | 'data' | 'none' | 'patternThenPaths';
  /** Options whose value is a file that is read. */
  files?: readonly string[];
  /** Options that stand for the pattern, so that every operand is a path. */
  patternGiven?: readonly string[];
  /** Reads the current folder when no path is given. */
  currentFolder?: boolean;
  /** Reads everything below the paths. */
  deep?: boolean | ((options: Options) => boolean);
  /** Of folders it reads the files in them, through links too. */
  filesOnly?: true;
  /** The last word on forms that options and operands do not tell. */
  check?: (options: Options) => boolean;
  /**
   * Patterns that the shell replaces by names. 'any': also where a name may look like an option, since all of them are
   * harmless. 'named': only behind a literal beginning. Absent: how many operands there are matters.
   */
  globs?: 'any' | 'named';
  /** Prints or compares its words: text that is known only when it runs may stand among them. */
  anyText?: true;
};

export type CommandTable = Readonly<Record<string, Entry>>;
