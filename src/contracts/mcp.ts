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

/**
 * A file that the start of a server names and the repository holds. `path` is from the root. `version` is another one whenever
 * its content is: `sha256:…`, for a link that leads out of the repository `link:TARGET`.
 */
export type EntryFile = { path: string; version: string };

/** A server that may be started. `fingerprint` is of the whole entry as it stands. */
export type ServerDefinition = {
  name: string;
  scope: ServerScope;
  file: string;
  line?: number;
  entry: ServerEntry;
  fingerprint: string;
  transport: ServerTransport;
  /** As they were when it was approved, or listed; absent where nobody has to approve it. */
  files?: readonly EntryFile[];
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
  /** As they are; absent where nobody has to approve it, or the folder is not trusted. */
  files?: readonly EntryFile[];
  warnings: Because[];
} & (
  | { standing: 'ready'; definition: ServerDefinition }
  /** It waits for a yes; `before` and `filesBefore` are as they were approved, where that is known. */
  | {
      standing: 'pending';
      definition: ServerDefinition;
      because: Because;
      before?: ServerEntry;
      filesBefore?: readonly EntryFile[];
    }
  | { standing: 'rejected' | 'disabled' | 'blocked' | 'notConfigured' | 'invalid'; because: Because }
);

/**
 * One value of an entry, for people: `env.KEY`. Of a secret only its length is told: `hidden` characters are not in `text`. 0:
 * it looks like a secret, and is shown because it could be run.
 */
export type EntryField = { name: string; text: string; hidden?: number };

/** What became of a server that may be started. `stderr` are its last lines, without secrets. */
export type ServerState =
  | { state: 'idle' }
  | { state: 'connecting'; sinceMs: number }
  | { state: 'connected'; tools: number; prompts: number; resources: number }
  | { state: 'needsAuthentication'; because: Because }
  | { state: 'failed'; because: Because; stderr: string[]; retryAtMs?: number };

/** Where a person is about to be sent to sign in to a server. `added`: scopes that it asks for beyond what it was given. */
export type ServerSignIn = { server: string; host: string; scopes: string[]; added?: string[] };

/** What a server says of one of its tools; the schemas are JSON Schema as it stands. */
export type ServerTool = {
  name: string;
  title?: string | undefined;
  description?: string | undefined;
  inputSchema: Record<string, unknown>;
  annotations?:
    | {
        title?: string | undefined;
        readOnlyHint?: boolean | undefined;
        destructiveHint?: boolean | undefined;
        idempotentHint?: boolean | undefined;
        openWorldHint?: boolean | undefined;
      }
    | undefined;
  /** Whether a call may, or has to, be made a task of: `optional`, `required`; otherwise not. */
  execution?: { taskSupport?: string | undefined } | undefined;
  _meta?: Record<string, unknown> | undefined;
};
export type ServerPrompt = {
  name: string;
  title?: string | undefined;
  description?: string | undefined;
  arguments?: Array<{ name: string; description?: string | undefined; required?: boolean | undefined }> | undefined;
};
export type ServerResource = {
  uri: string;
  name?: string | undefined;
  title?: string | undefined;
  description?: string | undefined;
  mimeType?: string | undefined;
  /** Bytes. */
  size?: number | undefined;
};
export type ServerTemplate = Omit<ServerResource, 'uri' | 'size'> & { uriTemplate: string };
export type ServerCatalog = {
  tools: readonly ServerTool[];
  prompts: readonly ServerPrompt[];
  resources: readonly ServerResource[];
  templates: readonly ServerTemplate[];
};
/** What a server said of itself when it was connected. `instructions` are cut to 2 KB. */
export type ServerInfo = {
  name: string;
  version: string;
  protocolVersion: string;
  capabilities: Readonly<Record<string, unknown>>;
  instructions?: string;
};

/** A server asks the person for something: fields of a form (`schema` is JSON Schema), or to open an address. */
export type ElicitRequest =
  | { mode: 'form'; message: string; schema: Record<string, unknown> }
  | { mode: 'url'; message: string; url: string; id: string };
export type ElicitAnswer =
  | { action: 'accept'; content?: Record<string, string | number | boolean | string[]> }
  | { action: 'decline' | 'cancel' };

/** A server asks for an answer of the model. Media are base64. */
export type SampleBlock = { type: 'text'; text: string } | { type: 'image' | 'audio'; data: string; mimeType: string };
export type SampleRequest = {
  messages: Array<{ role: 'user' | 'assistant'; content: SampleBlock[] }>;
  system?: string;
  maxTokens: number;
  /** Names of models it would like, best first; a wish. */
  modelHints: string[];
};
export type SampleAnswer = { model: string; text: string; stopReason: 'endTurn' | 'maxTokens' | 'stopSequence' };

/** What a resource holds; `blob` is base64. */
export type ResourceContent = { uri: string; mimeType?: string } & ({ text: string } | { blob: string });
