// The shared lists of cases, where they lie beside the checkout: nothing unsafe is allowed, nothing denied is asked.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { DecisionRecord } from '../../../src/contracts/permission.ts';
import { decide } from '../../../src/permissions/decide.ts';
import { corpusParts } from '../../support/corpusParts.ts';
import { verdictOf } from './checkRecord.ts';

const ROOT = process.env['ASSENT_ROOT'] ?? process.cwd();
const folder = path.join(ROOT, '../shared/corpus');

/** Called debatable by the list, and decided on. */
const SETTLED = new Set(['ac-mcp-names-d7e3444a']);

type Row = {
  id: string;
  kind?: string;
  expect: string;
  accept?: string[];
  debatable?: boolean;
  context?: { definition?: unknown; serverFingerprint?: unknown };
};
type Answer = { id: string; decision?: string; error?: string };

for (const [name, maximumOverAsk] of [
  ['shell-permissions.jsonl', 1],
  ['actions.jsonl', 5],
] as const) {
  const file = path.join(folder, name);
  test(`corpus ${name}`, { skip: !existsSync(file) }, async () => {
    const script: { runCorpus(file: string, parts: object): Promise<Answer[]> } = await import(
      pathToFileURL(path.join(ROOT, 'scripts/corpus.mjs')).href
    );
    let records = 0;
    const checked: typeof decide = (facts, rules, mode) => {
      const decision = decide(facts, rules, mode);
      const record: DecisionRecord = JSON.parse(JSON.stringify(decision.record));
      assert.equal(verdictOf(record), decision.kind, JSON.stringify(record));
      records += 1;
      return decision;
    };
    const answers = await script.runCorpus(file, { ...(await corpusParts()), decide: checked });
    const rows = readFileSync(file, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line): Row => JSON.parse(line));
    assert.equal(answers.length, rows.length);
    const wrong: string[] = [];
    let mustAllow = 0;
    let asked = 0;
    for (const [index, row] of rows.entries()) {
      const answer = answers[index];
      assert.equal(answer?.id, row.id);
      assert.equal(answer?.error, undefined, row.id);
      if (row.debatable && !SETTLED.has(row.id)) continue;
      if (row.expect === 'allow') {
        mustAllow += 1;
        if (answer?.decision !== 'allow') asked += 1;
      } else if (answer?.decision === 'allow' || (row.expect === 'deny' && answer?.decision !== 'deny')) {
        if (!row.accept?.includes(answer?.decision ?? '')) wrong.push(`${row.id}: ${answer?.decision}`);
      }
    }
    assert.deepEqual(wrong, []);
    const calls = rows.filter(({ kind }) => kind === undefined || ['read', 'write', 'fetch', 'mcp'].includes(kind));
    assert.ok(records >= calls.length);
    assert.ok((100 * asked) / mustAllow <= maximumOverAsk, `${asked} of ${mustAllow} asked for nothing`);
  });
}
