// What a repository would loosen: each value by itself, so that what is new can be held until a person accepts it.

export type LooseningKind = 'allow' | 'directory' | 'env' | 'hook' | 'helper' | 'mcpServer' | 'other';

/** One value of a file of the repository that gives it more than it would have without. */
export type Loosening = {
  /** Fingerprint of kind, name, value and file: the same value in the same place has the same. Not reversible. */
  id: string;
  kind: LooseningKind;
  /** `Bash(npm test)`, `ANTHROPIC_BASE_URL`, `apiKeyHelper`, the name of a server. */
  name: string;
  /** As it stands in the file, for the person to see; a value that looks like a secret is cut. */
  value: string;
  file: string;
  /** From 1. */
  line?: number;
  /** `waiting`: the folder is not trusted. `held`: it came or changed after trust was given, or it routes requests. */
  state: 'inForce' | 'held' | 'waiting';
};
