// What one root folder is built of, and what it is for the window once it is there.
import type * as vscode from 'vscode';
import type { EditFunctions } from '../contracts/edit.ts';
import type { Recorder } from '../contracts/journal.ts';
import type { Login, LoginConfig } from '../contracts/login.ts';
import type { Workspace } from '../contracts/workspace.ts';
import type { EditorModels } from '../host/editorModels.ts';
import type { FileList } from '../host/fileList.ts';
import type { Log } from '../host/log.ts';
import type { Project } from '../host/project.ts';
import type { Redirects } from '../host/redirects.ts';
import type { StoredKeys } from '../host/secrets.ts';
import type { FolderStatus } from '../host/statusView.ts';
import type { ShellReader } from '../permissions/shell/script.ts';
import type { OpenedServers } from './mcpServers.ts';
import type { WindowUsage } from './openUsage.ts';

export type ProjectParts = {
  context: vscode.ExtensionContext;
  configDir: string;
  keys: StoredKeys;
  log: Log;
  workspace: Workspace;
  edits: EditFunctions;
  /** The accounts of a team's login. */
  login(config: LoginConfig): Login;
  /** Where browsers come back to. */
  redirects: Redirects;
  ripgrep(): Promise<string>;
  /** What the model of a conversation is to be told with its next request. */
  notes?(conversation: string): Promise<string[]>;
  /** The same recorder for a root folder, with an eye on what is written without a review. */
  watchWrites?(recorder: Recorder, root: string): Recorder;
  usage: WindowUsage;
  /** The language models of VS Code itself. */
  editorModels: EditorModels;
  /** Loads its parsers at the first call. */
  shell(): Promise<ShellReader>;
};

/** Full paths. `managedDir`: the folder of the organisation's files. */
export type ProjectPlaces = { root: string; home: string; configDir: string; managedDir: string };

export type OpenedProject = Project & {
  readonly files: FileList;
  readonly recorder: Recorder;
  /** How a model is reached from here, for people to look at. */
  readonly status: FolderStatus;
  /** What a new conversation begins with. */
  defaultModel(): string;
  readonly servers: OpenedServers;
};
