// The page's own texts in the language of VS Code: the English sentence is the key.
import { fill } from '../src/util/phrases.ts';

let table: Readonly<Record<string, string>> = {};

/** Called once, before anything is drawn. */
export function setTranslations(translations: Readonly<Record<string, string>>): void {
  table = translations;
}

/** `t('{count} files', { count: 3 })`. A sentence without a translation is shown in English. */
export function t(english: string, args: Readonly<Record<string, string | number>> = {}): string {
  const strings: Record<string, string> = {};
  for (const [name, value] of Object.entries(args)) strings[name] = String(value);
  return fill(table[english] ?? english, strings);
}
