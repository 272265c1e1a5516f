// Folders of installed extensions, made once for each package and shared by all runs.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { isolatedEnvironment } from './environment.ts';
import { CODE_SERVER, NODE, ROOT } from './root.ts';

/** The folder in which the package is installed. Rejects with the server's words when the package is refused. */
export async function installedExtensions(vsix: string): Promise<string> {
  const hash = createHash('sha256')
    .update(await readFile(vsix))
    .digest('hex')
    .slice(0, 16);
  const cache = path.join(ROOT, 'out/extensions');
  const folder = path.join(cache, hash);
  if (await exists(folder)) return folder;
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(path.join(cache, 'installing-'));
  await installExtension(vsix, path.join(work, 'extensions'), path.join(work, 'user'));
  // Two runs may do this at once: the second finds the folder taken and uses it.
  await rename(path.join(work, 'extensions'), folder).catch(async (error: unknown) => {
    if (!(await exists(folder))) throw error;
  });
  await rm(work, { recursive: true, force: true });
  await removeOld(cache);
  return folder;
}

/** Folders of earlier packages; a VS Code that still runs with one is not that old. */
async function removeOld(cache: string): Promise<void> {
  const week = 7 * 24 * 3_600_000;
  for (const name of await readdir(cache)) {
    const { mtimeMs } = await stat(path.join(cache, name));
    if (Date.now() - mtimeMs > week) await rm(path.join(cache, name), { recursive: true, force: true });
  }
}

/** Installs a package into a folder of extensions, over an earlier version. */
export async function installExtension(vsix: string, extensions: string, userData: string): Promise<void> {
  const target = ['--user-data-dir', userData, '--extensions-dir', extensions];
  const config = ['--config', path.join(userData, 'code-server.yaml')];
  await mkdir(userData, { recursive: true });
  const { stdout, stderr } = await promisify(execFile)(
    NODE,
    [CODE_SERVER, ...config, ...target, '--install-extension', vsix, '--force'],
    { env: isolatedEnvironment(userData) },
  );
  if (!/successfully installed/.test(stdout)) throw new Error(`VS Code refused ${vsix}:\n${stdout}${stderr}`);
}

/** Makes a package of an extension's folder. */
export async function packExtension(source: string, vsix: string): Promise<string> {
  const vsce = path.join(ROOT, 'node_modules/@vscode/vsce/vsce');
  const args = ['package', '--no-dependencies', '--allow-missing-repository', '--skip-license', '--out', vsix];
  await promisify(execFile)(process.execPath, [vsce, ...args], { cwd: source });
  return vsix;
}

/** Puts what ours takes from others into a folder of extensions that has no list of them yet. */
export async function addChatModels(extensions: string): Promise<void> {
  const source = path.join(ROOT, 'test/support/chatModels');
  await cp(source, path.join(extensions, 'a-test.chat-models-0.0.1'), { recursive: true });
}

/** Makes `folder` a copy with one more; what is shared stays as it is. Without a list VS Code looks at what is there. */
export async function withChatModels(installed: string, folder: string): Promise<string> {
  await cp(installed, folder, { recursive: true, filter: (file) => path.basename(file) !== 'extensions.json' });
  await addChatModels(folder);
  return folder;
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
