// The organisation's settings: which source counts, what the system's own tools print, and what happens when it is broken.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { macPolicy, type RunProgram, registryPolicy, registryValue } from '../../../src/settings/osPolicy.ts';
import { type PolicySource, policySources } from '../../../src/settings/policySources.ts';
import { parseSettings } from '../../../src/settings/readFile.ts';
import { sayInEnglish } from '../../../src/util/phrases.ts';
import { freshPlace, rulesOf } from './kit.ts';

/** As a Windows 11 prints it in a console of code page 65001. */
const REGISTRY = (type: string, value: string) =>
  `\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\ClaudeCode\r\n    Settings    ${type}    ${value}\r\n\r\n`;
const DENY = { permissions: { deny: ['Bash(rm:*)'] } };

/** Answers `reg query` for the hives that are named; for others the key is not there. */
function registry(hives: Record<string, string>): RunProgram & { asked: string[] } {
  const asked: string[] = [];
  const run = async (program: string, args: string[]) => {
    asked.push(`${program} ${args.join(' ')}`);
    const hive = Object.keys(hives).find((name) => args.join(' ').includes(`"${name}\\`));
    return hive === undefined ? { status: 1, output: '' } : { status: 0, output: hives[hive] ?? '' };
  };
  return Object.assign(run, { asked });
}

const windows = (place: { folder: string }, run: RunProgram) => ({
  policy: policySources('win32', path.join(place.folder, 'managed'), run),
});

test('the value of the registry is read from what reg.exe prints', () => {
  assert.equal(registryValue(REGISTRY('REG_SZ', '{"a": 1}')), '{"a": 1}');
  assert.equal(registryValue(REGISTRY('REG_EXPAND_SZ', '{"a":\r\n  "%TEMP%"}')), '{"a":\r\n  "%TEMP%"}');
  assert.equal(
    registryValue(REGISTRY('REG_SZ', '{"b": "  Settings    REG_SZ    x"}')),
    '{"b": "  Settings    REG_SZ    x"}',
  );
  assert.equal(registryValue(REGISTRY('REG_MULTI_SZ', '{}\\0{}')), undefined);
  assert.equal(registryValue(REGISTRY('REG_BINARY', '7B7D')), undefined);
});

test('the registry of the machine comes before files, files before the registry of the person', async () => {
  const value = (name: string) =>
    REGISTRY('REG_SZ', JSON.stringify({ permissions: { deny: [`Bash(${name})`] }, env: { [name]: '1' } }));
  const hives = { HKLM: value('machine'), HKCU: value('person') };
  const file = { permissions: { deny: ['Bash(file)'] }, env: { file: '1', machine: '0' } };

  const place = freshPlace({ managed: file });
  const run = registry(hives);
  const all = await place.load(windows(place, run));
  assert.equal(all.policy?.label, 'HKLM');
  assert.deepEqual(rulesOf(all), ['managed deny Bash(machine)']);
  // Variables are put together from all sources that only an administrator can write.
  assert.deepEqual(all.env, { machine: '1', file: '1' });
  assert.match(run.asked[0] ?? '', /reg\.exe query "HKLM\\SOFTWARE\\Policies\\ClaudeCode" \/v Settings/);

  const files = await place.load(windows(place, registry({ HKCU: hives.HKCU })));
  assert.equal(files.policy?.label, 'file');
  assert.deepEqual(rulesOf(files), ['managed deny Bash(file)']);
  assert.equal(files.env['person'], undefined);

  const alone = freshPlace();
  const person = await alone.load(windows(alone, registry({ HKCU: hives.HKCU })));
  assert.equal(person.policy?.label, 'HKCU');
  assert.deepEqual(rulesOf(person), ['managed deny Bash(person)']);
  assert.deepEqual(person.rules[0]?.file, 'HKCU\\SOFTWARE\\Policies\\ClaudeCode\\Settings');

  const none = await alone.load(windows(alone, registry({})));
  assert.equal(none.policy, undefined);
  assert.equal(none.blocked, undefined);
});

