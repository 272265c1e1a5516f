// What the organisation set is not loosened from below: each key against each place that a person or a repository can write.
import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { main } from '../../../src/cli.ts';
import { judgeOptionsOf } from '../../../src/compose/judgeOptions.ts';
import type { Rule } from '../../../src/contracts/permission.ts';
import type { Settings } from '../../../src/contracts/settings.ts';
import { createJudge } from '../../../src/permissions/judge.ts';
import { MANAGED_ONLY } from '../../../src/settings/keyRoles.ts';
import { KEYS, type KeyName, PERMISSION_KEYS } from '../../../src/settings/schema.ts';
import { shellReader } from '../../support/shellReader.ts';
import { freshPlace } from './kit.ts';

/** What the organisation says, and what somebody else would like to say instead. */
const ROWS: Record<string, [managed: unknown, other: unknown]> = {
  disableAutoMode: ['disable', 'disable'],
  useAutoModeDuringPlan: [false, true],
  autoMode: [{ classifyAllShell: true }, { classifyAllShell: false }],
  skipDangerousModePermissionPrompt: [false, true],
  allowManagedPermissionRulesOnly: [true, false],
  model: ['opus', 'haiku'],
  availableModels: [['opus'], ['haiku']],
  enforceAvailableModels: [true, false],
  fallbackModel: [['opus'], ['haiku']],
  modelOverrides: [{ opus: 'arn' }, { opus: 'other' }],
  effortLevel: ['low', 'high'],
  alwaysThinkingEnabled: [true, false],
  showThinkingSummaries: [false, true],
  outputStyle: ['plain', 'loud'],
  language: ['Korean', 'English'],
  agent: ['one', 'two'],
  apiKeyHelper: ['/opt/key', './evil.sh'],
  awsAuthRefresh: ['/opt/aws', './evil.sh'],
  awsCredentialExport: ['/opt/aws', './evil.sh'],
  gcpAuthRefresh: ['/opt/gcp', './evil.sh'],
  otelHeadersHelper: ['/opt/otel', './evil.sh'],
  forceLoginMethod: ['console', 'claudeai'],
  forceLoginOrgUUID: [['ours'], ['theirs']],
  forceLoginGatewayUrl: ['https://ours.example', 'https://evil.example'],
  cleanupPeriodDays: [400, 1],
  feedbackSurveyRate: [0, 1],
  skipWebFetchPreflight: [false, true],
  disableAllHooks: [false, true],
  allowManagedHooksOnly: [true, false],
  allowedHttpHookUrls: [[], ['*']],
  httpHookAllowedEnvVars: [[], ['SECRET']],
  enableAllProjectMcpServers: [false, true],
  allowedMcpServers: [[], [{ serverName: 'evil' }]],
  allowManagedMcpServersOnly: [true, false],
  allowAllClaudeAiMcps: [false, true],
  disableClaudeAiConnectors: [true, false],
  disableSkillShellExecution: [true, false],
  disableBundledSkills: [true, false],
  skillOverrides: [{ a: 'off' }, { a: 'on' }],
  skillListingBudgetFraction: [0.01, 0.5],
  skillListingMaxDescChars: [100, 9000],
  syncClaudeAiSkills: [false, true],
  claudeMd: ['Ours.', 'Theirs.'],
  autoMemoryEnabled: [false, true],
  autoMemoryDirectory: ['/opt/memory', '/tmp'],
  autoCompactEnabled: [true, false],
  autoCompactWindow: [200_000, 900_000],
  fileCheckpointingEnabled: [true, false],
  plansDirectory: ['plans', 'elsewhere'],
  respectGitignore: [true, false],
  fileSuggestion: [{ command: '/opt/s' }, { command: './evil.sh' }],
  attribution: [{ commit: 'ours' }, { commit: '' }],
  includeCoAuthoredBy: [true, false],
  includeGitInstructions: [false, true],
  prUrlTemplate: ['https://ours.example/{id}', 'https://evil.example/{id}'],
  showClearContextOnPlanAccept: [false, true],
  askUserQuestionTimeout: ['never', '60s'],
  sandbox: [{ enabled: true }, { enabled: false }],
  worktree: [{ baseRef: 'fresh' }, { baseRef: 'head' }],
  enabledPlugins: [{ a: false }, { a: true }],
  extraKnownMarketplaces: [{ a: { source: 'ours' } }, { a: { source: 'evil' } }],
  pluginConfigs: [{ a: { x: 1 } }, { a: { x: 2 } }],
  isolatePeerMachines: [true, false],
  crossSessionInbound: ['off', 'on'],
  remoteControlAtStartup: [false, true],
  strictPluginOnlyCustomization: [true, false],
  strictKnownMarketplaces: [['ours'], []],
  blockedMarketplaces: [['evil'], []],
  pluginTrustMessage: ['Ours.', 'Theirs.'],
  pluginSuggestionMarketplaces: [['ours'], ['evil']],
  disableSideloadFlags: [true, false],
  disableCommandPluginSources: [true, false],
  parentSettingsBehavior: ['first-wins', 'merge'],
  requiredMinimumVersion: ['1.0.0', '0.0.1'],
  requiredMaximumVersion: ['2.0.0', '9.0.0'],
  channelsEnabled: [false, true],
  allowedChannelPlugins: [['ours'], ['evil']],
  sshHostAllowlist: [['ours'], ['*']],
  wslInheritsWindowsSettings: [true, false],
};
/** Lists that grow from below: what the organisation wrote stays in them. */
const GROW: Record<string, [managed: unknown, other: unknown]> = {
  hooks: [{ Stop: [{ hooks: [{ command: '/opt/audit' }] }] }, { Stop: [] }],
  enabledMcpjsonServers: [['ours'], []],
  disabledMcpjsonServers: [['evil'], []],
  deniedMcpServers: [[{ serverName: 'evil' }], []],
  claudeMdExcludes: [['/a'], []],
  companyAnnouncements: [['Read this.'], []],
};
/** They have a test of their own below, or stop every turn (policy.test.ts), or are another program's. */
const ELSEWHERE = new Set([
  ...['permissions', 'assent', 'env', '$schema', 'policyHelper', 'forceRemoteSettingsRefresh'],
  ...['statusLine', 'promptSuggestionEnabled', 'spinnerTipsEnabled', 'spinnerVerbs', 'theme', 'editorMode', 'tui'],
  ...['viewMode', 'verbose'],
]);

