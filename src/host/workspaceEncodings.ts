// Which encoding VS Code has for a file: what its names mean, and what it is set to read and write where no editor is open.
import * as vscode from 'vscode';
import type { Encoding } from '../contracts/edit.ts';

const UNICODE: Readonly<Record<string, Encoding>> = {
  utf8: { name: 'utf-8', bom: false },
  utf8bom: { name: 'utf-8', bom: true },
  utf16le: { name: 'utf-16le', bom: true },
  utf16be: { name: 'utf-16be', bom: true },
};

/** Encodings beyond Unicode keep the name VS Code has for them. */
export function toEncoding(name: string): Encoding {
  return UNICODE[name] ?? { name, bom: false };
}

/** What `files.encoding` says of a file, that of its language included. */
export async function encodingSetting(path: string): Promise<Encoding> {
  const uri = vscode.Uri.file(path);
  const ofFile = vscode.workspace.getConfiguration('files', uri);
  const languages = ofFile.inspect<string>('encoding')?.languageIds ?? [];
  const settings = [undefined, ...languages].map((languageId) =>
    (languageId === undefined ? ofFile : vscode.workspace.getConfiguration('files', { uri, languageId })).get(
      'encoding',
      'utf8',
    ),
  );
  const [first = 'utf8', ...others] = new Set(settings);
  if (others.length === 0) return toEncoding(first);
  // Which language a file has that is not open, VS Code alone knows; what it writes there tells the encoding.
  const written = await vscode.workspace.encode(SCRIPTS, { uri });
  for (const encoding of [first, ...others]) {
    const bytes = await vscode.workspace.encode(SCRIPTS, { encoding });
    if (Buffer.compare(bytes, written) === 0) return toEncoding(encoding);
  }
  return toEncoding(first);
}

/** Letters by which one encoding is told from another. */
const SCRIPTS = '가あ中繁éőžЖѣאاกΩ€ğ¤ąņħŵ╬█';

/**
 * The encodings in which to try the bytes of a file that no editor has open, the first that fits being the right one;
 * without any the bytes must tell.
 */
export async function preferredEncodings(path: string, bytes: Uint8Array): Promise<string[]> {
  const { name } = await encodingSetting(path);
  const guesses = vscode.workspace.getConfiguration('files', vscode.Uri.file(path)).get('autoGuessEncoding', false);
  if (!guesses) return name === 'utf-8' ? [] : [name];
  const text = Buffer.from(bytes).toString('utf8');
  if (!/[^\0-\x7f]/.test(text)) return [name];
  if (!text.includes('\ufffd')) return ['utf-8'];
  return [...(await guessOf(path)), name];
}

/** Loads the file as a document, without a tab: no other way tells what VS Code would guess. */
async function guessOf(path: string): Promise<string[]> {
  try {
    const { encoding } = await vscode.workspace.openTextDocument(vscode.Uri.file(path));
    return [toEncoding(encoding).name];
  } catch {
    // Not text for VS Code, which then has no guess either.
    return [];
  }
}
