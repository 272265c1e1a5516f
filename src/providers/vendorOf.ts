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

/** What counts once somebody signed in with their team: that goes before the choice of a cloud, and has an address of its own. */
export function underLogin(env: Env, baseUrl: string | undefined): Env {
  const without = Object.fromEntries(SWITCHES.map(([name]) => [name, undefined]));
  return { ...env, ...without, ...(baseUrl === undefined ? {} : { ANTHROPIC_BASE_URL: baseUrl }) };
}

/** Requests go to the vendor of the models itself, not to a gateway or a cloud. */
export function isDirect(env: Env): boolean {
  if (vendorOf(env) !== 'anthropic') return false;
  const url = env['ANTHROPIC_BASE_URL']?.trim();
  return !url || isVendorHost(url);
}

/** The address is one of the vendor of the models, not of a gateway. */
export function isVendorHost(url: string): boolean {
  return URL.canParse(url) && /(^|\.)anthropic\.com$/i.test(new URL(url).hostname);
}
