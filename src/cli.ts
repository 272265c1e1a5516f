// The command line: decisions by the same functions as in the editor, and a look at servers, for scripts and tests. No VS Code.
import { homedir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { builtShell } from './cli/builtShell.ts';
import { decideLines } from './cli/decideLines.ts';
import { MCP_HELP, mcpProbe } from './cli/mcpProbe.ts';
import { POLICY_HELP, policy } from './cli/policy.ts';
import { asLine } from './cli/printed.ts';
import { MODES } from './contracts/permission.ts';
import type { ShellReader } from './permissions/shell/script.ts';
import { readRuleFiles } from './policy/ruleFiles.ts';
import { readableError } from './util/readableError.ts';

const HELP = `Usage: assent decide [options] < calls.jsonl > decisions.jsonl

Reads one call a line and prints one decision a line, in the same order.
  in   {"id","tool","input","cwd"?,"rules"?:{"allow"?,"ask"?,"deny"?},"mode"?,"context"?:{"home"?,"platform"?,"symlinks"?}}
  out  {"id","decision":"allow"|"ask"|"deny","reason","because","record"}, or {"id"?,"error"}

Options:
  --mode MODE       ${MODES.join(', ')}
  --untrusted       the workspace is not trusted
  --settings FILE   rules of a settings file; may be given several times. The rules of a line stand in their place
  --managed FILE    rules of the organisation; they hold for every line
  --home DIR        the home folder
  --help            this text

Exit status: 0 when every line was decided, 2 otherwise.
`;

/** Resolves to the exit status. */
export async function main(
  args: string[],
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  errors: NodeJS.WritableStream,
  shell: () => Promise<ShellReader>,
): Promise<number> {
  const [command, ...rest] = args;
  if (command === undefined || ['--help', '-h', 'help'].includes(command)) {
    output.write(`${HELP}\n${POLICY_HELP}\n${MCP_HELP}`);
    return command === undefined ? 2 : 0;
  }
  if (command === 'mcp') return mcpProbe(rest, { input, output, errors });
  if (command === 'policy') return policy(rest, output, errors, shell);
  if (command !== 'decide') return refuse(errors, `Unknown command ${command}.`);
  let parsed: ReturnType<typeof parseOptions>;
  try {
    parsed = parseOptions(rest);
  } catch (error) {
    return refuse(errors, readableError(error));
  }
  if (parsed.help) {
    output.write(HELP);
    return 0;
  }
  const mode = MODES.find((known) => known === (parsed.mode ?? 'default'));
  if (mode === undefined) return refuse(errors, `Unknown mode ${parsed.mode}. Choose one of ${MODES.join(', ')}.`);
  const home = path.resolve(parsed.home ?? homedir());
  const files = await readRuleFiles(parsed.settings ?? [], parsed.managed, home);
  if ('problem' in files) return refuse(errors, files.problem);
  for (const problem of files.problems) errors.write(asLine(problem));
  return decideLines({ ...files, mode, trusted: parsed.untrusted !== true, home, shell }, input, output);
}

function parseOptions(args: string[]): {
  help?: boolean;
  mode?: string;
  untrusted?: boolean;
  settings?: string[];
  managed?: string;
  home?: string;
} {
  const options = {
    help: { type: 'boolean', short: 'h' },
    mode: { type: 'string' },
    untrusted: { type: 'boolean' },
    settings: { type: 'string', multiple: true },
    managed: { type: 'string' },
    home: { type: 'string' },
  } as const;
  return parseArgs({ args, options, strict: true, allowPositionals: false }).values;
}

function refuse(errors: NodeJS.WritableStream, message: string): number {
  errors.write(`${asLine(`assent: ${message}`)}Try: assent --help\n`);
  return 2;
}

// In the bundle this file is the program; in tests `main` is called.
if (typeof require !== 'undefined' && typeof module !== 'undefined' && require.main === module) {
  const { argv, stdin, stdout, stderr } = process;
  void main(argv.slice(2), stdin, stdout, stderr, builtShell(stderr)).then((status) => {
    process.exitCode = status;
  });
}
