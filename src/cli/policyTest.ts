// `assent policy test`: expected decisions of a team against those of the engine.
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { ShellReader } from '../permissions/shell/script.ts';
import type { CallOptions } from '../policy/decideCall.ts';
import { type Expectation, readExpectations, tryExpectation } from '../policy/expectations.ts';
import { explain } from '../policy/explain.ts';
import { readRuleFiles } from '../policy/ruleFiles.ts';
import { loadSettings } from '../settings/load.ts';
import { sayInEnglish } from '../util/phrases.ts';
import { readableError } from '../util/readableError.ts';
import { asJsonLine, asLine } from './printed.ts';

type OptionsFor = (trusted: boolean) => Promise<CallOptions | { problem: string }>;

/** Resolves to the exit status, or to what hinders. */
export async function policyTest(
  args: string[],
  output: NodeJS.WritableStream,
  shell: () => Promise<ShellReader>,
): Promise<number | string> {
  try {
    const { values, positionals } = parse(args);
    const [file] = positionals;
    if (file === undefined || positionals.length > 1) return 'Name one file with cases.';
    const cases = readExpectations(await readFile(file, 'utf8'));
    if (cases.length === 0) return `${file} holds no case.`;
    const optionsFor = once(rulesFor(values, shell));
    let failed = 0;
    let broken = 0;
    for (const [index, one] of cases.entries()) {
      if ('problem' in one) {
        broken += 1;
        output.write(
          values.json ? asJsonLine({ at: one.at, error: one.problem }) : asLine(`${file}, ${one.at}: ${one.problem}`),
        );
        continue;
      }
      const { expectation, at } = one;
      const options = await optionsFor(expectation.trusted ?? true);
      if ('problem' in options) return options.problem;
      const tried = await tryExpectation(expectation, options);
      if ('problem' in tried) broken += 1;
      else if (!tried.met) failed += 1;
      const name = expectation.name ?? `case ${index + 1}`;
      if (values.json) output.write(asJsonLine(asJson(at, name, expectation, tried)));
      else if (!tried.met)
        output.write([`✖ ${name} (${file}, ${at})`, ...why(expectation, tried)].map(asLine).join('    '));
    }
    if (!values.json) output.write(`${cases.length - failed - broken} of ${cases.length} decisions are as expected\n`);
    return broken > 0 ? 2 : failed > 0 ? 1 : 0;
  } catch (error) {
    return readableError(error);
  }
}

function parse(args: string[]) {
  const options = {
    settings: { type: 'string', multiple: true },
    managed: { type: 'string' },
    home: { type: 'string' },
    root: { type: 'string' },
    json: { type: 'boolean' },
  } as const;
  return parseArgs({ args, options, strict: true, allowPositionals: true });
}

/** The rules of the files that were named, otherwise of all that a conversation in the root would read. */
function rulesFor(values: ReturnType<typeof parse>['values'], shell: () => Promise<ShellReader>): OptionsFor {
  const root = path.resolve(values.root ?? '.');
  const home = path.resolve(values.home ?? homedir());
  return async (trusted) => {
    const base = { root, home, mode: 'default' as const, trusted, shell };
    if (values.settings !== undefined || values.managed !== undefined) {
      const files = await readRuleFiles(values.settings ?? [], values.managed, home);
      if ('problem' in files || files.problems.length === 0) return 'problem' in files ? files : { ...files, ...base };
      return { problem: files.problems.join('\n') };
    }
    const env = values.home === undefined ? process.env : {};
    const settings = await loadSettings({ root, home, trusted, env });
    const [fault] = settings.problems;
    if (fault !== undefined) return { problem: sayInEnglish(fault.because) };
    const { rules, additionalDirectories, disableBypass, degraded } = settings;
    return {
      ...base,
      managed: [],
      settings: rules,
      workingDirectories: additionalDirectories,
      managedOnly: false,
      disableBypass,
      degraded,
    };
  };
}

/** A file is read once, not for each case. */
function once(optionsFor: OptionsFor): OptionsFor {
  const known = new Map<boolean, ReturnType<OptionsFor>>();
  return (trusted) => {
    const options = known.get(trusted) ?? optionsFor(trusted);
    known.set(trusted, options);
    return options;
  };
}

type Tried = Awaited<ReturnType<typeof tryExpectation>>;

function why({ expect, rule }: Expectation, tried: Tried): string[] {
  const expected = `expected: ${expect}${rule === undefined ? '' : ` by the rule ${rule}`}`;
  return [expected, ...('problem' in tried ? [tried.problem] : explain(tried.decision))];
}

function asJson(at: string, name: string, { expect }: Expectation, tried: Tried): object {
  if ('problem' in tried) return { at, name, expect, error: tried.problem };
  const { kind, because, record } = tried.decision;
  return { at, name, expect, met: tried.met, decision: kind, reason: sayInEnglish(because), record };
}