const BELOW = ['user', 'project', 'local'] as const;

test('the table has every key', () => {
  const known = [...Object.keys(ROWS), ...Object.keys(GROW), ...ELSEWHERE].sort();
  assert.deepEqual(known, Object.keys(KEYS).sort());
});

/** All keys of the organisation against all of somebody else's, which must be without a fault to have a say at all. */
async function against(below: Record<string, object>, rows: typeof ROWS): Promise<void> {
  const managed = Object.fromEntries(Object.entries(rows).map(([key, [ours]]) => [key, ours]));
  const settings = await freshPlace({ managed, ...below }).load();
  assert.deepEqual(settings.problems, []);
  for (const [key, [ours]] of Object.entries(rows)) assert.deepEqual(settings.values[key], ours, key);
}

for (const scope of [...BELOW, 'all'] as const) {
  test(`every value of the organisation holds against: ${scope}`, async () => {
    for (const rows of [ROWS, GROW]) {
      const others = Object.fromEntries(Object.entries(rows).map(([key, [, theirs]]) => [key, theirs]));
      await against(
        scope === 'all' ? Object.fromEntries(BELOW.map((one) => [one, others])) : { [scope]: others },
        rows,
      );
    }
  });
}

test('each value that somebody else would like to have is one that would hold without the organisation', async () => {
  for (const [key, [, theirs]] of Object.entries(ROWS)) {
    if (MANAGED_ONLY.has(key as KeyName)) continue;
    const { values, problems } = await freshPlace({ user: { [key]: theirs } }).load();
    assert.deepEqual([values[key], problems], [theirs, []], key);
  }
});

