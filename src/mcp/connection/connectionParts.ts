// What connections to servers are given.
import type {
  ElicitAnswer,
  ElicitRequest,
  SampleAnswer,
  SampleRequest,
  ServerDefinition,
} from '../../contracts/mcp.ts';
import type { Fetch } from '../../contracts/network.ts';
import type { Limits } from './limits.ts';
import type { ProcessGuard } from './processGuard.ts';
import type { RetryRules } from './retryPlan.ts';
import type { OpenSocket } from './socketTransport.ts';

type Env = Readonly<Record<string, string | undefined>>;

export type ConnectionParts = {
  /** Where programs are started: the root of the project. */
  root: string;
  /** What servers are told when they ask for the folders that are worked in; absolute. */
  roots(): readonly string[];
  /** The environment, with what settings add: times and limits are read from it. */
  env(): Env;
  /** What of it programs are given. */
  programEnv(): Env;
  /** The conversation that was opened last: a program is told by which one it was started, although all of a folder use it. */
  session?(): string | undefined;
  /** The one way out. */
  fetch: Fetch;
  /** Left out: servers of type `ws` say that they cannot be reached. */
  openSocket?: OpenSocket;
  /** Asked right before each attempt. Rejects with a `ServerFault` when the server is not what was approved any more. */
  mayStart?(definition: ServerDefinition): Promise<void>;
  /** Headers of a helper; asked at each attempt, and once more with `refused` after a 401 or 403. Rejects with a readable reason. */
  headers?(definition: ServerDefinition, refused: boolean, signal: AbortSignal): Promise<Record<string, string>>;
  /** Puts the person's token into requests. Left out, or undefined for a server: nobody can be signed in there. */
  authorize?(definition: ServerDefinition): ((fetch: Fetch) => Fetch) | undefined;
  /** Left out: servers are told that nobody can be asked. */
  elicit?(server: string, request: ElicitRequest, signal: AbortSignal): Promise<ElicitAnswer>;
  /** What was asked for under an address has been done there. */
  elicitationDone?(server: string, id: string): void;
  /** Left out: servers are told that they get no answers of a model. Rejects with a readable reason. */
  sample?(server: string, request: SampleRequest, signal: AbortSignal): Promise<SampleAnswer>;
  log(text: string): void;
  guard: ProcessGuard;
  /** Of this product, as servers are told. */
  version: string;
  limits?: Partial<Limits>;
  retry?: Partial<RetryRules>;
};
