// The reader of scripts as tests use it: the parsers of node_modules, loaded once a test file.
import path from 'node:path';
import { createShellReader } from '../../src/permissions/shell/reader.ts';
import type { ShellReader } from '../../src/permissions/shell/script.ts';

const packages = path.join(process.env['ASSENT_ROOT'] ?? process.cwd(), 'node_modules');

export const grammarFiles = {
  runtime: path.join(packages, 'web-tree-sitter/web-tree-sitter.wasm'),
  grammar: path.join(packages, 'tree-sitter-bash/tree-sitter-bash.wasm'),
};

let loaded: Promise<ShellReader> | undefined;

export function shellReader(): Promise<ShellReader> {
  loaded ??= createShellReader(grammarFiles);
  return loaded;
}
