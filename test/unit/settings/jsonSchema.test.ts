// The schema that VS Code completes and checks settings files with says the same as the one they are read by.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import * as z from 'zod/mini';
import { KEYS, PERMISSION_KEYS } from '../../../src/settings/schema.ts';

const ROOT = process.env['ASSENT_ROOT'] ?? process.cwd();
type Json = { [key: string]: unknown };
const read = (file: string): Json => JSON.parse(readFileSync(path.join(ROOT, file), 'utf8'));
const schema = read('media/settings.schema.json');
const keys = schema['properties'] as Record<string, Json>;
const permissions = keys['permissions']?.['properties'] as Record<string, Json>;

/** What tells people something and checks nothing. */
const ANNOTATIONS = ['markdownDescription', 'default', 'defaultSnippets', 'enumDescriptions', 'uniqueItems'];
/** What the library adds that means nothing: any name is a text, any integer is one that JSON can hold. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(
    ([key, one]) =>
      key !== '$schema' &&
      key !== 'propertyNames' &&
      !ANNOTATIONS.includes(key) &&
      !(key === 'additionalProperties' && JSON.stringify(one) === '{}') &&
      Math.abs(Number(one)) !== Number.MAX_SAFE_INTEGER,
  );
  return Object.fromEntries(entries.map(([key, one]) => [key, plain(one)]));
}

/** Where the reader takes any object the schema may say more, for completion. */
function sameCheck(name: string, check: z.ZodMiniType, shown: Json | undefined): void {
  assert.ok(shown, `${name} is missing in media/settings.schema.json`);
  const expected = plain(z.toJSONSchema(check, { io: 'input', target: 'draft-7' })) as Json;
  const actual = plain(shown) as Json;
  for (const more of ['properties', 'additionalProperties']) if (!(more in expected)) delete actual[more];
  const items = expected['items'] as Json | undefined;
  if (items?.['type'] === 'object') actual['items'] = { type: (actual['items'] as Json)['type'] };
  if (JSON.stringify(actual['items']) === '{"$ref":"#/definitions/rule"}') {
    actual['items'] = { type: (schema['definitions'] as Record<string, Json>)['rule']?.['type'] };
  }
  assert.deepEqual(actual, expected, name);
}

test('both know the same keys, and check them alike', () => {
  assert.deepEqual(Object.keys(keys).sort(), Object.keys(KEYS).sort());
  for (const [name, check] of Object.entries(KEYS)) sameCheck(name, check, keys[name]);
  assert.deepEqual(Object.keys(permissions).sort(), Object.keys(PERMISSION_KEYS).sort());
  for (const [name, check] of Object.entries(PERMISSION_KEYS)) sameCheck(name, check, permissions[name]);
});

test('every key of the public list of settings is known', () => {
  const listed = `permissions disableAutoMode useAutoModeDuringPlan autoMode skipDangerousModePermissionPrompt
    allowManagedPermissionRulesOnly env model availableModels enforceAvailableModels fallbackModel modelOverrides
    effortLevel alwaysThinkingEnabled showThinkingSummaries outputStyle language agent apiKeyHelper awsAuthRefresh
    awsCredentialExport gcpAuthRefresh otelHeadersHelper forceLoginMethod forceLoginOrgUUID cleanupPeriodDays
    feedbackSurveyRate skipWebFetchPreflight hooks disableAllHooks allowManagedHooksOnly allowedHttpHookUrls
    httpHookAllowedEnvVars enableAllProjectMcpServers enabledMcpjsonServers disabledMcpjsonServers allowedMcpServers
    deniedMcpServers disableSkillShellExecution disableBundledSkills skillOverrides skillListingBudgetFraction
    skillListingMaxDescChars claudeMd claudeMdExcludes autoMemoryEnabled autoMemoryDirectory autoCompactEnabled
    autoCompactWindow fileCheckpointingEnabled plansDirectory respectGitignore fileSuggestion attribution
    includeCoAuthoredBy includeGitInstructions prUrlTemplate companyAnnouncements showClearContextOnPlanAccept
    promptSuggestionEnabled spinnerTipsEnabled spinnerVerbs statusLine theme editorMode tui viewMode verbose
    askUserQuestionTimeout enabledPlugins extraKnownMarketplaces pluginConfigs worktree sandbox policyHelper
    requiredMinimumVersion requiredMaximumVersion allowManagedMcpServersOnly allowAllClaudeAiMcps
    strictPluginOnlyCustomization strictKnownMarketplaces blockedMarketplaces pluginTrustMessage
    pluginSuggestionMarketplaces disableSideloadFlags disableCommandPluginSources forceRemoteSettingsRefresh
    forceLoginGatewayUrl parentSettingsBehavior channelsEnabled allowedChannelPlugins sshHostAllowlist
    wslInheritsWindowsSettings`.split(/\s+/);
  for (const key of listed) assert.ok(key in KEYS, key);
});

test('each says what it is for, and the rule pattern takes rules and nothing else', () => {
  for (const [name, shown] of [...Object.entries(keys), ...Object.entries(permissions)]) {
    assert.match(String(shown['markdownDescription']), /^[A-Z`].{10,}\.$/s, name);
  }
  const rule = (schema['definitions'] as Record<string, Json>)['rule'];
  const pattern = new RegExp(String(rule?.['pattern']));
  for (const text of ['Bash', 'Bash(npm test)', 'Read(./a (b))', 'mcp__s__t', '*']) assert.ok(pattern.test(text), text);
  for (const text of ['', 'npm test', 'Bash(', 'Bash (x)']) assert.ok(!pattern.test(text), text);
});

test('VS Code is told of it for every file that is read, and it is in the package', () => {
  const contributed = (read('package.json')['contributes'] as { jsonValidation: Json[] }).jsonValidation;
  assert.deepEqual(contributed, [
    {
      fileMatch: [
        '**/.claude/settings.json',
        '**/.claude/settings.local.json',
        '**/managed-settings.json',
        '**/managed-settings.d/*.json',
      ],
      url: './media/settings.schema.json',
    },
  ]);
  assert.match(readFileSync(path.join(ROOT, '.vscodeignore'), 'utf8'), /^!media\/\*\*$/m);
});
