// npm start where code-server does not run (macOS, Windows): opens Assent in the VS Code that is installed.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { onEnd, run } from './processes.mjs';
import { onPath } from './systemPackages.mjs';

/** Uses a profile of its own, so the person's extensions and settings are left alone. Resolves when the window closes. */
export async function startDesktop({ workspace, trust, env, userData }, vsix) {
  if (!onPath('code')) {
    throw new Error(
      'Please install VS Code and its "code" command first: https://code.visualstudio.com/docs/setup/setup-overview',
    );
  }
  const profile = ['--user-data-dir', userData, '--extensions-dir', path.join(userData, 'extensions')];
  const installing = await run('code', [...profile, '--install-extension', vsix, '--force'], { quiet: true });
  if (installing.code !== 0) throw new Error(`VS Code refused the extension:\n${installing.output}`);
  onEnd(() => endWindow(userData));
  console.log(`Assent is ready: VS Code opens ${workspace}`);
  console.log('Open the Assent view with its icon in the bar on the left. Ctrl+C ends everything.');
  const trusted = trust === 'granted' ? ['--disable-workspace-trust'] : [];
  const window = await run('code', [...profile, ...trusted, '--new-window', '--wait', workspace], {
    env: { ...process.env, ...env },
  });
  if (window.code !== 0) throw new Error(`VS Code ended with exit code ${window.code}`);
}

/** VS Code writes the id of its main process into its profile. */
function endWindow(userData) {
  const lock = path.join(userData, 'code.lock');
  const id = existsSync(lock) ? Number.parseInt(readFileSync(lock, 'utf8'), 10) : Number.NaN;
  if (Number.isNaN(id)) return;
  try {
    process.kill(id, 'SIGTERM');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
