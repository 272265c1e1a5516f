// npm run fuzz [-- shell|files] [--seed N] [--minutes M] [--scripts N]: made-up scripts, run by bash as far as the engine allows them.
// npm run fuzz -- edits [--seed N] [--minutes M] [--steps N]: a person, other programs and the agent at work on the same files.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { load, root } from './bundle.mjs';
import { install } from './install.mjs';

/** Beside the checkout, where there are any: commands to change at random. */
const EXAMPLES = path.join(root, '../shared/corpus/shell-permissions.jsonl');

/** What scripts start: markers, or programs that really read and write files. */
const PROGRAMS = { shell: ['markers', 'builtins'], files: ['real'] };

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: 'string' },
      minutes: { type: 'string' },
      scripts: { type: 'string' },
      steps: { type: 'string' },
    },
  });
  const unknown = positionals.filter((name) => name !== 'edits' && !(name in PROGRAMS));
  if (unknown.length > 0)
    throw new Error(`There is no fuzz ${unknown.join(', ')}. There are: ${Object.keys(PROGRAMS).join(', ')}, edits`);
  if (positionals.includes('edits') && positionals.length > 1) throw new Error('The fuzz of edits runs alone');
  const number = (name, otherwise) => {
    const value = values[name] === undefined ? otherwise : Number(values[name]);
    if (value !== undefined && !(value > 0)) throw new Error(`--${name} takes a number above 0`);
    return value;
  };
  await install();
  const seed = number('seed', 1 + (Date.now() % 1_000_000));
  console.log(`seed ${seed}`);
  if (positionals.includes('edits')) {
    const steps = number('steps');
    const minutes = number('minutes', steps === undefined ? 5 : undefined);
    await edits(seed, steps, minutes);
    return;
  }
  const { fuzzShell, summary } = await load('test/fuzz/shell.ts');
  const { shellReader } = await load('test/support/shellReader.ts');
  const scripts = number('scripts');
  const tally = await fuzzShell({
    shell: await shellReader(),
    seed,
    ...(scripts === undefined ? {} : { scripts }),
    minutes: number('minutes', scripts === undefined ? 5 : undefined),
    examples: await examples(),
    ...(positionals.length === 0 ? {} : { programs: positionals.flatMap((name) => PROGRAMS[name]) }),
    tell: (line) => console.log(line),
  });
  console.log(summary(tally));
  if (tally.findings.length > 0 || (positionals.length === 0 && tally.allowed <= tally.scripts / 5))
    process.exitCode = 1;
}

async function edits(seed, steps, minutes) {
  const { editsSummary, fuzzEdits } = await load('test/fuzz/edits.ts');
  const end = minutes === undefined ? 0 : Date.now() + minutes * 60_000;
  let from = seed;
  do {
    const tally = await fuzzEdits({ seed: from, steps: steps ?? 5_000 });
    console.log(`${editsSummary(tally)} (from world ${from})`);
    from += 1_000_000;
  } while (Date.now() < end);
}

async function examples() {
  if (!existsSync(EXAMPLES)) return [];
  const lines = (await readFile(EXAMPLES, 'utf8')).split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line).command);
}

try {
  await main();
} catch (error) {
  console.error(error.stack ?? error.message);
  process.exitCode = 1;
}
