// The table of translations that the document of a page brings along.
import { setTranslations } from './l10n.ts';

export function readTranslations(): void {
  const translations: unknown = JSON.parse(document.getElementById('l10n')?.textContent || '{}');
  setTranslations(isTable(translations) ? translations : {});
}

function isTable(value: unknown): value is Record<string, string> {
  return typeof value === 'object' && value !== null && Object.values(value).every((text) => typeof text === 'string');
}
