// What really happens in the extension host: the processes that are started there and the connections that are opened.
// A second extension in the same host writes it down. Native code would escape it; our package has none.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { installExtension, packExtension } from './vscode/extensions.ts';
import { ROOT, VSIX } from './vscode/root.ts';

export type Act = {
  kind: 'watching' | 'child' | 'connection';
  /** The program and its words, or where the connection leads: `host:port`, or a path. */
  words: string[];
  /** Code of ours was on the way to it. */
  ours: boolean;
};
export type Witness = {
  /** For `startVsCode`: our package and the witness. */
  options: { extensions: string; env: Record<string, string> };
  /** All since the start, in order. */
  acts(): Promise<Act[]>;
  remove(): Promise<void>;
};

export async function createWitness(): Promise<Witness> {
  const folder = await mkdtemp(path.join(tmpdir(), 'assent-witness-'));
  const extensions = path.join(folder, 'extensions');
  const file = path.join(folder, 'acts.jsonl');
  const packed = await packExtension(path.join(ROOT, 'test/support/witness'), path.join(folder, 'witness.vsix'));
  for (const vsix of [packed, VSIX]) await installExtension(vsix, extensions, path.join(folder, 'install'));
  return {
    options: { extensions, env: { ASSENT_WITNESS: file } },
    acts: async () => {
      const text = await readFile(file, 'utf8').catch(() => '');
      return text
        .split('\n')
        .filter(Boolean)
        .map((line): Act => JSON.parse(line));
    },
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}
