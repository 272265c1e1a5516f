// What a server says of its tool may make a decision stricter, and never less strict.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Action,
  type Decision,
  MODES,
  type Mode,
  type Rule,
  type SettingsScope,
  type ToolHints,
} from '../../../src/contracts/permission.ts';
import { decide } from '../../../src/permissions/decide.ts';
import { lookUpFacts } from '../../../src/permissions/facts.ts';
import { Call, decideCall } from '../../../src/policy/decideCall.ts';
import { explain } from '../../../src/policy/explain.ts';
import { sayInEnglish } from '../../../src/util/phrases.ts';
import { hintsOf } from '../../../src/util/toolHints.ts';
import { shellReader } from '../../support/shellReader.ts';
import { verdictOf } from './checkRecord.ts';

const FULL = `delete_${'x'.repeat(80)}`;
const rule = (text: string, behavior: Rule['behavior'] = 'allow', scope: SettingsScope = 'user'): Rule => ({
  behavior,
  text,
  scope,
});

async function decideOn(
  hints: ToolHints,
  rules: Rule[],
  { mode = 'default' as Mode, server = 'docs', tool = 'delete_all', full = undefined as string | undefined } = {},
): Promise<Decision> {
  const action: Action = {
    kind: 'mcp',
    server,
    tool,
    input: {},
    ...hints,
    ...(full === undefined ? {} : { full }),
  };
  const facts = await lookUpFacts({
    tool: `mcp__${server}__${tool}`,
    input: {},
    actions: [action],
    cwd: '/proj',
    root: '/proj',
    home: '/home/dev',
    workingDirectories: [],
    platform: 'linux',
    symlinks: {},
    trusted: true,
  });
  const decision = decide(facts, rules, mode);
  assert.equal(verdictOf(JSON.parse(JSON.stringify(decision.record))), decision.kind, 'the record is enough');
  return decision;
}

const DESTRUCTIVE = { destructive: true } as const;

for (const text of ['mcp__docs', 'mcp__docs__*', 'mcp__docs__delete_*', 'mcp__docs__*_all']) {
  test(`${text} covers a tool, and not one that may destroy data; the record says why, and the offer names the tool`, async () => {
    assert.equal((await decideOn({}, [rule(text)])).kind, 'allow');
    assert.equal((await decideOn({ openWorld: true }, [rule(text)])).kind, 'allow');
    for (const scope of ['user', 'managed', 'session', 'project'] as const) {
      const decision = await decideOn(DESTRUCTIVE, [rule(text, 'allow', scope)]);
      const { record, offers, kind, because } = decision;
      assert.equal(kind, 'ask');
      assert.match(sayInEnglish(because), /is not enough for mcp__docs__delete_all: .*can destroy data/);
      assert.deepEqual(
        [record.nearest?.rule.text, record.nearest?.because?.code],
        [text, 'permissions.nearest.destructive'],
      );
      assert.deepEqual(record.matches, []);
      assert.deepEqual([...new Set(offers?.flatMap((offer) => offer.rules))], ['mcp__docs__delete_all']);
      assert.deepEqual(record.smallestChange, { kind: 'addRule', rule: 'mcp__docs__delete_all' });
      assert.ok(explain(decision).some((line) => line.includes('an allow rule mcp__docs__delete_all')));
      // What is offered allows from then on.
      const after = await decideOn(DESTRUCTIVE, [rule(text, 'allow', scope), rule('mcp__docs__delete_all')]);
      assert.equal(after.kind, 'allow');
      assert.equal(after.record.winner?.text, 'mcp__docs__delete_all');
    }
  });
}

test('a tool with a shortened name is named by either of its names', async () => {
  const more = { tool: 'delete_x_0123abcd', full: FULL };
  for (const text of ['mcp__docs__delete_x_0123abcd', `mcp__docs__${FULL}`])
    assert.equal((await decideOn(DESTRUCTIVE, [rule(text)], more)).kind, 'allow', text);
  assert.equal((await decideOn(DESTRUCTIVE, [rule('mcp__docs')], more)).kind, 'ask');
});

