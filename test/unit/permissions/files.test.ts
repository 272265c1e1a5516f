// File tools, requests and other tools: anchors, links, letter case, protected files, names.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Decision } from '../../../src/contracts/permission.ts';
import { call, read, type Setting, write } from './call.ts';
import { verdictOf } from './checkRecord.ts';

type Row = [call: (setting: Setting) => Promise<Decision>, setting: Setting, verdict: 'allow' | 'ask' | 'deny'];
const R = (file: string) => (setting: Setting) => read(file, setting);
const W = (file: string) => (setting: Setting) => write(file, setting);
const F = (url: string) => (setting: Setting) => call('WebFetch', { url, prompt: 'x' }, setting);
const T =
  (tool: string, input: unknown = {}) =>
  (setting: Setting) =>
    call(tool, input, setting);
const edits = (...rules: string[]): Setting => ({ mode: 'acceptEdits', rules });

const ROWS: Row[] = [
  [R('/proj/a.ts'), {}, 'allow'],
  [R('a.ts'), {}, 'allow'],
  [R('/etc/passwd'), {}, 'ask'],
  [R('/proj/../x'), {}, 'ask'],
  [R('/proj-evil/x'), {}, 'ask'],
  [R('/extra/a'), { added: ['/extra'] }, 'allow'],
  [R('/home/dev/notes/a.md'), { rules: ['allow Read(~/notes/**)'] }, 'allow'],
  [R('/home/dev/notes/a.md'), { rules: ['allow Edit(~/notes/**)'] }, 'allow'],
  [R('/proj/.env'), { rules: ['deny Read(.env)'] }, 'deny'],
  [R('/proj/pkg/.env'), { rules: ['deny Read(.env)'] }, 'deny'],
  [R('/proj/.ENV'), { rules: ['deny Read(.env)'] }, 'deny'],
  [R('/proj/.env.example'), { rules: ['deny Read(.env)'] }, 'allow'],
  [W('/proj/pkg/.env'), edits('deny Read(.env)'), 'deny'],
  [R('/proj/x'), { rules: ['deny Glob(x)'] }, 'deny'],
  [T('Grep', { pattern: 'x', path: '/proj/secrets' }), { rules: ['deny Read(/secrets/**)'], anchor: '/proj' }, 'deny'],
  [T('Grep', { pattern: 'x' }), { rules: ['deny Read(.env)'] }, 'allow'],
  [T('Glob', { pattern: '/etc/*' }), {}, 'ask'],
  [T('Glob', { pattern: '../*' }), {}, 'ask'],
  [T('Glob', { pattern: '**/*.ts' }), {}, 'allow'],

  // src/** : allow is anchored, deny reaches any depth.
  [W('/proj/src/app.ts'), { rules: ['allow Edit(src/**)'] }, 'allow'],
  [W('/proj/vendor/pkg/src/lib.js'), { rules: ['allow Edit(src/**)'] }, 'ask'],
  [W('/proj/vendor/pkg/src/lib.js'), edits('deny Edit(src/**)'), 'deny'],
  [W('/proj/vendor/pkg/src/lib.js'), { rules: ['allow Edit(**/src/**)'] }, 'allow'],
  [W('/proj/src/a'), { rules: ['allow Edit(/src/**)'], anchor: '/proj' }, 'allow'],
  [W('/proj/a/src/a'), { rules: ['allow Edit(/src/**)'], anchor: '/proj' }, 'ask'],
  [R('/proj/secrets/x'), { rules: ['deny Read(/secrets/**)'], anchor: '/home/dev/.claude' }, 'allow'],
  [R('/home/dev/.claude/secrets/x'), { rules: ['deny Read(/secrets/**)'], anchor: '/home/dev/.claude' }, 'deny'],
  [R('/home/dev/x'), { rules: ['allow Read(/home/dev/x)'], anchor: '/proj' }, 'ask'],
  [R('/home/dev/x'), { rules: ['allow Read(//home/dev/x)'] }, 'allow'],
  [W('/proj/locked/a'), edits('deny Write(./locked/**)'), 'deny'],
  [W('/proj/locked/a'), { rules: ['allow Write(./locked/**)'] }, 'ask'],
  [W('/proj/a'), { rules: ['allow Write'] }, 'allow'],
  [W('/proj/a'), { rules: ['allow Edit'] }, 'allow'],
  [W('/proj/a'), { rules: ['allow NotebookEdit'] }, 'ask'],
  [W('/proj/a'), edits('deny Edit'), 'deny'],
  [W('/proj/a'), edits('deny Edit(!a)', 'deny Edit(../**)'), 'allow'],
  [W('/proj/src/[id]/p.ts'), { rules: ['allow Edit(src/\\[id\\]/**)'] }, 'allow'],

  // Both the link and its target for allow, either for deny.
  [
    R('/proj/key'),
    { rules: ['allow Read(./**)', 'deny Read(~/.ssh/**)'], symlinks: { '/proj/key': '/home/dev/.ssh/id' } },
    'deny',
  ],
  [R('/proj/key'), { rules: ['allow Read(./**)'], symlinks: { '/proj/key': '/home/dev/.ssh/id' } }, 'ask'],
  [
    R('/proj/key'),
    { rules: ['allow Read(./**)', 'allow Read(~/.ssh/id)'], symlinks: { '/proj/key': '/home/dev/.ssh/id' } },
    'ask',
  ],
  [R('/proj/key'), { rules: ['allow Read(//**)'], symlinks: { '/proj/key': '/home/dev/.ssh/id' } }, 'allow'],
  [R('/proj/.env'), { rules: ['deny Read(.env)'], symlinks: { '/proj/.env': '/proj/a' } }, 'deny'],
  [W('/proj/a.sql'), { ...edits('deny Edit(migrations/**)'), symlinks: { '/proj/a.sql': 'migrations/a.sql' } }, 'deny'],
  [W('/proj/new/deep/x'), { mode: 'acceptEdits', symlinks: { '/proj/new': '/etc' } }, 'ask'],
  [R('/proj/loop'), { symlinks: { '/proj/loop': '/proj/loop' } }, 'ask'],
  [R('/link/a'), { root: '/link', cwd: '/link', symlinks: { '/link': '/disk/proj' } }, 'allow'],
  [
    W('/link/src/a'),
    { root: '/link', cwd: '/link', symlinks: { '/link': '/disk/proj' }, rules: ['allow Edit(./src/**)'] },
    'allow',
  ],

  // Protected and critical.
  [W('/proj/.git/config'), edits('allow Edit(.git/**)'), 'ask'],
  [W('/proj/pkg/.husky/pre-push'), edits(), 'ask'],
  [W('/proj/.GIT/config'), { mode: 'acceptEdits', platform: 'darwin' }, 'ask'],
  [W('/proj/.g\u200bit/config'), edits(), 'ask'],
  [W('/proj/.mcp.json'), edits('allow Edit'), 'ask'],
  [W('/proj/.claude/worktrees/w/src/a.ts'), edits(), 'allow'],
  [W('/home/dev/.claude/worktrees/w/a.ts'), { mode: 'acceptEdits', cwd: '/home/dev/.claude/worktrees/w' }, 'allow'],
  [W('/proj/src/git/config.ts'), edits(), 'allow'],
  [W('/proj/.git/config'), { mode: 'bypassPermissions' }, 'allow'],
  [W('/proj/.git/config'), { mode: 'dontAsk' }, 'deny'],
  [W('/proj'), { mode: 'bypassPermissions' }, 'ask'],
  [W('/proj/$HOME/x'), edits(), 'ask'],
  [W('/proj/routes/$id.tsx'), edits(), 'allow'],
  [W('/proj/a\n'), edits('allow Edit'), 'ask'],
  [W('/proj/..%2fx'), edits(), 'ask'],
  [R('file:///etc/passwd'), {}, 'ask'],

  // Windows.
  [R('C:\\proj\\a'), { platform: 'win32' }, 'allow'],
  [R('C:\\PROJ\\a'), { platform: 'win32' }, 'allow'],
  [R('C:\\proj\\.env'), { platform: 'win32', rules: ['deny Read(.env)'] }, 'deny'],
  [R('D:\\a\\.env'), { platform: 'win32', rules: ['deny Read(//**/.env)'] }, 'deny'],
  [R('D:\\a\\b'), { platform: 'win32', rules: ['allow Read(//d/a/**)'] }, 'allow'],
  [R('\\\\server\\share\\x'), { platform: 'win32', rules: ['allow Read'] }, 'ask'],
  [W('C:\\proj\\GIT~1\\config'), { platform: 'win32', ...edits() }, 'ask'],
  [W('C:\\proj\\.git.\\config'), { platform: 'win32', ...edits() }, 'ask'],
  [W('C:\\proj\\a.txt::$DATA'), { platform: 'win32', ...edits() }, 'ask'],
  [W('C:\\proj\\NUL'), { platform: 'win32', ...edits() }, 'ask'],

  // Modes.
  [W('/proj/a'), {}, 'ask'],
  [W('/proj/a'), edits(), 'allow'],
  [W('/etc/a'), edits(), 'ask'],
  [W('/proj/a'), { mode: 'plan' }, 'deny'],
  [W('/proj/a'), { mode: 'plan', rules: ['allow Edit'] }, 'deny'],
  [R('/proj/a'), { mode: 'plan' }, 'allow'],
  [R('/etc/a'), { mode: 'plan' }, 'ask'],
  [W('/proj/a'), { mode: 'dontAsk' }, 'deny'],
  [W('/proj/a'), { trusted: false, rules: ['allow Edit'] }, 'deny'],
  [R('/proj/a'), { trusted: false }, 'allow'],
  [R('/etc/a'), { trusted: false, rules: ['allow Read'], scope: 'user' }, 'allow'],
  [R('/etc/a'), { trusted: false, rules: ['allow Read'], scope: 'project' }, 'ask'],
  [R('/proj/a'), { trusted: false, rules: ['deny Read'], scope: 'project' }, 'deny'],
  [F('https://a.example/'), { trusted: false, rules: ['allow WebFetch'] }, 'deny'],
  [W('/proj/a'), { ...edits(), degraded: true }, 'ask'],

  // Hosts.
  [F('https://example.com/a'), {}, 'ask'],
  [F('https://EXAMPLE.com./a'), { rules: ['allow WebFetch(domain:example.com)'] }, 'allow'],
  [F('https://a.example.com/'), { rules: ['allow WebFetch(domain:example.com)'] }, 'ask'],
  [F('https://a.b.example.com/'), { rules: ['allow WebFetch(domain:*.example.com)'] }, 'allow'],
  [F('https://example.com/'), { rules: ['allow WebFetch(domain:*.example.com)'] }, 'ask'],
  [F('https://example.evil.com/'), { rules: ['allow WebFetch(domain:example.*)'] }, 'ask'],
  [F('https://x.org/'), { rules: ['allow WebFetch(domain:*)'] }, 'allow'],
  [F('http://127.0.0.1:80/'), { rules: ['allow WebFetch'] }, 'ask'],
  [F('http://[::ffff:10.0.0.1]/'), { rules: ['allow WebFetch'] }, 'ask'],
  [F('http://localhost:3000/'), { rules: ['allow WebFetch(domain:localhost)'] }, 'allow'],
  [F('ftp://example.com/'), { rules: ['allow WebFetch'] }, 'ask'],
  [F('https://evil.org\\@example.com/'), { rules: ['allow WebFetch(domain:example.com)'] }, 'ask'],
  [F('https://ok@evil.org/'), { rules: ['allow WebFetch', 'deny WebFetch(domain:evil.org)'] }, 'deny'],

  // MCP and the rest.
  [T('mcp__docs__search'), {}, 'ask'],
  [T('mcp__docs__search'), { rules: ['allow mcp__docs'] }, 'allow'],
  [T('mcp__docs__search'), { rules: ['allow mcp__docs__*'] }, 'allow'],
  [T('mcp__docs__search'), { rules: ['allow mcp__docs__s*'] }, 'allow'],
  [T('mcp__docs-evil__search'), { rules: ['allow mcp__docs', 'allow mcp__docs__*'] }, 'ask'],
  [T('mcp__docs__search'), { rules: ['allow mcp__*'] }, 'ask'],
  [T('mcp__docs__search'), { rules: ['allow mcp__docs', 'deny mcp__*'] }, 'deny'],
  [T('mcp__docs__'), { rules: ['allow mcp__docs'] }, 'ask'],
  [T('mcp__docs__s\u200bearch'), { rules: ['allow mcp__docs'] }, 'ask'],
  [T('Unknown'), { rules: ['allow Unknown'] }, 'ask'],
  [T('Unknown'), { rules: ['deny *'] }, 'deny'],
  [T('mcp__db__run', { env: 'prod' }), { rules: ['allow mcp__db', 'deny mcp__db__run(env:prod)'] }, 'deny'],
  [T('mcp__db__run', { env: 'dev' }), { rules: ['allow mcp__db', 'deny mcp__db__run(env:prod)'] }, 'allow'],
  [T('TodoWrite', { todos: [] }), {}, 'allow'],
  [T('AskUserQuestion'), { mode: 'dontAsk' }, 'allow'],
  [T('ExitPlanMode'), { mode: 'plan' }, 'allow'],
  [T('Task', { subagent_type: 'Explore' }), {}, 'allow'],
  [T('Agent', { subagent_type: 'Explore' }), { rules: ['deny Agent(Explore)'] }, 'deny'],
  [T('Skill', { skill: 'deploy' }), {}, 'ask'],
  [T('Skill', { skill: 'deploy' }), { rules: ['allow Skill(deploy *)'] }, 'allow'],
  [T('Skill', { skill: 'deployer' }), { rules: ['allow Skill(deploy *)'] }, 'ask'],
];

test('each call has the verdict of its row, and its record says the same', async () => {
  for (const [index, [decideIt, setting, verdict]] of ROWS.entries()) {
    const decision = await decideIt(setting);
    const row = `row ${index}: ${JSON.stringify(decision.record.actions)} ${JSON.stringify(setting)} -> ${decision.because.code}`;
    assert.equal(decision.kind, verdict, row);
    assert.equal(verdictOf(decision.record), verdict, `record of ${row}`);
  }
});
