// Signing in with a team's own identity provider, and how the answer of a browser comes back.

/** `assent.login` of the organisation's or the user's settings; checked, not yet tried. */
export type LoginConfig = {
  issuer: string;
  clientId: string;
  scopes?: string[];
  /** For whom the token is; also sent as `resource` where it is an address. */
  audience?: string;
  /** Where requests with the token go, instead of `ANTHROPIC_BASE_URL`. */
  baseUrl?: string;
  /** What is registered for the client; an address of this machine without a port means any port. */
  redirectUri?: string;
  /** What an identity provider wants besides, such as `prompt`. */
  parameters?: Record<string, string>;
};

/** VS Code's secret storage, as far as it is needed: encrypted by the system, shared by the windows of a profile. */
export interface SecretStore {
  get(key: string): PromiseLike<string | undefined>;
  store(key: string, value: string): PromiseLike<void>;
  delete(key: string): PromiseLike<void>;
}

/** `ended`: the identity provider takes back what it gave; the person has to sign in again. */
export type LoginAccount = { id: string; label: string; scopes: string[]; ended: boolean };

/** What a person types into the page at `address`. `link` has the code in it, where the provider makes such links. */
export type DeviceCode = { code: string; address: string; link?: string; expiresAtMs: number };

/** One answer of a browser that is waited for. */
export type Redirect = {
  /** What the authorization request has to name. */
  redirectUri: string;
  /** The address the browser came to, query included. Rejects when nobody comes, or `signal` is aborted. */
  result: Promise<URL>;
  /** An address that a person pasted; false when it is not the answer to this request. */
  accept(address: string): boolean;
  dispose(): void;
};
/** `at`: the redirect address that is registered, see `LoginConfig.redirectUri`; otherwise what works here is taken. */
export type RedirectWish = { state: string; at?: string; signal: AbortSignal };
export type ReceiveRedirect = (wish: RedirectWish) => Promise<Redirect>;

export type BrowserSteps = {
  receive: ReceiveRedirect;
  /** Brings the person to the page; the answer is waited for once it has resolved. */
  open(address: string, redirect: Redirect): Promise<void>;
};

/** All that rejects does so with an Error whose message is an English sentence without secrets, and which has a `because`. */
export interface Login {
  /** The one whose token is used comes first. */
  accounts(): Promise<LoginAccount[]>;
  choose(account: string): Promise<void>;
  /** What the identity provider offers. */
  ways(signal: AbortSignal): Promise<{ browser: boolean; deviceCode: boolean }>;
  withBrowser(steps: BrowserSteps, signal: AbortSignal): Promise<LoginAccount>;
  withDeviceCode(show: (code: DeviceCode) => void, signal: AbortSignal): Promise<LoginAccount>;
  /**
   * Undefined when nobody is signed in. Rejects when somebody is and there is no token: another credential must not be
   * taken instead in silence. `renew`: the token of before was refused.
   */
  token(renew: boolean, signal: AbortSignal, account?: string): Promise<string | undefined>;
  /** Forgets first, then tells the identity provider: false when that could not be done. */
  signOut(account: string): Promise<boolean>;
}

/** What the picker of ways to sign in needs to know. */
export interface TeamLogin {
  /** The host of the identity provider; undefined: none is configured. */
  configured(): Promise<string | undefined>;
  accounts(): Promise<LoginAccount[]>;
  /** With all that is shown on the way, failures too; undefined when it did not come to an end. */
  signIn(): Promise<LoginAccount | undefined>;
  /** Of one account, otherwise of all. */
  signOut(account?: string): Promise<void>;
}
