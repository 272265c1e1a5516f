// What signing in is given to work with.
import type { TeamLogin } from '../contracts/login.ts';
import type { Project } from './project.ts';
import type { StoredKeys } from './secrets.ts';

export type SignInParts = {
  keys: StoredKeys;
  /** The one whose conversation is shown. */
  project(): Promise<Project | undefined>;
  /** All that are open in this window. */
  projects(): Promise<Project[]>;
  /** The person's own settings file. */
  userSettings: string;
  /** The text of a settings file with variables to be filled in; undefined when it cannot be read as one. */
  withEnv(text: string, values: Readonly<Record<string, string>>): string | undefined;
  /** Sets a variable in the person's own settings file. */
  setEnv(name: string, value: string): Promise<void>;
  teamLogin?: TeamLogin;
  /** Language models that VS Code itself offers: whether there are any, and choosing one. */
  editorModels?: { available(): Promise<boolean>; choose(): unknown };
};
