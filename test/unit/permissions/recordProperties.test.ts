// What every record must hold, whatever the call and the rules: tried on the shared lists of cases and on random rules.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import {
  type Behavior,
  type Decision,
  type DecisionRecord,
  MODES,
  type Mode,
  type Rule,
} from '../../../src/contracts/permission.ts';
import { decide } from '../../../src/permissions/decide.ts';
import { describeCall } from '../../../src/permissions/describeCall.ts';
import { type Facts, lookUpFacts } from '../../../src/permissions/facts.ts';
import { hintsOf } from '../../../src/util/toolHints.ts';
import { shellReader } from '../../support/shellReader.ts';
import { verdictOf } from './checkRecord.ts';

const ROOT = process.env['ASSENT_ROOT'] ?? process.cwd();
const folder = path.join(ROOT, '../shared/corpus');

type Case = { facts: Facts; rules: readonly Rule[]; mode: Mode };

/** Every call of both lists, with its rules. */
async function cases(): Promise<Case[]> {
  const script: { runCorpus(file: string, parts: object): Promise<unknown[]> } = await import(
    pathToFileURL(path.join(ROOT, 'scripts/corpus.mjs')).href
  );
  const found: Case[] = [];
  const shell = await shellReader();
  const parts = {
    decide: (facts: Facts, rules: readonly Rule[], mode: Mode) => {
      found.push({ facts, rules, mode });
      return decide(facts, rules, mode);
    },
    lookUpFacts: (input: Parameters<typeof lookUpFacts>[0]) => lookUpFacts({ ...input, shell }),
    describeCall,
    hintsOf,
    shell,
  };
  for (const name of ['shell-permissions.jsonl', 'actions.jsonl'])
    await script.runCorpus(path.join(folder, name), parts);
  return found;
}

/** Of every call of the same seed the same. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Rules near what the call does, and some that have nothing to do with it. */
function rulesNear({ facts }: Case, next: () => number): Rule[] {
  const one = <T>(list: readonly T[]): T | undefined => list[Math.floor(next() * list.length)];
  const texts: string[] = [
    'Bash',
    'Read',
    'Edit',
    'WebFetch',
    'mcp__docs',
    'Bash(ls:*)',
    'Read(**/.env)',
    'Edit(src/**)',
  ];
  for (const { action } of facts.parts) {
    if (action.kind === 'run') {
      const words = 'argv' in action ? action.argv : action.command.slice(0, 80).split(/\s+/);
      const some = words.slice(0, 1 + Math.floor(next() * 3)).join(' ');
      texts.push(`Bash(${some}:*)`, `Bash(${some})`, `Bash(${words[0] ?? 'x'} other)`, `Bash(* ${words.at(-1) ?? ''})`);
    }
    if ('path' in action) {
      texts.push(
        `Read(/${action.path})`,
        `Edit(/${path.dirname(action.path)}/**)`,
        `Read(${path.basename(action.path)})`,
      );
    }
    if (action.kind === 'fetch') texts.push(`WebFetch(domain:${action.host})`, 'WebFetch(domain:*.com)');
    if (action.kind === 'mcp') texts.push(`mcp__${action.server}__*`, `mcp__${action.server}__${action.tool}`);
  }
  return Array.from({ length: Math.floor(next() * 6) }, (_, index): Rule => {
    const behavior = one<Behavior>(['allow', 'allow', 'ask', 'deny']) ?? 'allow';
    return {
      behavior,
      text: one(texts) ?? 'Bash',
      scope: 'user',
      file: '/s.json',
      line: index + 1,
      anchor: facts.places.root,
    };
  });
}

const outcome = ({ kind, record }: Decision) => `${kind} ${record.step} ${JSON.stringify(record.winner)}`;