test('a source without a known key is passed over; one that is broken is not', async () => {
  const place = freshPlace({ managed: DENY });
  for (const text of ['{}', '{"somethingElse": 1}', '{"$schema": "x"}']) {
    const settings = await place.load(windows(place, registry({ HKLM: REGISTRY('REG_SZ', text) })));
    assert.equal(settings.policy?.label, 'file', text);
  }
  for (const output of [
    REGISTRY('REG_SZ', '{"permissions": '),
    REGISTRY('REG_MULTI_SZ', '{}'),
    REGISTRY('REG_SZ', '{"model": "\ufffd"}'),
    'Something else',
  ]) {
    const settings = await place.load(windows(place, registry({ HKLM: output })));
    assert.ok(settings.blocked, output);
    assert.ok(sayInEnglish(settings.blocked.because).includes('HKLM\\SOFTWARE\\Policies\\ClaudeCode'), output);
  }
  // Neither an answer that did not come in time nor one of a program that failed is an empty policy.
  for (const ran of [
    { status: undefined, output: '' },
    { status: 5, output: REGISTRY('REG_SZ', '{"permissions": {}}') },
  ]) {
    assert.ok((await place.load(windows(place, async () => ran))).blocked, String(ran.status));
  }
});

test('macOS: managed preferences of the computer and of the person, through plutil', async () => {
  const place = freshPlace();
  const folder = path.join(place.folder, 'Managed Preferences');
  const asked: string[][] = [];
  const texts: Record<string, string> = {};
  const run: RunProgram = async (program, args) => {
    asked.push([program, ...args]);
    const text = texts[args.at(-1) ?? ''];
    return text === undefined ? { status: 1, output: 'Property List error' } : { status: 0, output: text };
  };
  const load = () => place.load({ policy: [{ read: () => macPolicy(run, folder) }] });
  const put = (file: string, text?: string) => {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, 'bplist00');
    if (text !== undefined) texts[file] = text;
  };
  assert.equal((await load()).policy, undefined);
  // Without a file nothing is started.
  assert.deepEqual(asked, []);

  const computer = path.join(folder, 'com.anthropic.claudecode.plist');
  // As plutil -convert json prints it: on one line, slashes escaped.
  put(computer, '{"permissions":{"deny":["Read(\\/etc\\/**)"]},"model":"opus"}');
  const first = await load();
  assert.deepEqual([first.policy?.label, first.policy?.keys], ['plist', ['permissions.deny', 'model']]);
  assert.deepEqual(rulesOf(first), ['managed deny Read(/etc/**)']);
  assert.deepEqual(asked, [['/usr/bin/plutil', '-convert', 'json', '-o', '-', computer]]);

  put(path.join(folder, userInfo().username, 'com.anthropic.claudecode.plist'), '{"model":"haiku"}');
  const both = await load();
  assert.equal(both.model, 'haiku');
  assert.deepEqual(rulesOf(both), ['managed deny Read(/etc/**)']);

  delete texts[computer];
  const broken = await load();
  assert.match(
    sayInEnglish(broken.blocked?.because ?? { code: '', args: {} }),
    /com\.anthropic\.claudecode\.plist.*plutil/,
  );
});

test('on Linux no program is started for policy', async () => {
  const place = freshPlace({ managed: DENY });
  const never: RunProgram = () => assert.fail('a program was started');
  const settings = await place.load({ policy: policySources('linux', path.join(place.folder, 'managed'), never) });
  assert.deepEqual(rulesOf(settings), ['managed deny Bash(rm:*)']);
});

test('the source is named as it is', async () => {
  const dropIn = 'managed/managed-settings.d/10.json';
  const rows: Array<[Record<string, unknown>, string | undefined]> = [
    [{ managed: DENY }, 'file'],
    [{ [dropIn]: DENY }, 'drop-ins'],
    [{ managed: { model: 'opus' }, [dropIn]: DENY }, 'file + drop-ins'],
    [{ managed: {} }, undefined],
    [{}, undefined],
  ];
  for (const [files, label] of rows) assert.equal((await freshPlace(files).load()).policy?.label, label);
});

test('drop-ins: later single values win, lists and objects are joined, some values are whole', async () => {
  const place = freshPlace({
    managed: { fallbackModel: ['a', 'b'], companyAnnouncements: ['base'], attribution: { commit: 'base', pr: 'base' } },
    'managed/managed-settings.d/20.json': {
      fallbackModel: ['c'],
      attribution: { commit: 'twenty' },
      outputStyle: 'twenty',
    },
    'managed/managed-settings.d/10.json': { companyAnnouncements: ['ten'], outputStyle: 'ten' },
  });
  const { values } = await place.load();
  assert.deepEqual(values['fallbackModel'], ['c']);
  assert.deepEqual(values['companyAnnouncements'], ['ten', 'base']);
  assert.deepEqual(values['attribution'], { commit: 'twenty', pr: 'base' });
  assert.equal(values['outputStyle'], 'twenty');
});

