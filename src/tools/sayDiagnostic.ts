// One line for a problem that the editor reports.
import type { Diagnostic } from '../contracts/workspace.ts';
import { cutEnd } from '../util/truncate.ts';

export function sayDiagnostic(one: Diagnostic): string {
  const source = one.source ? ` [${one.source}]` : '';
  return `${one.path}:${one.line}:${one.column} ${one.severity}: ${cutEnd(one.message, 500)}${source}`;
}
