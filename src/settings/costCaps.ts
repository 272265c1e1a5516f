// Caps on cost and prices of models. A cap holds back, so every file may set one and the lowest counts; a price says how
// soon a cap is reached, so it is the organisation's or the person's to say.
import type { CapKind, CostCap, Price } from '../contracts/usage.ts';
import { isObject } from '../util/jsonValue.ts';
import type { Values } from './schema.ts';
import type { SettingsFile } from './settingsFile.ts';

const KINDS: readonly CapKind[] = ['turn', 'session', 'day'];
type Own = NonNullable<Values['assent']>;

/** Of each kind the lowest. `files` are all there are, highest first. */
export function costCapsOf(files: readonly SettingsFile[]): CostCap[] {
  const caps = files.flatMap(({ values, source }) =>
    KINDS.flatMap((kind): CostCap[] => {
      const usd = values.assent?.costCaps?.[kind];
      return usd === undefined ? [] : [{ kind, usd, from: source.file }];
    }),
  );
  return lowest(caps);
}

function lowest(caps: readonly CostCap[]): CostCap[] {
  return KINDS.flatMap((kind) => caps.filter((cap) => cap.kind === kind).sort((a, b) => a.usd - b.usd)[0] ?? []);
}

/** By model id; the organisation's before the person's. `files` are highest first. */
export function modelPricesOf(files: readonly SettingsFile[]): Record<string, Price> {
  const counted = files.filter(({ source }) => source.scope === 'managed' || source.scope === 'user');
  return Object.assign({}, ...counted.toReversed().map(({ values }) => values.assent?.modelPrices ?? {}));
}

/**
 * The block of a file that has a fault in it, with the caps that can still be read. Of the organisation's a cap that cannot
 * be read lets nothing pass.
 */
export function withReadableCaps(own: Own | undefined, written: unknown, strict: boolean): Own {
  const caps = isObject(written) ? written['costCaps'] : undefined;
  if (caps === undefined) return own ?? {};
  const readable = KINDS.flatMap((kind): Array<[CapKind, number]> => {
    const amount = isObject(caps) ? caps[kind] : undefined;
    if (typeof amount === 'number' && amount > 0) return [[kind, amount]];
    return strict && (amount !== undefined || !isObject(caps)) ? [[kind, 0]] : [];
  });
  return { ...own, costCaps: Object.fromEntries(readable) };
}

/** What is left of the block in a text that is not JSON throughout. */
export function onlyCaps(own: Own | undefined): { assent?: Own } {
  return own?.costCaps === undefined ? {} : { assent: { costCaps: own.costCaps } };
}