function check({ facts, rules, mode }: Case): void {
  const decision = decide(facts, rules, mode);
  const { record, kind } = decision;
  const about = () =>
    JSON.stringify({
      tool: facts.tool,
      input: facts.input,
      rules: rules.map((rule) => `${rule.behavior} ${rule.text}`),
      mode,
      kind,
      record,
    });
  const read: DecisionRecord = JSON.parse(JSON.stringify(record));
  assert.deepEqual(read, record, 'plain data');
  assert.equal(verdictOf(read), kind, about());
  // Without the rules of the deciding class it is another decision; by an allow rule, another verdict.
  if (record.step === 'deny' || record.step === 'ask' || record.step === 'allow') {
    assert.ok(record.winner !== undefined && record.winner.behavior === record.step, about());
    assert.ok(
      record.matches.some((match) => match.rule === record.winner),
      about(),
    );
    const rest = rules.filter((rule) => rule.behavior !== record.step);
    const after = decide(facts, rest, mode);
    assert.notEqual(outcome(after), outcome(decision), about());
    if (record.step === 'allow') assert.notEqual(after.kind, 'allow', about());
  } else {
    assert.equal(record.winner, undefined, about());
  }
  // Every rule that matches is listed, and no other.
  for (const rule of rules) {
    const alone = decide(facts, [rule], mode).record.matches.length > 0;
    const listed = record.matches.some((match) => match.rule === rule);
    if (alone !== listed) assert.fail(`${rule.text} matches: ${alone}, listed: ${listed} ${about()}`);
  }
  assert.ok(
    record.nearest === undefined ||
      !record.matches.some((match) => match.rule === record.nearest?.rule && match.action === record.nearest.action),
    about(),
  );
  changes({ facts, rules, mode }, decision, about);
}

/** What the record says would change the result does change it. */
function changes({ facts, rules, mode }: Case, decision: Decision, about: () => string): void {
  const { smallestChange } = decision.record;
  const added = (texts: readonly string[]): Rule[] =>
    texts.map((text) => ({ behavior: 'allow', text, scope: 'session', anchor: facts.places.root }));
  switch (smallestChange.kind) {
    case 'addRule': {
      const after = decide(facts, [...rules, ...added([smallestChange.rule, ...(smallestChange.also ?? [])])], mode);
      assert.equal(after.kind, 'allow', about());
      break;
    }
    case 'removeRule':
      assert.notEqual(
        decide(
          facts,
          rules.filter((rule) => rule !== smallestChange.rule),
          mode,
        ).kind,
        decision.kind,
        about(),
      );
      break;
    case 'changeMode':
      assert.notEqual(decide(facts, rules, smallestChange.mode).kind, decision.kind, about());
      break;
    case 'none':
      assert.notEqual(smallestChange.because.code, '');
  }
  for (const offer of decision.offers ?? []) {
    assert.ok(offer.rules.length <= 5, about());
    assert.equal(decide(facts, [...rules, ...added(offer.rules)], mode).kind, 'allow', about());
  }
}

test('each record of the shared cases reproduces its verdict and says what would change it', {
  skip: !existsSync(folder),
}, async () => {
  const all = await cases();
  assert.ok(all.length > 1000);
  for (const one of all) check(one);
});

test('the same with random rules, in every mode, trusted or not, with and without a fault in the settings', {
  skip: !existsSync(folder),
}, async () => {
  const next = random(7);
  const seen = new Map<string, number>();
  for (const one of await cases()) {
    const mode = MODES[Math.floor(next() * MODES.length)] ?? 'default';
    const parts = one.facts.parts.map((part): (typeof one.facts.parts)[number] =>
      part.action.kind === 'mcp' && next() < 0.5
        ? { ...part, action: { ...part.action, destructive: true as const } }
        : part,
    );
    const facts = { ...one.facts, parts, trusted: next() < 0.9, degraded: next() < 0.1 };
    const tried = { facts, rules: [...one.rules, ...rulesNear(one, next)], mode };
    check(tried);
    const { step, kind } = { ...decide(facts, tried.rules, mode).record, kind: decide(facts, tried.rules, mode).kind };
    seen.set(`${kind} ${step}`, (seen.get(`${kind} ${step}`) ?? 0) + 1);
  }
  // The property is only worth as much as the ways through the order that were taken.
  for (const way of [
    'deny deny',
    'ask ask',
    'allow allow',
    'allow mode',
    'allow builtin',
    'deny trust',
    'deny mode',
    'ask mode',
    'ask protected',
    'ask notUnderstood',
  ])
    assert.ok((seen.get(way) ?? 0) > 0, `never ${way}: ${JSON.stringify([...seen])}`);
});
