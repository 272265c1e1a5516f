// npm run bench: figures as JSON lines, each beside its floor of the same run. Arguments choose by the beginning of the name.
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { load, root } from './bundle.mjs';
import { hasCodeServer, install } from './install.mjs';
import { makePackage } from './package.mjs';
import { endAll } from './processes.mjs';

const FOLDER = 'test/bench';
/** What needs no window comes first. */
const PLAIN = ['size', 'firstRequest', 'decide', 'turns', 'meter', 'journal'];

async function main(names) {
  const all = await benches();
  // A figure is called as the file that measures it, and may go on behind a dot.
  const chosen = names.length === 0 ? all : all.filter((name) => names.some((one) => one.split('.')[0] === name));
  if (chosen.length === 0) throw new Error(`There is no figure ${names.join(', ')}. There are: ${all.join(', ')}`);
  const inWindow = chosen.filter((name) => !PLAIN.includes(name));
  if (inWindow.length > 0 && !hasCodeServer)
    throw new Error(`These figures need code-server, which runs on Linux x64 only: ${inWindow.join(', ')}`);
  // Only JSON lines go to the output.
  const said = console.log;
  console.log = console.error;
  await install({ vscode: inWindow.length > 0, git: true, browser: inWindow.length > 0 });
  await makePackage();
  console.log = said;
  const { printFigure } = await load(`${FOLDER}/kit/figure.ts`);
  const wanted = (figure) =>
    names.length === 0 || names.some((name) => figure.name === name || figure.name.startsWith(`${name}.`));
  for (const name of chosen) {
    const { bench } = await load(`${FOLDER}/${name}.ts`);
    await bench((figure) => wanted(figure) && printFigure(figure));
  }
}

async function benches() {
  const files = await readdir(path.join(root, FOLDER));
  const names = files.filter((file) => file.endsWith('.ts')).map((file) => path.basename(file, '.ts'));
  return [...PLAIN, ...names.filter((name) => !PLAIN.includes(name)).sort()];
}

// Each part that is loaded cleans up behind itself when this process ends.
process.setMaxListeners(0);
try {
  await main(process.argv.slice(2));
  await endAll();
} catch (error) {
  console.error(error.stack ?? error.message);
  await endAll();
  process.exitCode = 1;
}
