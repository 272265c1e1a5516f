// Which models settings leave to choose from: the list `availableModels`, read.
import { knownModel, pinnedFamily, withoutSuffix } from './models.ts';

type Env = Readonly<Record<string, string | undefined>>;

const FAMILY_NAMES = ['fable', 'mythos', 'opus', 'sonnet', 'haiku'];
const FAMILY = new RegExp(`^(?:${FAMILY_NAMES.join('|')})$`);
const FAMILY_OF = new RegExp(`(?:^|-)(${FAMILY_NAMES.join('|')})(?:-|$)`);

/**
 * Whether the list names this model id: by its family (`opus`), by a version (`opus-4`, `claude-opus-4-5`), or whole. An
 * entry that says more than the family leaves only what such entries of the family name. `undefined` is no list.
 */
export function isListed(id: string, list: readonly string[] | undefined, env: Env): boolean {
  if (list === undefined) return true;
  const entries = list.map((entry) => withoutSuffix(entry.trim())).filter((entry) => entry !== '');
  const plain = withoutSuffix(id.trim());
  const names = spellings(plain);
  if (entries.some((entry) => isNamedBy(names, entry))) return true;
  const known = knownModel(plain);
  // Of an id that says nothing a variable may say what it is. One that says something is that, whatever a variable calls it.
  const family = known === undefined ? pinnedFamily(plain, env) : FAMILY_OF.exec(known.id)?.[1];
  if (family === undefined || namesAnother(plain, family)) return false;
  if (!entries.some((entry) => entry.toLowerCase() === family)) return false;
  return !entries.some((entry) => !FAMILY.test(entry.toLowerCase()) && familyOfEntry(entry) === family);
}

/** Whether settings have this id sent as one that is, or calls itself, another family's. */
export function isSentAsAnother(id: string, to: string): boolean {
  const family = FAMILY_OF.exec(knownModel(id)?.id ?? '')?.[1];
  return family !== undefined && namesAnother(to, family);
}

function namesAnother(id: string, family: string): boolean {
  return FAMILY_NAMES.some((name) => name !== family && id.toLowerCase().includes(name));
}

/** The id as it stands, and as the table and the vendor's own service call it. */
function spellings(plain: string): string[] {
  const known = knownModel(plain);
  return known === undefined ? [plain] : [...new Set([plain, dated(plain, known.id), known.id])];
}

/** The vendor's own form of a dated id in another vendor's spelling. */
function dated(plain: string, id: string): string {
  const date = /[-@](\d{8})(?:-v\d|$)/.exec(plain)?.[1];
  return date === undefined ? id : `${id}-${date}`;
}

/** `claude-opus-4` names `claude-opus-4-5` too; `claude-opus-4-5` does not name `claude-opus-4-55`. */
function isNamedBy(names: readonly string[], entry: string): boolean {
  if (FAMILY.test(entry.toLowerCase())) return false;
  const known = knownModel(entry);
  const wanted = new Set([entry, `claude-${entry}`, ...(known ? [dated(entry, known.id)] : [])]);
  return names.some((name) => [...wanted].some((one) => name === one || name.startsWith(`${one}-`)));
}

function familyOfEntry(entry: string): string | undefined {
  return FAMILY_OF.exec(knownModel(entry)?.id ?? entry.toLowerCase())?.[1];
}