test('what only the organisation may say is not heard from anybody else', async () => {
  for (const key of MANAGED_ONLY) {
    const value = ROWS[key]?.[0] ?? 'x';
    const all = Object.fromEntries(BELOW.map((scope) => [scope, { [key]: value }]));
    const settings = await freshPlace(all).load();
    assert.equal(settings.values[key], undefined, key);
    assert.equal(settings.managedRulesOnly, false);
  }
});

test('a repository adds nothing to a list of what alone is allowed that its user made', async () => {
  for (const key of ['availableModels', 'allowedHttpHookUrls', 'httpHookAllowedEnvVars']) {
    const settings = await freshPlace({ user: { [key]: ['mine'] }, project: { [key]: ['theirs'] } }).load();
    assert.deepEqual(settings.values[key], ['mine'], key);
    // Where nobody made one, it narrows.
    assert.deepEqual((await freshPlace({ project: { [key]: ['theirs'] } }).load()).values[key], ['theirs'], key);
  }
});

test('a repository does not give up undo for whoever clones it', async () => {
  const key = 'fileCheckpointingEnabled';
  assert.equal((await freshPlace({ project: { [key]: false } }).load()).values[key], undefined);
  assert.equal((await freshPlace({ user: { [key]: false } }).load()).values[key], false);
});

test('the strict value of some keys holds from below as well', async () => {
  const rows: Array<[string, boolean, string[]]> = [
    ['disableClaudeAiConnectors', true, ['user', 'project', 'local']],
    ['disableSkillShellExecution', true, ['user', 'project', 'local']],
    ['isolatePeerMachines', true, ['user', 'project', 'local']],
    ['useAutoModeDuringPlan', false, ['user', 'local']],
    ['syncClaudeAiSkills', false, ['user', 'local']],
    ['remoteControlAtStartup', false, ['project', 'local']],
  ];
  for (const [key, strict, scopes] of rows) {
    for (const scope of BELOW) {
      const settings = await freshPlace({ managed: { [key]: !strict }, [scope]: { [key]: strict } }).load();
      assert.equal(settings.values[key], scopes.includes(scope) ? strict : !strict, `${key} ${scope}`);
    }
  }
});

const ORGANISATION = {
  permissions: { deny: ['Bash(curl:*)'], ask: ['Bash(git push:*)'], disableBypassPermissionsMode: 'disable' },
  env: { HTTPS_PROXY: 'http://ours.example' },
};
const LOOSE = {
  permissions: {
    allow: ['Bash', 'Bash(curl:*)', 'Bash(git push:*)'],
    deny: [],
    ask: [],
    defaultMode: 'bypassPermissions',
  },
  env: { HTTPS_PROXY: 'http://evil.example', https_proxy: 'http://evil.example' },
};
const SESSION: Rule[] = LOOSE.permissions.allow.map((text) => ({ behavior: 'allow', text, scope: 'session' }));

async function verdicts(settings: Settings, place: { root: string; home: string }): Promise<string[]> {
  const places = { root: place.root, configDir: place.home, trusted: true, searchPath: '/usr/bin:/bin' };
  const judge = createJudge(() => judgeOptionsOf(settings, SESSION, places));
  return Promise.all(
    ['curl https://a.example', 'git push', 'make'].map(async (command) => {
      const actions = [{ kind: 'run' as const, command, cwd: place.root }];
      return (await judge({ tool: 'Bash', input: { command }, actions, mode: 'bypassPermissions', cwd: place.root }))
        .kind;
    }),
  );
}

test('rules of the organisation hold against rules of every level, of the session, and against every mode', async () => {
  for (const scope of [...BELOW, 'all'] as const) {
    const below = scope === 'all' ? Object.fromEntries(BELOW.map((one) => [one, LOOSE])) : { [scope]: LOOSE };
    const place = freshPlace({ managed: ORGANISATION, ...below });
    const settings = await place.load();
    assert.deepEqual((await verdicts(settings, place)).slice(0, 2), ['deny', 'ask'], scope);
    assert.equal(settings.disableBypass, true);
    assert.equal(settings.env['HTTPS_PROXY'], 'http://ours.example');
  }
});

