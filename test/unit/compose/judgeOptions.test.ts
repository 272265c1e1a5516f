// Settings as they reach the judge: what the organisation keeps to itself, and rules that do nothing.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { judgeOptionsOf, withRuleProblems } from '../../../src/compose/judgeOptions.ts';
import type { Rule } from '../../../src/contracts/permission.ts';
import { createJudge } from '../../../src/permissions/judge.ts';
import { loadSettings } from '../../../src/settings/load.ts';
import { shellReader } from '../../support/shellReader.ts';

const base = realpathSync(mkdtempSync(path.join(tmpdir(), 'assent-compose-')));
after(() => rmSync(base, { recursive: true, force: true }));
const root = path.join(base, 'root');
const managedDir = path.join(base, 'managed');
const configDir = path.join(base, 'home/.claude');

async function settingsOf(managed: object | string, user: object) {
  for (const [file, value] of [
    [path.join(managedDir, 'managed-settings.json'), managed],
    [path.join(configDir, 'settings.json'), user],
  ] as const) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value, undefined, 2));
  }
  mkdirSync(root, { recursive: true });
  return loadSettings({ root, home: path.join(base, 'home'), configDir, managedDir, trusted: true, env: {} });
}

const SESSION: Rule[] = [{ behavior: 'allow', text: 'Bash(npm test:*)', scope: 'session' }];

async function npmTest(managed: object | string, session: Rule[] = []) {
  const settings = await settingsOf(managed, {});
  const places = { root, configDir, trusted: true, searchPath: '/usr/bin:/bin' };
  const judge = createJudge(() => ({ ...judgeOptionsOf(settings, session, places), shell: shellReader }));
  const action = { kind: 'run' as const, command: 'npm test', cwd: root };
  return judge({ tool: 'Bash', input: { command: 'npm test' }, actions: [action], mode: 'default', cwd: root });
}

test('where the organisation keeps allow rules to itself nothing is offered, and what was remembered counts no more', async () => {
  assert.deepEqual(
    (await npmTest({})).offers?.map((offer) => offer.scope),
    ['session', 'local', 'project', 'user'],
  );
  assert.equal((await npmTest({}, SESSION)).kind, 'allow');
  const alone = { allowManagedPermissionRulesOnly: true };
  assert.equal((await npmTest(alone)).offers, undefined);
  assert.equal((await npmTest(alone, SESSION)).kind, 'ask');
});

test('when the organisation’s settings break in the middle of a turn, none of its calls runs any more', async () => {
  for (const broken of ['', '{"permissions":', '[]']) {
    const settings = await settingsOf(broken, { permissions: { allow: ['Bash', 'Read'] } });
    const places = { root, configDir, trusted: true, searchPath: '/usr/bin:/bin' };
    const judge = createJudge(() => ({ ...judgeOptionsOf(settings, SESSION, places), shell: shellReader }));
    const file = path.join(root, 'a.txt');
    for (const asked of [
      { tool: 'Read', input: { file_path: file }, actions: [{ kind: 'read' as const, path: file }] },
      { tool: 'Bash', input: {}, actions: [{ kind: 'run' as const, command: 'npm test', cwd: root }] },
    ]) {
      const decision = await judge({ ...asked, mode: 'bypassPermissions', cwd: root });
      assert.deepEqual([decision.kind, decision.record.step], ['deny', 'deny'], `${asked.tool} ${broken}`);
      assert.match(decision.because.code, /^settings\./);
    }
  }
});

test('a rule that does nothing is told of with its file and line', async () => {
  const settings = withRuleProblems(await settingsOf({}, { permissions: { allow: ['Read', 'Write(src/**)'] } }));
  assert.deepEqual(
    settings.problems.map(({ file, line, because }) => [file, line, because.code]),
    [[path.join(configDir, 'settings.json'), 5, 'permissions.rule.useInstead']],
  );
  assert.equal(settings.degraded, false);
});
