// The keys of a settings file, and how each must look. `media/settings.schema.json` says the same to VS Code.
import * as z from 'zod/mini';

const text = z.string();
const strings = z.array(z.string());
const flag = z.boolean();
const object = z.record(z.string(), z.unknown());
const objects = z.array(object);
const disable = z.literal('disable');
/** Of other programs: known, so that nobody is told of a typing error, but not looked into. */
const foreign = z.unknown();

export const PERMISSION_KEYS = {
  allow: strings,
  ask: strings,
  deny: strings,
  additionalDirectories: strings,
  defaultMode: z.enum(['default', 'manual', 'acceptEdits', 'plan', 'auto', 'dontAsk', 'bypassPermissions']),
  disableBypassPermissionsMode: disable,
  disableAutoMode: disable,
} as const;

const amount = z.optional(z.number().check(z.positive()));
/** What only Assent knows; other programs pass the key over. */
const OWN = z.object({
  /** The identity provider of a team, or of its gateway. */
  login: z.optional(
    z.object({
      issuer: text,
      clientId: text,
      scopes: z.optional(strings),
      audience: z.optional(text),
      /** Where requests go with the token; otherwise as `ANTHROPIC_BASE_URL` says. */
      baseUrl: z.optional(text),
      /** As registered for the client. */
      redirectUri: z.optional(text),
      /** Of the authorization request, besides what the protocol says. */
      parameters: z.optional(z.record(text, text)),
    }),
  ),
  /** Where an organisation describes this client to those who issue tokens for servers of tools; https. */
  mcpClientMetadataUrl: z.optional(text),
  /** USD. */
  costCaps: z.optional(z.object({ turn: amount, session: amount, day: amount })),
  /** USD per million tokens, for models whose price is not known. */
  modelPrices: z.optional(
    z.record(text, z.object({ input: z.number().check(z.gte(0)), output: z.number().check(z.gte(0)) })),
  ),
});

/** Keys that are not here are left alone: they may belong to another version or another program. */
export const KEYS = {
  permissions: object,
  assent: OWN,
  env: z.record(z.string(), z.string()),
  disableAutoMode: disable,
  useAutoModeDuringPlan: flag,
  autoMode: object,
  skipDangerousModePermissionPrompt: flag,
  allowManagedPermissionRulesOnly: flag,

  model: text,
  availableModels: strings,
  enforceAvailableModels: flag,
  fallbackModel: strings.check(z.maxLength(3)),
  modelOverrides: z.record(z.string(), z.string()),
  effortLevel: z.enum(['low', 'medium', 'high', 'xhigh', 'max']),
  alwaysThinkingEnabled: flag,
  showThinkingSummaries: flag,
  outputStyle: text,
  language: text,
  agent: text,

  apiKeyHelper: text,
  awsAuthRefresh: text,
  awsCredentialExport: text,
  gcpAuthRefresh: text,
  otelHeadersHelper: text,
  forceLoginMethod: z.enum(['claudeai', 'console', 'gateway']),
  forceLoginOrgUUID: z.union([text, strings]),
  forceLoginGatewayUrl: text,
  cleanupPeriodDays: z.int().check(z.minimum(1)),
  feedbackSurveyRate: z.number().check(z.minimum(0), z.maximum(1)),
  skipWebFetchPreflight: flag,

  hooks: object,
  disableAllHooks: flag,
  allowManagedHooksOnly: flag,
  allowedHttpHookUrls: strings,
  httpHookAllowedEnvVars: strings,

  enableAllProjectMcpServers: flag,
  enabledMcpjsonServers: strings,
  disabledMcpjsonServers: strings,
  allowedMcpServers: objects,
  deniedMcpServers: objects,
  allowManagedMcpServersOnly: flag,
  allowAllClaudeAiMcps: flag,
  disableClaudeAiConnectors: flag,

  disableSkillShellExecution: flag,
  disableBundledSkills: flag,
  skillOverrides: z.record(z.string(), z.enum(['on', 'name-only', 'user-invocable-only', 'off'])),
  skillListingBudgetFraction: z.number(),
  skillListingMaxDescChars: z.int(),
  syncClaudeAiSkills: flag,
  claudeMd: text,
  claudeMdExcludes: strings,
  autoMemoryEnabled: flag,
  autoMemoryDirectory: text,
  autoCompactEnabled: flag,
  autoCompactWindow: z.int().check(z.minimum(100_000), z.maximum(1_000_000)),
  fileCheckpointingEnabled: flag,
  plansDirectory: text,
  respectGitignore: flag,
  fileSuggestion: object,
  attribution: object,
  includeCoAuthoredBy: flag,
  includeGitInstructions: flag,
  prUrlTemplate: text,
  companyAnnouncements: strings,
  showClearContextOnPlanAccept: flag,
  askUserQuestionTimeout: z.enum(['60s', '5m', '10m', 'never']),
  sandbox: object,
  worktree: object,
  enabledPlugins: object,
  extraKnownMarketplaces: object,
  pluginConfigs: object,
  isolatePeerMachines: flag,
  crossSessionInbound: text,
  remoteControlAtStartup: flag,

  strictPluginOnlyCustomization: foreign,
  strictKnownMarketplaces: foreign,
  blockedMarketplaces: foreign,
  pluginTrustMessage: text,
  pluginSuggestionMarketplaces: foreign,
  disableSideloadFlags: foreign,
  disableCommandPluginSources: flag,
  forceRemoteSettingsRefresh: flag,
  parentSettingsBehavior: foreign,
  policyHelper: object,
  requiredMinimumVersion: text,
  requiredMaximumVersion: text,
  channelsEnabled: flag,
  allowedChannelPlugins: foreign,
  sshHostAllowlist: foreign,
  wslInheritsWindowsSettings: flag,

  statusLine: foreign,
  promptSuggestionEnabled: foreign,
  spinnerTipsEnabled: foreign,
  spinnerVerbs: foreign,
  theme: foreign,
  editorMode: foreign,
  tui: foreign,
  viewMode: foreign,
  verbose: foreign,
  $schema: foreign,
} as const;

export type KeyName = keyof typeof KEYS;
export type PermissionKey = keyof typeof PERMISSION_KEYS;
export type Values = { -readonly [K in KeyName]?: z.infer<(typeof KEYS)[K]> };
export type PermissionValues = { -readonly [K in PermissionKey]?: z.infer<(typeof PERMISSION_KEYS)[K]> };
