// Runs the suite with mocha inside an extension host. The runner names files and outputs in the environment.
import { appendFileSync, writeFileSync } from 'node:fs';
import type { Runner, Test } from 'mocha';

/** VS Code calls this. Rejects when a test failed; the counts are in the result file either way. */
export async function run(): Promise<void> {
  const { default: Mocha } = await import('mocha');
  // Base prints nothing by itself; `report` below does.
  const mocha = new Mocha({ ui: 'tdd', timeout: 30_000, color: false, reporter: Mocha.reporters.Base });
  for (const file of JSON.parse(required('ASSENT_SUITE_FILES')) as string[]) {
    // What mocha's own loader does. That one imports, and `vscode` is there for a require only.
    mocha.suite.emit('pre-require', globalThis, file, mocha);
    mocha.suite.emit('require', require(file), file, mocha);
    mocha.suite.emit('post-require', globalThis, file, mocha);
  }
  const counts = await new Promise<{ passed: number; failed: number; skipped: number }>((resolve) => {
    const runner = mocha.run();
    const seen = report(runner);
    runner.once('end', () => resolve(seen));
  });
  // Written here and nowhere else: an extension host that dies looks like success from outside.
  writeFileSync(required('ASSENT_SUITE_RESULT'), JSON.stringify(counts));
  if (counts.failed > 0) throw new Error(`${counts.failed} tests failed`);
}

function report(runner: Runner): { passed: number; failed: number; skipped: number } {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const output = required('ASSENT_SUITE_OUTPUT');
  const say = (text: string) => appendFileSync(output, `${text}\n`);
  runner.on('pass', (test: Test) => {
    counts.passed += 1;
    say(`✔ ${test.fullTitle()} (${test.duration ?? 0} ms)`);
  });
  runner.on('pending', (test: Test) => {
    counts.skipped += 1;
    say(`- ${test.fullTitle()} (skipped)`);
  });
  runner.on('fail', (test: Test, error: Error) => {
    counts.failed += 1;
    say(`✖ ${test.fullTitle()}\n${(error.stack ?? String(error)).replace(/^/gm, '    ')}`);
  });
  return counts;
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run the suite with npm run test:suite`);
  return value;
}
