// What a command does to one path.

/**
 * A path as the command line names it. `deep`: everything below is read too, or would be if it is a folder. `fileOnly`:
 * what the program does with a folder is not known.
 */
export type Touch = {
  kind: 'read' | 'search' | 'write' | 'delete';
  path: string;
  deep: boolean | 'ifFolder';
  fileOnly?: true;
  /** What is there may be lost. */
  replaces?: true;
  /** Written in its place if it is a folder. */
  into?: string[];
};