test('deny and ask rules hold as ever, and so does bypassing', async () => {
  for (const text of ['mcp__docs', 'mcp__docs__*', 'mcp__*', 'mcp__docs__delete_all']) {
    assert.equal((await decideOn(DESTRUCTIVE, [rule(text, 'deny')])).kind, 'deny');
    assert.equal((await decideOn(DESTRUCTIVE, [rule('mcp__docs__delete_all'), rule(text, 'ask')])).kind, 'ask');
  }
  // By a pattern that only the whole name of a shortened tool fits.
  const more = { tool: 'delete_x_0123abcd', full: FULL };
  for (const behavior of ['deny', 'ask'] as const) {
    const caught = await decideOn(DESTRUCTIVE, [rule(`mcp__docs__delete_${'x'.repeat(70)}*`, behavior)], more);
    assert.deepEqual([caught.kind, caught.record.matches.length], [behavior, 1]);
  }
  assert.equal((await decideOn(DESTRUCTIVE, [], { mode: 'bypassPermissions' })).kind, 'allow');
  assert.equal((await decideOn(DESTRUCTIVE, [rule('mcp__docs')], { mode: 'dontAsk' })).kind, 'deny');
  const asked = await decideOn(DESTRUCTIVE, []);
  assert.equal(asked.because.code, 'permissions.ask.mcp');
  assert.equal(asked.record.nearest, undefined);
});

test('no hint makes any decision less strict', async () => {
  const strictness = { allow: 0, ask: 1, deny: 2 };
  const sets = [[], ['mcp__docs'], ['mcp__docs__*'], ['mcp__docs__delete_all'], ['mcp__docs__del*'], ['mcp__other']];
  for (const texts of sets)
    for (const mode of MODES)
      for (const hints of [DESTRUCTIVE, { openWorld: true } as const, { ...DESTRUCTIVE, openWorld: true } as const]) {
        const rules = texts.map((text) => rule(text));
        const plain = await decideOn({}, rules, { mode });
        const hinted = await decideOn(hints, rules, { mode });
        assert.ok(strictness[hinted.kind] >= strictness[plain.kind], `${texts} ${mode} ${JSON.stringify(hints)}`);
      }
});

for (const [server, ...texts] of [
  ['docs__read', 'mcp__docs__read', 'mcp__docs__*', 'mcp__docs__read*', 'mcp__docs__read__*'],
  ['docs_', 'mcp__docs__*', 'mcp__docs___*'],
] as const)
  test(`what is allowed of the server docs lets nothing of a server ${server} run`, async () => {
    const tool = 'write';
    for (const text of texts) {
      const { kind, record, offers } = await decideOn({}, [rule(text)], { server, tool });
      assert.equal(kind, 'ask', text);
      assert.equal(record.nearest?.because?.code, 'permissions.nearest.serverName');
      assert.deepEqual([...new Set(offers?.flatMap((offer) => offer.rules))], [`mcp__${server}__${tool}`]);
      for (const behavior of ['deny', 'ask'] as const)
        assert.equal((await decideOn({}, [rule(text, behavior)], { server, tool })).kind, behavior, text);
    }
    assert.equal((await decideOn({}, [rule(`mcp__${server}__${tool}`)], { server, tool })).kind, 'allow');
  });

test('only what is said in so many words is a hint', () => {
  assert.deepEqual(hintsOf(undefined), {});
  assert.deepEqual(hintsOf({}), {});
  assert.deepEqual(hintsOf({ destructiveHint: false, openWorldHint: false }), {});
  assert.deepEqual(hintsOf({ destructiveHint: true, openWorldHint: true }), { destructive: true, openWorld: true });
});

test('a decision that is expected in a file says what the server says', async () => {
  const decideAs = (context: object) =>
    decideCall(Call.parse({ tool: 'mcp__docs__delete_all', input: {}, rules: { allow: ['mcp__docs'] }, context }), {
      root: '/proj',
      mode: 'default',
      trusted: true,
      home: '/home/dev',
      managed: [],
      settings: [],
      managedOnly: false,
      disableBypass: false,
      degraded: false,
      shell: shellReader,
    });
  assert.equal((await decideAs({})).kind, 'allow');
  assert.equal((await decideAs({ toolAnnotations: { destructiveHint: false } })).kind, 'allow');
  assert.equal((await decideAs({ toolAnnotations: { destructiveHint: true } })).kind, 'ask');
});
