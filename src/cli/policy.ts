// `assent policy`: what a team does with its rules.
import type { ShellReader } from '../permissions/shell/script.ts';
import { sayInEnglish } from '../util/phrases.ts';
import { policyLint } from './policyLint.ts';
import { policyTest } from './policyTest.ts';
import { asLine } from './printed.ts';

export const POLICY_HELP = `Usage: assent policy lint [options] [DIR]
       assent policy test [options] FILE

lint   tells of rules that can never match, that other rules make pointless, and that say too much.
       Prints file:line:column: level code message. Looks at the settings files of DIR (default: here), those of your
       account and of the organisation; with --settings at these files alone.
test   compares expected decisions with those of the engine. FILE holds cases as a JSON list or one a line:
       {"name"?,"tool","input","mode"?,"trusted"?,"cwd"?,"expect":"allow"|"ask"|"deny","rule"?}

Options:
  --settings FILE   a settings file to look at; may be given several times
  --managed FILE    a file that counts as the organisation's
  --home DIR        the home folder
  --root DIR        test: the start folder (default: here)
  --strict          lint: warnings count as errors
  --json            print one JSON object a line
  --help            this text

Exit status: 0 when all is well; 1 for findings of the level error, or for decisions that are not as expected;
2 when a file cannot be read or the command is not understood.
`;

/** Resolves to the exit status. */
export async function policy(
  [command, ...rest]: string[],
  output: NodeJS.WritableStream,
  errors: NodeJS.WritableStream,
  shell: () => Promise<ShellReader>,
): Promise<number> {
  if (
    command === undefined ||
    ['--help', '-h', 'help'].includes(command) ||
    rest.some((arg) => /^(--help|-h)$/.test(arg))
  ) {
    output.write(POLICY_HELP);
    return command === undefined ? 2 : 0;
  }
  const commands: Record<string, typeof policyLint> = { lint: policyLint, test: policyTest };
  const run = Object.hasOwn(commands, command) ? commands[command] : undefined;
  const unread = run === undefined ? undefined : await whyUnread(shell);
  if (unread !== undefined) {
    errors.write(asLine(`assent: ${unread}`));
    return 2;
  }
  const problem = run === undefined ? `Unknown command policy ${command}.` : await run(rest, output, shell);
  if (typeof problem === 'number') return problem;
  errors.write(`${asLine(`assent: ${problem}`)}Try: assent policy --help\n`);
  return 2;
}

/** Without its parsers every command would seem to ask, and every rule for one to be useless. */
async function whyUnread(shell: () => Promise<ShellReader>): Promise<string | undefined> {
  const reading = (await shell()).read('true');
  return 'notUnderstood' in reading ? sayInEnglish(reading.notUnderstood) : undefined;
}
