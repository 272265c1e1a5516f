// Runs test files on Node's own test runner, bundled by esbuild, and counts.
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { bundle, root } from './bundle.mjs';
import { run } from './processes.mjs';

/**
 * Runs the files `*.test.ts` below `folder`, and the modules `asTheyAre` without bundling them, as far as their path
 * contains one of `filters` (all, without filters).
 * Resolves to `{ passed, failed, skipped }`. No file, no test, or a runner that breaks counts as a failure.
 */
export async function nodeTests(folder, filters = [], { minutesAFile = 5, flags = [], asTheyAre = [] } = {}) {
  const files = await testFiles(folder, filters);
  const modules = asTheyAre.filter((file) => matches(file, filters));
  if (files.length + modules.length === 0) {
    console.error(`No test file below ${folder} matches ${filters.join(' ') || '*.test.ts'}`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  // One folder a process: helpers and watchers may run at the same time.
  const outdir = path.join(root, 'out', path.basename(folder), String(process.pid));
  const result = path.join(outdir, 'counts.json');
  await mkdir(outdir, { recursive: true });
  try {
    const built = files.length === 0 ? [] : await bundle(files, outdir, { outbase: folder });
    // A test that hangs fails, and the others still run.
    const timeout = `--test-timeout=${minutesAFile * 60_000}`;
    const reporters = ['spec', 'stdout', path.join(root, 'scripts/countReporter.mjs'), result];
    const { code } = await run(
      process.execPath,
      ['--enable-source-maps', '--test', timeout, ...flags, ...reporters.map(reporterFlag), ...built, ...modules],
      { cwd: root, group: true, env: { ...process.env, ASSENT_ROOT: root } },
    );
    const counts = JSON.parse(
      (await readFile(result, 'utf8').catch(() => '')) || '{"passed":0,"failed":1,"skipped":0}',
    );
    if (code !== 0 && counts.failed === 0) counts.failed = 1;
    if (counts.passed + counts.failed === 0) {
      console.error(`No test ran in ${files.length + modules.length} files of ${folder}`);
      counts.failed = 1;
    }
    return counts;
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
}

function reporterFlag(value, index) {
  return `--test-reporter${index % 2 === 0 ? '' : '-destination'}=${value}`;
}

/** Paths relative to the root, in order. */
export async function testFiles(folder, filters = []) {
  const entries = await readdir(path.join(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.test\.tsx?$/.test(entry.name))
    .map((entry) => path.relative(root, path.join(entry.parentPath ?? entry.path, entry.name)))
    .filter((file) => matches(file, filters))
    .sort();
}

function matches(file, filters) {
  return filters.length === 0 || filters.some((part) => file.includes(part));
}
