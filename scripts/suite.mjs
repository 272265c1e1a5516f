// Runs test/suite inside an extension host: that of code-server, or of a desktop VS Code.
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { bundle, load, root } from './bundle.mjs';
import { testFiles } from './nodeTests.mjs';

/** In the real extension host of code-server. Resolves to `{ passed, failed, skipped }`. */
export async function codeServerSuite(filters) {
  return withSuite(filters, async (suite) => {
    const { runInCodeServer } = await load('test/support/vscode/runInCodeServer.ts');
    return runInCodeServer(suite);
  });
}

/** In the desktop VS Code that VSCODE_EXECUTABLE_PATH names, or a downloaded one. */
export async function electronSuite(filters) {
  return withSuite(filters, async (suite) => {
    const { runInElectron } = await load('test/support/vscode/runInElectron.ts');
    return runInElectron(suite);
  });
}

async function withSuite(filters, runIt) {
  const files = await testFiles('test/suite', filters);
  if (files.length === 0) {
    console.error(`No test file below test/suite matches ${filters.join(' ') || '*.test.ts'}`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  // Below the root, so that the extension host finds mocha.
  const outdir = path.join(root, 'out/suite', String(process.pid));
  try {
    const options = { outbase: 'test/suite', format: 'cjs', external: ['vscode'] };
    const [index, ...built] = await bundle(['test/suite/index.ts', ...files], outdir, options);
    return await runIt({ index, files: built });
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
}
