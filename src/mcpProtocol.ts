// Every message between the extension and the page of servers, both directions.
import type { EntryField, ServerEntry, ServerScope, ServerState } from './contracts/mcp.ts';
import type { Because } from './contracts/permission.ts';

export const EDITABLE_SCOPES = ['project', 'local', 'user', 'editor'] as const;
export type EditableScope = (typeof EDITABLE_SCOPES)[number];

export type ToolRow = {
  name: string;
  /** As rules write it; absent for a tool that is left out. */
  rule?: string;
  description: string;
  hints: Array<'readOnly' | 'destructive' | 'openWorld' | 'asks'>;
};
export type ServerRow = {
  name: string;
  scope: ServerScope;
  file: string;
  line?: number;
  standing: 'ready' | 'pending' | 'rejected' | 'disabled' | 'blocked' | 'notConfigured' | 'invalid';
  because?: Because;
  warnings: Because[];
  notices: Because[];
  /** The entry, secrets by their length. */
  fields: EntryField[];
  /** As it was approved. */
  before?: EntryField[];
  /** What it takes from the environment. */
  variables: string[];
  fingerprint: string;
  remote: boolean;
  signedIn: boolean;
  state?: ServerState;
  about?: { name: string; version: string; protocolVersion: string; instructions: string };
  tools: ToolRow[];
  prompts: Array<{ name: string; description: string }>;
  resources: Array<{ uri: string; name: string }>;
};
/** A tool that another extension offers in VS Code. `rule`: as rules write it. */
export type EditorToolRow = { rule: string; description: string; extension: string };
/** `on`: the person switched them on. `because`: why there are none whether they did or not. */
export type EditorToolsState = { on: boolean; because?: Because; tools: EditorToolRow[]; leftOut: Because[] };
export type McpState = {
  root: string;
  /** The window has other folders. */
  several: boolean;
  trusted: boolean;
  /** Only the organisation's servers are started. */
  exclusive: boolean;
  servers: ServerRow[];
  problems: Array<{ file: string; line?: number; because: Because }>;
  files: Record<EditableScope, string>;
  editorTools: EditorToolsState;
};

export type ToMcp =
  | { type: 'state'; state: McpState }
  /** The entry to change, as it stands in its file. */
  | { type: 'entry'; name: string; scope: EditableScope; entry: ServerEntry }
  | { type: 'saved'; name: string }
  /** What the person asked for did not work. */
  | { type: 'failed'; because: Because };

/** A server as it stood on the page when a person said yes. */
export type Seen = { name: string; fingerprint: string };

export type FromMcp =
  | { type: 'ready' }
  | ({ type: 'approve'; all: Seen[] | false } & Seen)
  | { type: 'enable'; name: string; on: boolean }
  | {
      type: 'reject' | 'reconnect' | 'authenticate' | 'clearAuthentication' | 'askInputs' | 'remove' | 'edit';
      name: string;
    }
  /** `replaces`: the server that is edited. */
  | { type: 'save'; scope: EditableScope; name: string; entry: ServerEntry; replaces?: string }
  | { type: 'openFile'; file: string; line?: number }
  | { type: 'chooseRoot' }
  | { type: 'manageTrust' }
  | { type: 'openEditorToolsSetting' }
  | { type: 'pageError'; message: string; stack: string };
