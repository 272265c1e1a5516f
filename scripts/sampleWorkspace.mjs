// The copy of the sample project that people try Assent on.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { root } from './bundle.mjs';
import { onPath } from './systemPackages.mjs';

/** Makes the copy, in a git repository of its own. One that is there is left alone: it holds the person's changes. */
export async function sampleWorkspace(folder) {
  if (existsSync(path.join(folder, 'package.json'))) return { folder, fresh: false };
  await cp(path.join(root, 'test/fixtures/sample'), folder, { recursive: true });
  if (onPath('git')) {
    const identity = ['-c', 'user.name=Sample', '-c', 'user.email=sample@example.com', '-c', 'commit.gpgsign=false'];
    for (const args of [
      ['init', '-q', '-b', 'main'],
      ['add', '.'],
      ['commit', '-q', '-m', 'A parking garage'],
    ]) {
      const { status, stderr } = spawnSync('git', [...identity, ...args], { cwd: folder, encoding: 'utf8' });
      if (status !== 0) console.warn(`The sample project is not a git repository: ${stderr.trim()}`);
      if (status !== 0) break;
    }
  }
  return { folder, fresh: true };
}
