// Credentials in the `env` of a settings file that the team shares: whoever may read the repository has them.
import { parseTree } from 'jsonc-parser';
import { members } from './jsonNodes.ts';
import { placesIn } from './places.ts';

/** Where the value of the variable stands. Lines and columns count from 1, `length` is in UTF-16 units. */
export type CommittedSecret = { name: string; line: number; column: number; length: number };

/** What a variable is called that holds the secret itself; paths and numbers of tokens are called otherwise. */
const IS_SECRET = /(?:^|_)(?:API_?KEY|ACCESS_KEY|TOKEN|SECRET|PASSWORD|PASSPHRASE)(?:_BEDROCK)?$/i;
/** A header that signs in to a gateway. */
const SIGNS_IN = /^\s*(?:authorization|cookie|[\w-]*(?:api-?key|token|secret)[\w-]*)\s*:/im;

/** Values that are empty, or that only name another variable, are no secrets. */
export function committedSecrets(text: string): CommittedSecret[] {
  const body = text.replace(/^\ufeff/, '');
  const root = parseTree(body, [], { allowTrailingComma: true, disallowComments: false });
  if (root?.type !== 'object') return [];
  const placeOf = placesIn(body);
  const env = members(root).flatMap(([key, value]) => (key.value === 'env' && value.type === 'object' ? [value] : []));
  return env.flatMap(members).flatMap(([key, value]) => {
    const name = String(key.value);
    const said = typeof value.value === 'string' ? value.value : '';
    if (!holdsSecret(name, said)) return [];
    return [{ name, ...placeOf(value.offset), length: value.length }];
  });
}

function holdsSecret(name: string, value: string): boolean {
  if (value.trim() === '' || /^\$\{?\w+\}?$/.test(value.trim())) return false;
  return name === 'ANTHROPIC_CUSTOM_HEADERS' ? SIGNS_IN.test(value) : IS_SECRET.test(name);
}