test('what the organisation wrote and cannot be read counts as the strict value, or as what is left of it', async () => {
  const wrong: Record<string, unknown> = {
    allowedMcpServers: 'none',
    allowManagedHooksOnly: 'yes',
    allowManagedMcpServersOnly: 1,
    allowManagedPermissionRulesOnly: 'true',
    enforceAvailableModels: 'yes',
    disableCommandPluginSources: 'yes',
    availableModels: 'opus',
    forceLoginOrgUUID: 5,
    disableAllHooks: 'yes',
    disableSkillShellExecution: 'yes',
    allowedHttpHookUrls: 'x',
    httpHookAllowedEnvVars: [1],
    env: { GOOD: '1', BAD: 2 },
    deniedMcpServers: [{ serverName: 'x' }, 'y'],
    companyAnnouncements: ['read', 7],
    requiredMinimumVersion: 3,
    model: 5,
    permissions: { disableBypassPermissionsMode: true, deny: ['Bash(rm:*)', 7] },
  };
  const settings = await freshPlace({ managed: wrong, user: { permissions: { allow: ['Bash(u)'] } } }).load();
  assert.deepEqual(settings.values, {
    allowedMcpServers: [],
    allowManagedHooksOnly: true,
    allowManagedMcpServersOnly: true,
    allowManagedPermissionRulesOnly: true,
    enforceAvailableModels: true,
    disableCommandPluginSources: true,
    availableModels: [],
    forceLoginOrgUUID: [],
    disableAllHooks: true,
    disableSkillShellExecution: true,
    allowedHttpHookUrls: [],
    httpHookAllowedEnvVars: [],
    deniedMcpServers: [{ serverName: 'x' }],
    companyAnnouncements: ['read'],
  });
  assert.deepEqual(settings.env, { GOOD: '1' });
  assert.equal(settings.disableBypass, true);
  assert.equal(settings.blocked, undefined);
  assert.equal(settings.degraded, false);
  assert.deepEqual(rulesOf(settings), ['managed deny Bash(rm:*)']);
  const told = settings.problems.map(({ because, line }) => `${because.args['key'] ?? because.args['rule']} ${line}`);
  assert.equal(told.length, 19, told.join('\n'));
});

test('where only nothing at all could stand for what was lost, no turn starts', async () => {
  const rows: Array<[unknown, RegExp]> = [
    [{ permissions: { deny: 5 } }, /line 3.*permissions\.deny/],
    [{ permissions: { ask: { a: 1 } } }, /permissions\.ask/],
    [{ permissions: 'none' }, /permissions/],
    [{ policyHelper: { path: '/opt/policy' } }, /policyHelper/],
    [{ forceRemoteSettingsRefresh: true }, /forceRemoteSettingsRefresh/],
    ['{ "permissions": {} // note\n}', /comment/],
    ['', /not valid JSON/],
  ];
  for (const [managed, expected] of rows) {
    const { blocked } = await freshPlace({ managed }).load();
    assert.ok(blocked, JSON.stringify(managed));
    assert.match(sayInEnglish(blocked.because), expected);
  }
  assert.equal((await freshPlace({ managed: { forceRemoteSettingsRefresh: false } }).load()).blocked, undefined);
  // Nobody else can stop the turns with them.
  for (const scope of ['user', 'project', 'local']) {
    const settings = await freshPlace({
      [scope]: { policyHelper: { path: 'x' }, forceRemoteSettingsRefresh: true },
    }).load();
    assert.equal(settings.blocked, undefined);
  }
});

test('a source of another kind fits behind the same interface', async () => {
  const server: PolicySource = {
    read: async () => ({
      label: 'file',
      files: [parseSettings(JSON.stringify(DENY), { scope: 'managed', file: '/server', anchor: '/' })],
    }),
  };
  assert.deepEqual(rulesOf(await freshPlace().load({ policy: [server] })), ['managed deny Bash(rm:*)']);
});

test('the registry is asked by programs of the system, whatever the environment says', async () => {
  const run = registry({});
  await registryPolicy('HKLM', run);
  for (const word of run.asked[0]?.match(/\S+\.(exe|com)/g) ?? []) assert.match(word, /^"?C:\\Windows\\System32\\/);
  assert.ok(run.asked[0]?.startsWith('C:\\Windows\\System32\\cmd.exe /d /s /c "'));
});
