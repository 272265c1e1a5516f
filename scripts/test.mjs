// npm test: types, lint, unit tests, the suite in a real VS Code, and journeys in a browser; or the parts it is given.
// Usage: test.mjs [unit|suite|e2e|electron] [part of a path…]
import { hasCodeServer, install } from './install.mjs';
import { elapsed, endAll, npm } from './processes.mjs';

const PARTS = {
  types: () => command('types'),
  lint: () => command('lint'),
  // Two at a time: many of them wait for processes.
  unit: async (filters) =>
    (await import('./nodeTests.mjs')).nodeTests('test/unit', filters, {
      minutesAFile: 5,
      flags: ['--test-concurrency=2'],
    }),
  suite: async (filters) => (await import('./suite.mjs')).codeServerSuite(filters),
  // Two at a time, each with a VS Code and a browser: most of the time they wait.
  e2e: async (filters) =>
    (await import('./nodeTests.mjs')).nodeTests('test/e2e', filters, {
      minutesAFile: 10,
      flags: ['--test-concurrency=2'],
      // They need nothing of their own of their VS Code, so they use one.
      together: [
        ['approve', 'ask', 'cancel', 'composer', 'deny'],
        ['notify', 'permissions', 'planning', 'remember', 'tabs', 'panel'],
        ['edit', 'hunks', 'pending', 'rewind'],
      ],
      // The page in the same browser, without VS Code.
      asTheyAre: [
        'test/support/page/page.check.mjs',
        'test/support/page/permissions.check.mjs',
        'test/support/page/rewind.check.mjs',
        'test/support/page/usage.check.mjs',
        'test/support/page/mcp.check.mjs',
        'test/support/page/mcpForm.check.mjs',
        'test/support/page/elicit.check.mjs',
        'test/support/page/status.check.mjs',
        'test/support/page/why.check.mjs',
      ],
    }),
  electron: async (filters) => (await import('./suite.mjs')).electronSuite(filters),
};
const ALL = hasCodeServer ? ['types', 'lint', 'unit', 'suite', 'e2e'] : ['types', 'lint', 'unit', 'electron'];

async function main([part, ...filters]) {
  if (part !== undefined && !(part in PARTS))
    throw new Error(`There is no part "${part}": ${Object.keys(PARTS).join(', ')}`);
  const parts = part === undefined ? ALL : [part];
  if (!hasCodeServer && parts.some((name) => name === 'suite' || name === 'e2e')) {
    throw new Error('code-server runs on Linux x64 only. Here the suite runs with: npm run test:electron');
  }
  if (!hasCodeServer && part === undefined)
    console.log('The journeys in a browser run on Linux x64 only: left out here.');
  const inVsCode = parts.includes('suite') || parts.includes('e2e');
  // The conformance suite, one of the unit tests, runs on the Node that comes with code-server.
  await install({
    vscode: inVsCode || parts.includes('unit'),
    git: true,
    proxy: parts.includes('unit'),
    browser: inVsCode,
  });
  const total = { passed: 0, failed: 0 };
  const lines = [];
  let packaged = false;
  for (const name of parts) {
    console.log(`\n— ${name} —`);
    const startedAt = Date.now();
    const counts = await count(async () => {
      if (!packaged && ['suite', 'e2e', 'electron'].includes(name)) {
        packaged = true;
        await (await import('./package.mjs')).makePackage();
      }
      return PARTS[name](filters);
    });
    total.passed += counts.passed;
    total.failed += counts.failed;
    const skipped = counts.skipped ? `, ${counts.skipped} skipped` : '';
    lines.push(`${name.padEnd(9)}${counts.passed} passed, ${counts.failed} failed${skipped} (${elapsed(startedAt)})`);
  }
  console.log(`\n${lines.join('\n')}\n`);
  return total;
}

async function count(action) {
  try {
    return await action();
  } catch (error) {
    console.error(error.stack);
    return { passed: 0, failed: 1 };
  }
}

async function command(script) {
  const { code } = await npm(['run', '--silent', script]);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

try {
  const { passed, failed } = await main(process.argv.slice(2));
  await endAll();
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
} catch (error) {
  console.error(error.message);
  await endAll();
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
}
