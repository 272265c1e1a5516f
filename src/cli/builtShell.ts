// The reader of scripts as the built command line has it.
import path from 'node:path';
import { lazyShellReader } from '../permissions/shell/reader.ts';
import type { ShellReader } from '../permissions/shell/script.ts';
import { readableError } from '../util/readableError.ts';

/** The build lays the parsers beside the bundle. Without them every command asks. */
export function builtShell(errors: NodeJS.WritableStream): () => Promise<ShellReader> {
  const files = {
    runtime: path.join(__dirname, 'web-tree-sitter.wasm'),
    grammar: path.join(__dirname, 'tree-sitter-bash.wasm'),
  };
  return lazyShellReader(files, (cause) => {
    errors.write(`assent: Shell commands cannot be read, so each asks: ${readableError(cause)}\n`);
  });
}
