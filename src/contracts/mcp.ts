// Servers of other programs that bring tools, prompts and resources.
import type { Because } from './permission.ts';

/** Whose file names the server. `editor`: VS Code's own `.vscode/mcp.json`. */
export type ServerScope = 'managed' | 'local' | 'project' | 'user' | 'editor';
/** An entry as it stands in its file, variables not filled in. */
export type ServerEntry = Readonly<Record<string, unknown>>;

/** Scopes are separated by spaces. */
export type ServerOAuth = { clientId?: string; callbackPort?: number; scopes?: string; authServerMetadataUrl?: string };
/** Variables filled in. */
export type ServerTransport =
  | { type: 'stdio'; command: string; args: string[]; env: Record<string, string>; cwd?: string }
  | {
      type: 'http' | 'sse' | 'ws';
      url: string;
      headers: Record<string, string>;
      headersHelper?: string;
      oauth?: ServerOAuth;
    };

/** A server that may be started. `fingerprint` is of the whole entry as it stands. */
export type ServerDefinition = {
  name: string;
  scope: ServerScope;
  file: string;
  line?: number;
  entry: ServerEntry;
  fingerprint: string;
  transport: ServerTransport;
  /** Of one call of a tool, ms. */
  timeoutMs?: number;
  /** Its tools are never left to be searched for. */
  alwaysLoad: boolean;
};

/** A server as it is listed, whether or not it may be started. */
export type ListedServer = {
  name: string;
  scope: ServerScope;
  file: string;
  line?: number;
  entry: ServerEntry;
  warnings: Because[];
} & (
  | { standing: 'ready'; definition: ServerDefinition }
  /** It waits for a yes; `before` is the entry as it was approved, where that is known. */
  | { standing: 'pending'; definition: ServerDefinition; because: Because; before?: ServerEntry }
  | { standing: 'rejected' | 'disabled' | 'blocked' | 'notConfigured' | 'invalid'; because: Because }
);

/** What became of a server that may be started. `stderr` are its last lines, without secrets. */
export type ServerState =
  | { state: 'idle' }
  | { state: 'connecting'; sinceMs: number }
  | { state: 'connected'; tools: number; prompts: number; resources: number }
  | { state: 'needsAuthentication'; because: Because }
  | { state: 'failed'; because: Because; stderr: string[]; retryAtMs?: number };
