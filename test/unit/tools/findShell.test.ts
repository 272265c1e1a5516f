// Which shell commands run in, on machines that are described by the programs they have.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { findShell, shellKindOf } from '../../../src/tools/findShell.ts';
import { tempFolder } from './fixture.ts';

const WINDOWS = {
  ProgramFiles: 'C:\\Program Files',
  LOCALAPPDATA: 'C:\\Users\\me\\AppData\\Local',
  SystemRoot: 'C:\\WINDOWS',
  Path: 'C:\\WINDOWS\\system32;D:\\tools\\Git\\cmd',
};
const GIT = 'C:\\Program Files\\Git\\bin\\bash.exe';
const PWSH = 'C:\\Program Files\\PowerShell\\7\\pwsh.exe';
const OLD = 'C:\\WINDOWS\\System32\\WindowsPowerShell\\v1.0\\powershell.exe';
const has =
  (...files: string[]) =>
  async (file: string) =>
    files.includes(file);

async function chosen(files: string[], env: Record<string, string> = WINDOWS): Promise<[string, string]> {
  const kind = await shellKindOf(env, 'win32', has(...files));
  return [kind, await findShell(kind, env, 'win32', has(...files))];
}

test('on Windows: Git Bash, then PowerShell 7, then the PowerShell of the system', async () => {
  assert.deepEqual(await chosen([GIT, PWSH, OLD]), ['bash', GIT]);
  assert.deepEqual(await chosen(['D:\\tools\\Git\\bin\\bash.exe', OLD]), ['bash', 'D:\\tools\\Git\\bin\\bash.exe']);
  assert.deepEqual(await chosen([PWSH, OLD]), ['powershell', PWSH]);
  assert.deepEqual(await chosen([OLD]), ['powershell', OLD]);
  assert.deepEqual(await chosen([OLD], { SYSTEMROOT: 'C:\\WINDOWS' }), ['powershell', OLD]);
});

test('PowerShell is never taken from PATH or from a folder that is not absolute', async () => {
  const everywhere = async (file: string) => /pwsh|powershell/i.test(file);
  const env = { Path: 'D:\\proj;.', ProgramFiles: 'programs', SystemRoot: '.\\windows' };
  assert.equal(
    await findShell('powershell', env, 'win32', everywhere),
    'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
  );
});

test('with no shell the message says what to install', async () => {
  await assert.rejects(chosen([]), /Install Git for Windows/);
  await assert.rejects(findShell('powershell', WINDOWS, 'win32', has(GIT)), /Install PowerShell 7 or Git for Windows/);
  await assert.rejects(findShell('bash', {}, 'linux', has()), /Install bash/);
});

test('a bash that is named and not there is a mistake, not a wish for PowerShell', async () => {
  const env = { ...WINDOWS, CLAUDE_CODE_GIT_BASH_PATH: 'D:\\nowhere\\bash.exe' };
  await assert.rejects(chosen([OLD, GIT], env), /CLAUDE_CODE_GIT_BASH_PATH names D:\\nowhere/);
  assert.deepEqual(await chosen(['D:\\nowhere\\bash.exe', OLD], env), ['bash', 'D:\\nowhere\\bash.exe']);
});

test('elsewhere it is bash', async () => {
  for (const platform of ['linux', 'darwin'] as const)
    assert.equal(await shellKindOf(WINDOWS, platform, has(PWSH)), 'bash');
});

test('a shell in the repository is not taken for the system one', async (t) => {
  const root = await tempFolder(t);
  await writeFile(path.join(root, 'bash'), '#!/bin/sh\necho TRAPPED\n', { mode: 0o755 });
  assert.notEqual(await findShell('bash', { PATH: `${root}:.` }, 'linux'), path.join(root, 'bash'));
});
