// Which modes are offered, and in which one a conversation starts: nothing a repository says counts, bypass least of all.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isUnconfinedRoot, type ModeFacts, offeredModes, resumedMode, startMode } from '../../../src/compose/modes.ts';

const facts = (more: Partial<ModeFacts> = {}): ModeFacts => ({
  chosen: undefined,
  defaultMode: undefined,
  allowsBypass: false,
  disableBypass: false,
  bypassAccepted: false,
  unconfinedRoot: false,
  ...more,
});
const bypass = { allowsBypass: true, bypassAccepted: true };

test('the start: the choice in VS Code, then the settings file, then asking for everything', () => {
  const rows: Array<[Partial<ModeFacts>, string]> = [
    [{}, 'default'],
    [{ defaultMode: 'acceptEdits' }, 'acceptEdits'],
    [{ chosen: 'plan', defaultMode: 'acceptEdits' }, 'plan'],
    [{ chosen: 'manual', defaultMode: 'acceptEdits' }, 'default'],
    [{ chosen: 'auto', defaultMode: 'dontAsk' }, 'dontAsk'],
    [{ chosen: 'bypassPermissions' }, 'default'],
    [{ chosen: 'bypassPermissions', allowsBypass: true }, 'default'],
    [{ chosen: 'bypassPermissions', ...bypass }, 'bypassPermissions'],
    [{ defaultMode: 'bypassPermissions', ...bypass }, 'bypassPermissions'],
    [{ chosen: 'bypassPermissions', ...bypass, disableBypass: true }, 'default'],
    [{ chosen: 'bypassPermissions', ...bypass, unconfinedRoot: true }, 'default'],
    [{ defaultMode: 'bypassPermissions', bypassAccepted: true }, 'default'],
  ];
  for (const [more, mode] of rows) assert.equal(startMode(facts(more)), mode, JSON.stringify(more));
});

test('bypass is offered to who switched it on, unless the organisation or being root forbids it', () => {
  const has = (more: Partial<ModeFacts>) => offeredModes(facts(more)).includes('bypassPermissions');
  assert.deepEqual(offeredModes(facts()), ['default', 'acceptEdits', 'plan']);
  assert.equal(has({ allowsBypass: true }), true);
  assert.equal(has({ allowsBypass: true, disableBypass: true }), false);
  assert.equal(has({ allowsBypass: true, unconfinedRoot: true }), false);
  assert.equal(has({ bypassAccepted: true, defaultMode: 'bypassPermissions' }), false);
  assert.deepEqual(offeredModes(facts({ defaultMode: 'dontAsk' })), ['default', 'acceptEdits', 'plan', 'dontAsk']);
});

test('plan and bypass are never restored, whatever a new conversation would start in', () => {
  assert.equal(resumedMode('acceptEdits', 'default'), 'acceptEdits');
  assert.equal(resumedMode('default', 'acceptEdits'), 'default');
  assert.equal(resumedMode('plan', 'default'), 'default');
  assert.equal(resumedMode('bypassPermissions', 'default'), 'default');
  assert.equal(resumedMode('bypassPermissions', 'bypassPermissions'), 'default');
});

test('root counts as confined only where the environment says so', () => {
  assert.equal(isUnconfinedRoot({}, 0), true);
  assert.equal(isUnconfinedRoot({ IS_SANDBOX: '1' }, 0), false);
  assert.equal(isUnconfinedRoot({ IS_SANDBOX: '0' }, 0), true);
  assert.equal(isUnconfinedRoot({}, 1000), false);
  assert.equal(isUnconfinedRoot({}, undefined), false);
});
