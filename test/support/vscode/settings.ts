// User settings of the VS Code that a run starts.

/** Nothing leaves the machine and nothing pops up that is not ours; fit for people and for tests. */
export const QUIET_SETTINGS = {
  'telemetry.telemetryLevel': 'off',
  'workbench.enableExperiments': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'update.mode': 'none',
  'update.showReleaseNotes': false,
  'chat.disableAIFeatures': true,
  // The browser is on the same machine: there is nothing to forward.
  'remote.autoForwardPorts': false,
  // Empty, now that VS Code's own chat is off.
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
} as const;

/** On top of that: the same picture every time. */
export const TEST_SETTINGS = {
  ...QUIET_SETTINGS,
  'workbench.startupEditor': 'none',
  'workbench.editor.useModal': 'off',
  'workbench.tips.enabled': false,
  'editor.cursorBlinking': 'solid',
  'terminal.integrated.cursorBlinking': false,
  // Drawn as text, so that tests can read it.
  'terminal.integrated.gpuAcceleration': 'off',
  'git.openRepositoryInParentFolders': 'never',
} as const;

export const THEMES = {
  light: 'Light Modern',
  dark: 'Dark Modern',
  highContrast: 'Default High Contrast',
  highContrastLight: 'Default High Contrast Light',
} as const;
export type Theme = keyof typeof THEMES;
