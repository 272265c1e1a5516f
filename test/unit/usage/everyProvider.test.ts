// Every way to a model has the meter in front of it: nothing is sent past a cap, whichever the environment chooses, and
// each try counts.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { ModelEvent } from '../../../src/contracts/provider.ts';
import { createProvider } from '../../../src/providers/index.ts';
import { type Rehearsal, startRehearsal } from '../../support/rehearsal/server.ts';
import { vendorParts } from '../../support/vendorParts.ts';
import { providerFor } from '../providers/providerKit.ts';
import { cap, requestOf, stoppedBy, till } from './kit.ts';

const ROOT = process.env['ASSENT_ROOT'] ?? process.cwd();
let rehearsal: Rehearsal;
before(async () => {
  rehearsal = await startRehearsal();
});
after(() => rehearsal.close());

async function last(stream: AsyncIterable<ModelEvent>): Promise<ModelEvent | undefined> {
  let end: ModelEvent | undefined;
  for await (const event of stream) end = event;
  return end;
}

for (const [vendor, env] of [
  ['anthropic', { ANTHROPIC_API_KEY: 'sk-secret-0123456789' }],
  ['gateway', { ANTHROPIC_BASE_URL: 'http://127.0.0.1:9', ANTHROPIC_AUTH_TOKEN: 'tok-secret-0123456789' }],
  ['bedrock', { CLAUDE_CODE_USE_BEDROCK: '1', AWS_BEARER_TOKEN_BEDROCK: 'bed-secret-0123456789' }],
  ['mantle', { CLAUDE_CODE_USE_MANTLE: '1', AWS_BEARER_TOKEN_BEDROCK: 'bed-secret-0123456789' }],
  ['vertex', { CLAUDE_CODE_USE_VERTEX: '1', ANTHROPIC_VERTEX_PROJECT_ID: 'p', CLAUDE_CODE_SKIP_VERTEX_AUTH: '1' }],
  [
    'foundry',
    { CLAUDE_CODE_USE_FOUNDRY: '1', ANTHROPIC_FOUNDRY_RESOURCE: 'r', ANTHROPIC_FOUNDRY_API_KEY: 'f-secret-01' },
  ],
] as const) {
  test(`a cap stops a request to ${vendor} before anything is sent or asked for`, async () => {
    const asked: string[] = [];
    const seen: string[] = [];
    const one = till(undefined, { caps: () => [cap('turn', 0.001)] });
    const provider = createProvider({
      env: () => env,
      ...vendorParts(),
      fetch: async (input) => {
        asked.push(String(input));
        throw new TypeError('fetch failed');
      },
      runHelper: async () => {
        asked.push('a helper');
        throw new Error('no helper');
      },
      metered: (inner, whose) => {
        seen.push(whose());
        return one.meter.metered(inner, whose);
      },
    });
    const end = await last(provider.stream(requestOf(), new AbortController().signal));
    assert.equal(end && stoppedBy(end), 'usage.cap.turn');
    assert.deepEqual(asked, []);
    assert.deepEqual(seen, [vendor === 'gateway' ? 'anthropic' : vendor]);
    assert.doesNotMatch(JSON.stringify(end), /secret/);
  });
}

test('an answer that broke off and was asked for again is paid for twice', async () => {
  rehearsal.setScript({ turns: [{ disconnectAfter: 2 }, [{ text: 'Here.' }]] });
  const one = till();
  const provider = providerFor(rehearsal, {}, { metered: one.meter.metered });
  const end = await last(provider.stream(requestOf({ model: 'assent-rehearsal' }), new AbortController().signal));
  assert.equal(end?.type, 'done');
  assert.equal((await one.ledger.rows(0)).rows.length, 2);
});

test('composition lets nobody at a model past the meter', () => {
  const folder = path.join(ROOT, 'src/compose');
  const text = readdirSync(folder)
    .map((name) => readFileSync(path.join(folder, name), 'utf8'))
    .join('\n');
  const made = text.match(/\bcreateProvider\(\{[\s\S]*?\n {2}\}\)/g) ?? [];
  assert.ok(made.length > 0);
  for (const one of made) assert.match(one, /\bmetered: meter\.metered,/);
  const editors = text.match(/.*\beditorModels\.provider\b.*/g) ?? [];
  assert.ok(editors.length > 0);
  for (const line of editors) assert.match(line, /meter\.metered\(/);
});
