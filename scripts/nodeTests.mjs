// Runs test files on Node's own test runner, bundled by esbuild, and counts.
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { bundle, bundleText, root } from './bundle.mjs';
import { run } from './processes.mjs';

/**
 * Runs the files `*.test.ts` below `folder`, and the modules `asTheyAre` without bundling them, as far as their path
 * contains one of `filters` (all, without filters). Files whose names stand in one list of `together` share a process.
 * Resolves to `{ passed, failed, skipped }`. No file, no test, or a runner that breaks counts as a failure.
 */
export async function nodeTests(
  folder,
  filters = [],
  { minutesAFile = 5, flags = [], asTheyAre = [], together = [] } = {},
) {
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
    const { alone, groups } = grouped(files, together);
    const built = [
      ...(await Promise.all(
        groups.map((group, index) => bundleGroup(group, path.join(outdir, `together-${index + 1}.cjs`))),
      )),
      ...(alone.length === 0 ? [] : await bundle(alone, outdir, { outbase: folder })),
    ];
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

function grouped(files, together) {
  const nameOf = (file) => path.basename(file, '.test.ts');
  const groups = together
    .map((names) => files.filter((file) => names.includes(nameOf(file))))
    .filter(({ length }) => length > 1);
  return { groups, alone: files.filter((file) => !groups.some((group) => group.includes(file))) };
}

/** One module in which each file is a suite of its own: its hooks run around its tests, and no other's. */
async function bundleGroup(files, outfile) {
  const suites = files.map(
    (file) =>
      `describe(${JSON.stringify(path.basename(file, '.test.ts'))}, () => { require(${JSON.stringify(path.join(root, file))}); });`,
  );
  const shared = path.join(root, 'test/support/vscode/sharedJourney.ts');
  await bundleText(
    [
      `const { after, describe } = require('node:test');`,
      `process.env.ASSENT_TOGETHER = '1';`,
      `after(() => require(${JSON.stringify(shared)}).endShared());`,
      ...suites,
    ].join('\n'),
    outfile,
  );
  return outfile;
}
