// How much is shipped, and how much of it is read when VS Code starts.
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { ROOT, VSIX } from '../support/vscode/root.ts';
import type { Report } from './kit/figure.ts';

const FILES = {
  'size.package': VSIX,
  'size.activated': path.join(ROOT, 'dist/extension.js'),
  'size.window': path.join(ROOT, 'dist/composeWindow.js'),
  'size.page': path.join(ROOT, 'dist/webview.js'),
};

export async function bench(report: Report): Promise<void> {
  for (const [name, file] of Object.entries(FILES)) {
    report({ name, value: (await stat(file)).size, unit: 'bytes', runs: 1 });
  }
}
