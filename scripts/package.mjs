// Makes dist/assent.vsix: builds, then packs what .vscodeignore leaves. Does nothing when no input has changed.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './bundle.mjs';
import { install } from './install.mjs';
import { run } from './processes.mjs';

export const vsix = path.join(root, 'dist/assent.vsix');
const stamp = path.join(root, 'out/package.json');
const INPUTS = [
  ...['src', 'webview', 'media', 'l10n', '.vscodeignore'],
  ...['build', 'notices', 'package', 'vendorFiles'].map((name) => `scripts/${name}.mjs`),
  ...['package.json', 'package-lock.json', 'README.md', 'CHANGELOG.md', 'LICENSE', 'tsconfig.json'],
];

/** Resolves to whether a new package was made. */
export async function makePackage() {
  const hash = await hashOfInputs();
  if (existsSync(vsix) && existsSync(path.join(root, 'dist/extension.js')) && (await lastHash()) === hash) return false;
  const { build } = await import('./build.mjs');
  await build();
  const vsce = path.join(root, 'node_modules/@vscode/vsce/vsce');
  const args = ['package', '--no-dependencies', '--allow-missing-repository', '--out', vsix];
  const { code, output } = await run(process.execPath, [vsce, ...args], { quiet: true, cwd: root });
  if (code !== 0) throw new Error(`The extension could not be packaged:\n${output.trim()}`);
  await mkdir(path.dirname(stamp), { recursive: true });
  await writeFile(stamp, JSON.stringify({ hash }));
  return true;
}

async function lastHash() {
  return existsSync(stamp) ? JSON.parse(await readFile(stamp, 'utf8')).hash : undefined;
}

async function hashOfInputs() {
  const names = (await readdir(root)).filter((name) => /^package\.nls.*\.json$/.test(name));
  const hash = createHash('sha256');
  for (const input of [...INPUTS, ...names.sort()]) {
    for (const file of await filesOf(path.join(root, input))) {
      hash
        .update(`${path.relative(root, file)}\0`)
        .update(await readFile(file))
        .update('\0');
    }
  }
  return hash.digest('hex');
}

async function filesOf(place) {
  if (!existsSync(place)) return [];
  if ((await stat(place)).isFile()) return [place];
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await install();
    const fresh = await makePackage();
    const { size } = await stat(vsix);
    console.log(`${path.relative(root, vsix)}: ${(size / 1024).toFixed(0)} kB${fresh ? '' : ', unchanged'}`);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
