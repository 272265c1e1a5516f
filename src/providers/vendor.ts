// What a vendor of models is to the rest: how it is chosen, what its service can do, and how its requests are sent.
import type { RunHelper } from '../contracts/helper.ts';
import type { Fetch } from '../contracts/network.ts';
import type { Because } from '../contracts/permission.ts';
import type { Failure, Feature, ForcedLogin, StoredCredential, VendorId } from '../contracts/provider.ts';
import type { Open } from './messagesApi.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Command lines of settings; what the repository names is in them only once it may run. */
export type HelperCommands = {
  apiKeyHelper?: string;
  awsAuthRefresh?: string;
  awsCredentialExport?: string;
  gcpAuthRefresh?: string;
};

export type VendorParts = {
  fetch: Fetch;
  /** What a person typed in and chose, if anything. */
  stored(): Promise<StoredCredential | undefined>;
  /** The access token of a person who signed in with the team's identity provider; `renew` asks for another one. */
  login?(renew: boolean, signal: AbortSignal): Promise<string | undefined>;
  /** Where requests go with that token, if not to `ANTHROPIC_BASE_URL`. */
  loginBaseUrl?(): string | undefined;
  /** Whom the organisation lets in, where it says so. */
  forced?(): ForcedLogin | undefined;
  runHelper: RunHelper;
  helpers(): HelperCommands;
  /** Whether programs of this machine, such as a cloud's command line, may be started; left out: they may. */
  mayStart?(): boolean;
  /** For the person, while a helper runs: what it says, or that it takes long. */
  tell(because: Because): void;
};

/** A model as the service lists it. */
export type ListedModel = { id: string; name?: string; contextWindow?: number; maxOutput?: number };

/** One row of `index.ts`; its packages are loaded when the first request is sent. */
export type Vendor = {
  id: Exclude<VendorId, 'editor'>;
  chosen(env: Env): boolean;
  features(env: Env): ReadonlySet<Feature>;
  open(parts: VendorParts): OpenVendor;
  /** Loads ahead what the first request needs. */
  load?(): Promise<unknown>;
};

export type OpenVendor = {
  send: Open;
  /** The service refused the credential. Resolves to whether there is another one now, for one more try. Never throws. */
  refresh?(failure: Failure, env: Env, signal: AbortSignal): Promise<boolean>;
  /** Nothing of a credential is left in memory: the person signed out, or another one counts. */
  forget?(): void;
  /** The id on the wire of a model of ours; what a person wrote themselves comes back as it is. */
  modelId?(id: string, env: Env): string;
  /** The models that this account may use. Rejects with a readable reason. */
  listModels?(env: Env, signal: AbortSignal): Promise<ListedModel[]>;
};
