// A request that asked for a longer answer than the window has room for, asking for less.
import type { Failure, ModelRequest } from '../contracts/provider.ts';

/** What the service says: tokens of the request, tokens asked for, tokens of the window. */
const FIGURES = /input length and .?max_tokens.? exceed(?:s|ed)? context limit:? *([\d,]+) *\+ *([\d,]+) *> *([\d,]+)/i;
const MARGIN = 500;
/** With less room than this the conversation has to be shortened anyway. */
const LEAST = 1024;

/** Undefined when the failure is another one, or when there is no room for an answer at all. */
export function lowerMaxTokens(request: ModelRequest, failure: Failure): ModelRequest | undefined {
  const [, input, , window] = (FIGURES.exec(failure.detail) ?? []).map((figure) => Number(figure.replaceAll(',', '')));
  if (input === undefined || window === undefined) return undefined;
  const maxTokens = window - input - MARGIN;
  return maxTokens >= LEAST && maxTokens < request.maxTokens ? { ...request, maxTokens } : undefined;
}
