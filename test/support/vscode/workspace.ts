// Folders to work in: the sample project, or files of a test's own.
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './root.ts';

const SAMPLE = path.join(ROOT, 'test/fixtures/sample');
const IDENTITY = ['-c', 'user.name=Sample', '-c', 'user.email=sample@example.com', '-c', 'commit.gpgsign=false'];

/** Copies the sample project to `folder`, as a git repository with one commit. Without git it is a plain folder. */
export async function copySample(folder: string): Promise<void> {
  await cp(SAMPLE, folder, { recursive: true });
  await commitAll(folder, 'A parking garage');
}

/**
 * A temporary folder (a real path) with these files, or with the sample project, in a git repository with one commit.
 * Keys are paths relative to the folder.
 */
export async function temporaryWorkspace(
  files?: Record<string, string | Uint8Array>,
): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'assent-workspace-')));
  if (files === undefined) await copySample(folder);
  else {
    for (const [name, content] of Object.entries(files)) {
      const file = path.join(folder, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, content);
    }
    await commitAll(folder, 'First');
  }
  return { folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }) };
}

async function commitAll(folder: string, message: string): Promise<void> {
  for (const args of [
    ['init', '-q', '-b', 'main'],
    ['add', '.'],
    ['commit', '-q', '--allow-empty', '-m', message],
  ]) {
    try {
      await promisify(execFile)('git', [...IDENTITY, ...args], { cwd: folder });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return; // no git here, and none is needed
      throw error;
    }
  }
}