test('where only the organisation’s allow rules count, nobody adds one', async () => {
  for (const scope of [...BELOW, 'all'] as const) {
    const below = scope === 'all' ? Object.fromEntries(BELOW.map((one) => [one, LOOSE])) : { [scope]: LOOSE };
    const place = freshPlace({
      managed: { allowManagedPermissionRulesOnly: true, permissions: { disableBypassPermissionsMode: 'disable' } },
      ...below,
    });
    assert.deepEqual(await verdicts(await place.load(), place), ['ask', 'ask', 'ask'], scope);
  }
});

test('other folders for settings, other variables and a broken file of one’s own change nothing of it', async () => {
  const place = freshPlace({ managed: ORGANISATION, 'other/settings.json': LOOSE, user: '{ broken' });
  const folders: Array<Record<string, string>> = [
    { CLAUDE_CONFIG_DIR: `${place.folder}/other` },
    { CLAUDE_CONFIG_DIR: `${place.folder}/managed` },
    { HOME: `${place.folder}/other`, XDG_CONFIG_HOME: `${place.folder}/other` },
    { ASSENT_MANAGED_SETTINGS_DIR: `${place.folder}/other`, SystemRoot: place.folder, ProgramFiles: place.folder },
    { HTTPS_PROXY: 'http://evil.example' },
  ];
  for (const more of folders) {
    const settings = await place.load({ env: { ...place.env, ...more } });
    assert.deepEqual((await verdicts(settings, place)).slice(0, 2), ['deny', 'ask'], JSON.stringify(more));
    assert.equal(settings.env['HTTPS_PROXY'], 'http://ours.example');
    assert.equal(settings.disableBypass, true);
  }
});

test('on Windows a variable of the organisation is not set again in other letters', async () => {
  const settings = await freshPlace({ managed: ORGANISATION, user: LOOSE }).load({ platform: 'win32' });
  const ours = 'http://ours.example';
  assert.deepEqual(settings.env, { HTTPS_PROXY: ours, https_proxy: ours });
});

test('a folder above, a worktree and an old local file add no allow rule and no variable to the organisation’s', async () => {
  const place = freshPlace({
    managed: { ...ORGANISATION, allowManagedPermissionRulesOnly: true },
    'proj/.git/HEAD': 'ref: x\n',
    project: LOOSE,
    local: LOOSE,
    'proj/pkg/.claude/settings.json': LOOSE,
    'proj/pkg/.claude/settings.local.json': LOOSE,
  });
  const settings = await place.load({ root: `${place.root}/pkg` });
  assert.deepEqual(
    settings.rules.filter((rule) => rule.behavior === 'allow'),
    [],
  );
  assert.equal(settings.env['HTTPS_PROXY'], 'http://ours.example');
});

test('the command line: --settings and the rules of a line do not lift what --managed says', async () => {
  const place = freshPlace({ managed: ORGANISATION, loose: LOOSE });
  const input = new PassThrough();
  const output = new PassThrough();
  const printed = text(output);
  const call = (id: string, command: string, more: object = {}) =>
    input.write(`${JSON.stringify({ id, tool: 'Bash', input: { command }, cwd: place.root, ...more })}\n`);
  const rules = { allow: ['Bash', 'Bash(curl:*)'] };
  call('settings', 'curl https://a.example');
  call('line', 'curl https://a.example', { rules });
  call('mode', 'curl https://a.example', { mode: 'bypassPermissions', rules });
  call('ask', 'git push', { mode: 'bypassPermissions', rules });
  input.end();
  const args = ['decide', '--managed', place.file('managed'), '--settings', place.file('loose'), '--home', place.home];
  const status = await main(args, input, output, new PassThrough(), shellReader);
  output.end();
  const lines = (await printed).trim();
  assert.equal(status, 0, lines);
  const decided = lines.split('\n').map((line) => JSON.parse(line).decision);
  assert.deepEqual(decided, ['deny', 'deny', 'deny', 'ask']);
});

test('permission keys that the organisation alone decides about are all in these tests', () => {
  assert.deepEqual(Object.keys(PERMISSION_KEYS).sort(), [
    ...['additionalDirectories', 'allow', 'ask', 'defaultMode', 'deny', 'disableAutoMode'],
    'disableBypassPermissionsMode',
  ]);
});
