// The command lines of settings that fetch credentials, as far as they may run.
import type { Settings } from '../contracts/settings.ts';

const NAMES = ['apiKeyHelper', 'awsAuthRefresh', 'awsCredentialExport', 'gcpAuthRefresh'] as const;
type Name = (typeof NAMES)[number];

export function helperCommands({ values }: Pick<Settings, 'values'>): Partial<Record<Name, string>> {
  return Object.fromEntries(
    NAMES.flatMap((name) => {
      const value = values[name];
      return typeof value === 'string' && value.trim() !== '' ? [[name, value]] : [];
    }),
  );
}
