// Settings as they are where no file says anything.
import type { Settings } from '../../src/contracts/settings.ts';

export function emptySettings(over: Partial<Settings> = {}): Settings {
  return {
    rules: [],
    additionalDirectories: [],
    disableBypass: false,
    env: {},
    cleanupPeriodDays: 30,
    autoCompact: true,
    includeGitInstructions: true,
    respectGitignore: true,
    claudeMdExcludes: [],
    sources: [],
    problems: [],
    loosening: [],
    values: {},
    degraded: false,
    ...over,
  };
}
