// Tokens in the secret storage: one entry an account, a list of the accounts of a login, and a list of these lists, since the
// storage cannot be listed.
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { LoginAccount, LoginConfig, SecretStore } from '../contracts/login.ts';
import { LoginFailure } from '../util/loginFailure.ts';
import { readableError } from '../util/readableError.ts';

const Tokens = z.object({
  id: z.string(),
  label: z.string(),
  scopes: z.array(z.string()),
  /** Both are gone once the identity provider has ended the session. */
  accessToken: z.optional(z.string()),
  refreshToken: z.optional(z.string()),
  /** By the clock of this machine; absent: until it is refused. */
  expiresAtMs: z.optional(z.number()),
});
export type Tokens = z.infer<typeof Tokens>;
const Names = z.array(z.string());

/** `ids` come with the one that is used first. */
export type KeptTokens = {
  ids(): Promise<string[]>;
  read(id: string): Promise<Tokens | undefined>;
  write(tokens: Tokens): Promise<void>;
  first(id: string): Promise<void>;
  forget(id: string): Promise<void>;
};

/** What every key of ours begins with. */
export const PREFIX = 'assent.login.';
/** Where the lists of all logins are named, those included that settings no longer speak of. */
const LOGINS = `${PREFIX}all`;

export function keptTokens(secrets: SecretStore, { issuer, clientId }: LoginConfig): KeptTokens {
  const list = `${PREFIX}${hash(`${issuer}\n${clientId}`)}`;
  const keyOf = (id: string) => keyIn(list, id);
  const ids = () => namesIn(secrets, list);
  const first = async (id: string) => {
    const others = (await ids()).filter((one) => one !== id);
    await secrets.store(list, JSON.stringify([id, ...others]));
  };
  return {
    ids,
    first,
    read: async (id) => parsed(Tokens, await secrets.get(keyOf(id))),
    write: async (tokens) => {
      try {
        const logins = await namesIn(secrets, LOGINS);
        // First, so that whatever is kept can be found.
        if (!logins.includes(list)) await keepNames(secrets, LOGINS, [...logins, list]);
        await secrets.store(keyOf(tokens.id), JSON.stringify(tokens));
        if (!(await ids()).includes(tokens.id)) await first(tokens.id);
      } catch (error) {
        throw new LoginFailure('notStored', { detail: readableError(error) });
      }
    },
    forget: async (id) => {
      await secrets.delete(keyOf(id));
      const rest = (await ids()).filter((one) => one !== id);
      await keepNames(secrets, list, rest);
      if (rest.length === 0) {
        const logins = await namesIn(secrets, LOGINS);
        await keepNames(
          secrets,
          LOGINS,
          logins.filter((one) => one !== list),
        );
      }
    },
  };
}

/** Forgets all accounts of all logins. What nobody can be told of any more ends by itself. */
export async function forgetEveryLogin(secrets: SecretStore): Promise<void> {
  for (const list of await namesIn(secrets, LOGINS)) {
    for (const id of await namesIn(secrets, list)) await secrets.delete(keyIn(list, id));
    await secrets.delete(list);
  }
  await secrets.delete(LOGINS);
}

function keyIn(list: string, id: string): string {
  return `${list}.${hash(id)}`;
}

async function namesIn(secrets: SecretStore, list: string): Promise<string[]> {
  return parsed(Names, await secrets.get(list)) ?? [];
}

async function keepNames(secrets: SecretStore, list: string, names: readonly string[]): Promise<void> {
  if (names.length === 0) await secrets.delete(list);
  else await secrets.store(list, JSON.stringify(names));
}

export function accountOf({ id, label, scopes, accessToken, refreshToken }: Tokens): LoginAccount {
  return { id, label, scopes, ended: accessToken === undefined && refreshToken === undefined };
}

/** An entry that another version wrote in another form counts as none. */
function parsed<T>(schema: z.ZodMiniType<T>, text: string | undefined): T | undefined {
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 24);
}
