// Whose service the environment chooses.
import type { VendorId } from '../contracts/provider.ts';
import { isOn } from '../util/envValue.ts';

type Env = Readonly<Record<string, string | undefined>>;

const SWITCHES = [
  ['CLAUDE_CODE_USE_BEDROCK', 'bedrock'],
  ['CLAUDE_CODE_USE_MANTLE', 'mantle'],
  ['CLAUDE_CODE_USE_VERTEX', 'vertex'],
  ['CLAUDE_CODE_USE_FOUNDRY', 'foundry'],
] as const;

/** The variable that chooses a cloud, if one does. */
export function switchOf(env: Env): string | undefined {
  return SWITCHES.find(([name]) => isOn(env[name]))?.[0];
}

export function vendorOf(env: Env): Exclude<VendorId, 'editor'> {
  return SWITCHES.find(([name]) => isOn(env[name]))?.[1] ?? 'anthropic';
}

/** Requests go to the vendor of the models itself, not to a gateway or a cloud. */
export function isDirect(env: Env): boolean {
  if (vendorOf(env) !== 'anthropic') return false;
  const url = env['ANTHROPIC_BASE_URL']?.trim();
  return !url || (URL.canParse(url) && /(^|\.)anthropic\.com$/i.test(new URL(url).hostname));
}
