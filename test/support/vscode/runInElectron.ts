// Runs test/suite in a desktop VS Code: the one VSCODE_EXECUTABLE_PATH names, or a downloaded one.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isolatedEnvironment } from './environment.ts';
import { ROOT } from './root.ts';
import { TEST_SETTINGS } from './settings.ts';
import { writeSettings } from './startVsCode.ts';
import { type Counts, prepareSuite, type Suite, settled } from './suiteRun.ts';

export async function runInElectron(suite: Suite): Promise<Counts> {
  const { runTests } = await import('@vscode/test-electron');
  const run = await prepareSuite(suite);
  const userData = await mkdtemp(path.join(tmpdir(), 'assent-electron-'));
  try {
    await writeSettings(userData, TEST_SETTINGS);
    const executable = process.env['VSCODE_EXECUTABLE_PATH'];
    const environment = Object.entries({ ...isolatedEnvironment(path.join(userData, 'home')), ...run.env });
    const said = await runTests({
      ...(executable === undefined ? {} : { vscodeExecutablePath: executable }),
      extensionDevelopmentPath: ROOT,
      extensionTestsPath: suite.index,
      extensionTestsEnv: Object.fromEntries(environment),
      launchArgs: [
        run.workspace,
        '--disable-workspace-trust',
        '--enable-proposed-api=a-test.chat-models',
        `--extensions-dir=${run.extensions}`,
        `--user-data-dir=${userData}`,
      ],
    }).then(
      (code) => `exit code ${code}`,
      (error: Error) => error.message,
    );
    return settled(await run.counts(), said);
  } finally {
    await run.end();
    await rm(userData, { recursive: true, force: true });
  }
}
