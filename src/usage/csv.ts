// The ledger as a table for other programs (RFC 4180).
import type { CacheCause, UsageRow } from '../contracts/usage.ts';

const COLUMNS: ReadonlyArray<[name: string, of: (row: UsageRow) => string | number | undefined]> = [
  ['time', ({ at }) => new Date(at).toISOString()],
  ['session', ({ session }) => session],
  ['folder', ({ root }) => root],
  ['vendor', ({ vendor }) => vendor],
  ['model', ({ model }) => model],
  ['source', ({ purpose }) => purpose],
  ['input_tokens', ({ usage }) => usage.inputTokens],
  ['cache_write_tokens', ({ usage }) => usage.cacheWriteTokens],
  ['cache_write_1h_tokens', ({ usage }) => usage.cacheWrite1hTokens ?? 0],
  ['cache_read_tokens', ({ usage }) => usage.cacheReadTokens],
  ['expected_cache_read_tokens', ({ expectedRead }) => expectedRead],
  ['output_tokens', ({ usage }) => usage.outputTokens],
  ['web_searches', ({ usage }) => usage.webSearches ?? 0],
  ['usd_estimate', ({ usd }) => usd],
  ['duration_ms', ({ durationMs }) => Math.round(durationMs)],
  ['request_id', ({ requestId }) => requestId],
  ['cache_lost_by', ({ cacheCause }) => cacheCause && causeWords(cacheCause)],
];

/** An empty `usd_estimate` says that the price is not known. */
export function usageCsv(rows: readonly UsageRow[]): string {
  const lines = [COLUMNS.map(([name]) => name), ...rows.map((row) => COLUMNS.map(([, of]) => cell(of(row))))];
  return lines.map((line) => `${line.join(',')}\r\n`).join('');
}

/** A text that a table program would take for a formula gets a mark in front that makes it text again. */
function cell(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function causeWords(cause: CacheCause): string {
  if (cause.kind === 'tool') return `tool ${cause.name} ${cause.how}`;
  return cause.kind === 'message' ? `message ${cause.number}` : cause.kind;
}
