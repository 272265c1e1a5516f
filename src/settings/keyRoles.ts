// What the keys of settings mean for each other: whose word counts, how the levels come together, what loosens.
import type { KeyName, Values } from './schema.ts';

/** They say what holds for others, so nobody below the organisation may. */
export const MANAGED_ONLY: ReadonlySet<KeyName> = new Set([
  'allowManagedPermissionRulesOnly',
  'allowManagedHooksOnly',
  'allowManagedMcpServersOnly',
  'allowAllClaudeAiMcps',
  'claudeMd',
  'strictPluginOnlyCustomization',
  'strictKnownMarketplaces',
  'blockedMarketplaces',
  'pluginTrustMessage',
  'pluginSuggestionMarketplaces',
  'disableSideloadFlags',
  'disableCommandPluginSources',
  'forceRemoteSettingsRefresh',
  'forceLoginGatewayUrl',
  'forceLoginOrgUUID',
  'parentSettingsBehavior',
  'policyHelper',
  'requiredMinimumVersion',
  'requiredMaximumVersion',
  'channelsEnabled',
  'allowedChannelPlugins',
  'sshHostAllowlist',
  'wslInheritsWindowsSettings',
]);

/** A person's own choice: from a file that is shared it says nothing. */
export const NOT_FROM_PROJECT: ReadonlySet<KeyName> = new Set([
  'useAutoModeDuringPlan',
  'autoMode',
  'skipDangerousModePermissionPrompt',
  'askUserQuestionTimeout',
  // Who clones a repository does not mean to give up undo.
  'fileCheckpointingEnabled',
]);
export const NOT_FROM_LOCAL: ReadonlySet<KeyName> = new Set(['autoMode', 'askUserQuestionTimeout']);

/** What counts when the organisation wrote something that cannot be read: the strict side. */
export const STRICT_WHEN_WRONG = {
  allowManagedPermissionRulesOnly: true,
  allowManagedHooksOnly: true,
  allowManagedMcpServersOnly: true,
  enforceAvailableModels: true,
  disableCommandPluginSources: true,
  disableAllHooks: true,
  disableAutoMode: 'disable',
  disableClaudeAiConnectors: true,
  disableSkillShellExecution: true,
  allowedMcpServers: [],
  allowedHttpHookUrls: [],
  httpHookAllowedEnvVars: [],
  availableModels: [],
  /** Nobody's: no one may sign in. */
  forceLoginOrgUUID: [],
  /** The way that nobody has here: a typing error does not open the door. */
  forceLoginMethod: 'claudeai',
  /** No address is equal to it. */
  forceLoginGatewayUrl: '–',
} as const satisfies Values;

/** Lists of what alone is allowed: once the organisation has one, nobody adds to it, and a repository adds to none. */
export const CLOSED_LISTS: ReadonlySet<KeyName> = new Set([
  'availableModels',
  'allowedMcpServers',
  'allowedHttpHookUrls',
  'httpHookAllowedEnvVars',
]);
/** Lists that are one choice: the highest level that has one, whole. */
export const WHOLE_LISTS: ReadonlySet<KeyName> = new Set(['fallbackModel', 'forceLoginOrgUUID']);

/** The strict value of these holds from these scopes, whatever stands above. */
export const STRICTER_WINS: Partial<Record<KeyName, { value: boolean; from: readonly string[] }>> = {
  disableClaudeAiConnectors: { value: true, from: ['managed', 'session', 'local', 'project', 'user'] },
  disableSkillShellExecution: { value: true, from: ['managed', 'session', 'local', 'project', 'user'] },
  enforceAvailableModels: { value: true, from: ['managed', 'session', 'local', 'project', 'user'] },
  isolatePeerMachines: { value: true, from: ['managed', 'session', 'local', 'project', 'user'] },
  useAutoModeDuringPlan: { value: false, from: ['managed', 'session', 'user', 'local'] },
  remoteControlAtStartup: { value: false, from: ['local', 'project'] },
  syncClaudeAiSkills: { value: false, from: ['managed', 'session', 'user', 'local'] },
};

/** Commands that something starts by itself. */
export const HELPERS = [
  'apiKeyHelper',
  'awsAuthRefresh',
  'awsCredentialExport',
  'gcpAuthRefresh',
  'otelHeadersHelper',
  'statusLine',
  'fileSuggestion',
] as const satisfies readonly KeyName[];

/** The rest of what a repository could give itself: held like the helpers, and gone when its file has a fault. */
export const OTHER_LOOSENING = [
  'agent',
  'autoMemoryDirectory',
  'claudeMdExcludes',
  'disableAllHooks',
  'enableAllProjectMcpServers',
  'enabledMcpjsonServers',
  'enabledPlugins',
  'extraKnownMarketplaces',
  'modelOverrides',
  'pluginConfigs',
  'skipDangerousModePermissionPrompt',
  'skipWebFetchPreflight',
  'worktree',
] as const satisfies readonly KeyName[];
