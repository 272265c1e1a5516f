// Whether a settings file takes the mode without questions away.
import type { SettingsFile } from './settingsFile.ts';

/** Any file may; a value that cannot be read counts as the strict one. */
export function disablesBypass(file: SettingsFile): boolean {
  return (
    file.permissions.disableBypassPermissionsMode === 'disable' ||
    file.problems.some(
      ({ because: { code, args } }) =>
        code === 'settings.wrongValue' && args['key'] === 'permissions.disableBypassPermissionsMode',
    )
  );
}
