// How the model comes by tools that servers bring: all of them at once, found by the service, or found by a tool of ours.
import type { ToolSpec } from '../../contracts/provider.ts';

/** `own`: with `ToolSearch` and `CallTool`, which every service can be sent. */
export type SearchMode = 'upfront' | 'service' | 'own';

const BYTES_PER_TOKEN = 4;
const DEFAULT_SHARE = 10;

/** `wish` is `ENABLE_TOOL_SEARCH`; `window` of the model, tokens; `searches`: the service does it for this model. */
export function searchMode(
  wish: string | undefined,
  left: readonly ToolSpec[],
  window: number,
  searches: boolean,
): SearchMode {
  const said = wish?.trim().toLowerCase() ?? '';
  if (['false', '0', 'no', 'off'].includes(said)) return 'upfront';
  const auto = /^auto(?::(\d+(?:\.\d+)?))?$/.exec(said);
  if (auto !== null) {
    const share = Number(auto[1] ?? DEFAULT_SHARE) / 100;
    if (tokensOf(left) < window * share) return 'upfront';
  }
  return searches ? 'service' : 'own';
}

function tokensOf(specs: readonly ToolSpec[]): number {
  return specs.reduce((sum, spec) => sum + JSON.stringify(spec).length, 0) / BYTES_PER_TOKEN;
}
