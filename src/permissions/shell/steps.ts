// What a walk through a script finds, and what it has to know of the place.
import type { Because } from '../../contracts/permission.ts';
import type { Folders } from './state.ts';
import type { Arg } from './words.ts';

export type CommandStep = {
  kind: 'command';
  /** As it stands in the script, without what is around it. */
  text: string;
  args: Arg[];
  assignments: Array<{ name: string; value: Arg | undefined }>;
  folders: Folders;
  /** A command before this one may have changed the folder. */
  moved: boolean;
  /** Text that it is given as its input. */
  input: string | undefined;
  /** The commands whose output it is given, as far as they are simple ones; undefined when there are none. */
  upstream: readonly Arg[][] | undefined;
  /** Why its words are not known. */
  unclear?: Because;
};

/** A file that the shell opens for a command or a group. */
export type RedirectStep = {
  kind: 'redirect';
  text: string;
  access: 'read' | 'write';
  target: Arg | undefined;
  folders: Folders;
  unclear?: Because;
};

export type Step = CommandStep | RedirectStep;

export type WalkPlace = {
  text: string;
  cwd: string;
  home: string;
  resolve(folder: string, named: string): string;
  /** Whether one can go into the folder; undefined when that is not known. */
  canEnter(folder: string): Promise<boolean | undefined>;
  /** Where the path leads, gone step by step through links; undefined when that cannot be told. */
  follow(file: string): Promise<string | undefined>;
};
