// One part of what another extension's tool returned, as a server would send it.
import * as vscode from 'vscode';

/** Deeper than any prompt is written. */
const MOST_DEPTH = 200;

export function editorToolContent(part: unknown): Record<string, unknown> {
  if (part instanceof vscode.LanguageModelTextPart) return { type: 'text', text: part.value };
  if (part instanceof vscode.LanguageModelPromptTsxPart) return { type: 'text', text: promptText(part.value) };
  // Newer versions of VS Code have a part for bytes.
  if (isObject(part) && part['data'] instanceof Uint8Array)
    return bytesContent(part['data'], typeof part['mimeType'] === 'string' ? part['mimeType'] : '');
  return { type: 'text', text: asJson(part) };
}

function bytesContent(bytes: Uint8Array, mimeType: string): Record<string, unknown> {
  const kind = mimeType.split('/')[0];
  const data = () => Buffer.from(bytes).toString('base64');
  if (kind === 'image' || kind === 'audio') return { type: kind, data: data(), mimeType };
  const text = asText(bytes);
  if (text !== undefined) return { type: 'text', text };
  return { type: 'resource', resource: { uri: '', mimeType: mimeType || 'application/octet-stream', blob: data() } };
}

/** Undefined where the bytes are none. */
function asText(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The texts of a prompt that was written as elements, in their order. Of anything else: its JSON. */
function promptText(value: unknown): string {
  const texts: string[] = [];
  const walk = (node: unknown, depth: number): void => {
    if (!isObject(node) || depth > MOST_DEPTH) return;
    if (typeof node['text'] === 'string') {
      if (node['lineBreakBefore'] && texts.length > 0) texts.push('\n');
      texts.push(node['text']);
    }
    if (Array.isArray(node['children'])) for (const child of node['children']) walk(child, depth + 1);
  };
  walk(isObject(value) ? value['node'] : undefined, 0);
  return texts.length > 0 ? texts.join('') : asJson(value);
}

function asJson(value: unknown): string {
  return JSON.stringify(value) ?? '';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
