// Runs the unit tests: bundles each test file with esbuild and hands them to Node's own test runner.
// Arguments are parts of paths: only test files that contain one of them run.
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** Bundles the tests that match and runs them; resolves to the exit code. */
export async function runUnit(filters = [], { reporter = 'spec', destination = 'stdout' } = {}) {
  const esbuild = await import('esbuild');
  const files = await testFiles(path.join(root, 'test/unit'), filters);
  if (files.length === 0) {
    console.error(`No unit test file matches ${filters.join(' ')}`);
    return 1;
  }
  // One folder a process: helpers and watchers may run at the same time.
  const outdir = path.join(root, 'out/unit', String(process.pid));
  await esbuild.build({
    entryPoints: files,
    outdir,
    outbase: path.join(root, 'test/unit'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    sourcemap: 'inline',
    outExtension: { '.js': '.mjs' },
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'warning',
  });
  const built = files.map((f) =>
    path.join(outdir, path.relative(path.join(root, 'test/unit'), f).replace(/\.tsx?$/, '.mjs')),
  );
  const code = await new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      [
        '--enable-source-maps',
        '--test',
        `--test-reporter=${reporter}`,
        `--test-reporter-destination=${destination}`,
        ...built,
      ],
      { cwd: root, stdio: 'inherit', env: { ...process.env, ASSENT_ROOT: root } },
    );
    child.on('exit', (exit) => resolve(exit ?? 1));
  });
  await rm(outdir, { recursive: true, force: true });
  return code;
}

async function testFiles(dir, filters) {
  const { readdir } = await import('node:fs/promises');
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((e) => e.isFile() && /\.test\.tsx?$/.test(e.name))
    .map((e) => path.join(e.parentPath ?? e.path, e.name))
    .filter((f) => filters.length === 0 || filters.some((part) => path.relative(root, f).includes(part)))
    .sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await runUnit(process.argv.slice(2));
