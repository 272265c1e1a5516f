// The command line: decisions by the same functions as in the editor, for scripts and tests. No VS Code, no network.
import { homedir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import * as z from 'zod/mini';
import { type Decision, MODES, type Mode, type Rule } from './contracts/permission.ts';
import { decide } from './permissions/decide.ts';
import { describeCall } from './permissions/describeCall.ts';
import { lookUpFacts } from './permissions/facts.ts';
import { readSettingsFile, type SettingsFile } from './settings/readFile.ts';
import { sayInEnglish } from './util/phrases.ts';
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

const Rules = z.object({
  allow: z.optional(z.array(z.string())),
  ask: z.optional(z.array(z.string())),
  deny: z.optional(z.array(z.string())),
});
const Line = z.object({
  id: z.union([z.string(), z.number()]),
  tool: z.string(),
  input: z.unknown(),
  cwd: z.optional(z.string()),
  rules: z.optional(Rules),
  mode: z.optional(z.enum(MODES)),
  context: z.optional(
    z.object({
      home: z.optional(z.string()),
      platform: z.optional(z.enum(['aix', 'android', 'darwin', 'freebsd', 'linux', 'openbsd', 'sunos', 'win32'])),
      symlinks: z.optional(z.record(z.string(), z.string())),
    }),
  ),
});

type Options = {
  mode: Mode;
  trusted: boolean;
  home: string;
  managed: Rule[];
  settings: Rule[];
  managedOnly: boolean;
  disableBypass: boolean;
  degraded: boolean;
};

/** Resolves to the exit status. */
export async function main(
  args: string[],
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  errors: NodeJS.WritableStream,
): Promise<number> {
  const [command, ...rest] = args;
  if (command === undefined || ['--help', '-h', 'help'].includes(command)) {
    output.write(HELP);
    return command === undefined ? 2 : 0;
  }
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
  const options = await readOptions(parsed, mode);
  if ('problem' in options) return refuse(errors, options.problem);
  for (const problem of options.problems) errors.write(`${problem}\n`);
  return decideLines(options, input, output);
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
  errors.write(`assent: ${message}\nTry: assent --help\n`);
  return 2;
}

async function readOptions(
  parsed: ReturnType<typeof parseOptions>,
  mode: Mode,
): Promise<(Options & { problems: string[] }) | { problem: string }> {
  const read = (file: string, scope: 'session' | 'managed') => {
    const full = path.resolve(file);
    return readSettingsFile({ scope, file: full, anchor: scope === 'managed' ? '/' : path.dirname(full) });
  };
  const settings = await Promise.all((parsed.settings ?? []).map((file) => read(file, 'session')));
  const managed = await Promise.all(
    (parsed.managed === undefined ? [] : [parsed.managed]).map((file) => read(file, 'managed')),
  );
  const missing = [...settings, ...managed].find((file) => !file.exists);
  if (missing !== undefined) return { problem: `The file ${missing.source.file} does not exist.` };
  const unreadable = managed.find((file) => file.fault === 'syntax' || file.fault === 'unreadable');
  if (unreadable?.problems[0] !== undefined) return { problem: sayInEnglish(unreadable.problems[0].because) };
  const managedOnly = managed.some((file) => file.values.allowManagedPermissionRulesOnly === true);
  return {
    mode,
    trusted: parsed.untrusted !== true,
    home: path.resolve(parsed.home ?? homedir()),
    managed: managed.flatMap((file) => file.rules),
    settings: settings.flatMap((file) => file.rules),
    managedOnly,
    disableBypass: [...settings, ...managed].some(disablesBypass),
    degraded: settings.some((file) => file.fault !== undefined),
    problems: [...settings, ...managed].flatMap((file) =>
      file.problems.map((problem) => sayInEnglish(problem.because)),
    ),
  };
}

function disablesBypass(file: SettingsFile): boolean {
  return file.permissions.disableBypassPermissionsMode === 'disable';
}

async function decideLines(
  options: Options,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<number> {
  let status = 0;
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (text.trim() === '') continue;
    const answer = await answerLine(text, options);
    if ('error' in answer) status = 2;
    // A reader that is slower than we are must not fill the memory.
    if (!output.write(`${JSON.stringify(answer)}\n`)) await new Promise((resolve) => output.once('drain', resolve));
  }
  return status;
}

type Answer =
  | ({ id: string | number; decision: Decision['kind']; reason: string } & Pick<
      Decision,
      'because' | 'record' | 'offers'
    >)
  | { id?: string | number; error: string };

async function answerLine(text: string, options: Options): Promise<Answer> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { error: `Not JSON: ${readableError(error)}` };
  }
  const named = z.object({ id: z.union([z.string(), z.number()]) }).safeParse(value);
  const id = named.success ? { id: named.data.id } : {};
  const line = Line.safeParse(value);
  if (!line.success) return { ...id, error: z.prettifyError(line.error) };
  try {
    const { kind, because, record, offers } = await decideLine(line.data, options);
    return {
      id: line.data.id,
      decision: kind,
      reason: sayInEnglish(because),
      because,
      record,
      ...(offers === undefined ? {} : { offers }),
    };
  } catch (error) {
    return { ...id, error: readableError(error) };
  }
}

async function decideLine(line: z.infer<typeof Line>, options: Options): Promise<Decision> {
  const platform = line.context?.platform ?? process.platform;
  const cwd = line.cwd ?? process.cwd();
  const home = line.context?.home ?? options.home;
  const wanted = line.mode ?? options.mode;
  const mode = wanted === 'bypassPermissions' && options.disableBypass ? 'default' : wanted;
  const { symlinks } = line.context ?? {};
  const facts = await lookUpFacts({
    tool: line.tool,
    input: line.input,
    actions: describeCall(line.tool, line.input, { cwd, home, platform }),
    cwd,
    root: cwd,
    workingDirectories: [],
    home,
    platform,
    trusted: options.trusted,
    degraded: options.degraded,
    ...(symlinks === undefined ? {} : { symlinks }),
  });
  const own = line.rules === undefined ? options.settings : rulesOfLine(line.rules, cwd);
  const counting = own.filter((rule) => !options.managedOnly || rule.behavior !== 'allow');
  return decide(facts, [...options.managed, ...counting], mode);
}

function rulesOfLine(rules: z.infer<typeof Rules>, anchor: string): Rule[] {
  return (['deny', 'ask', 'allow'] as const).flatMap((behavior) =>
    (rules[behavior] ?? []).map((text): Rule => ({ behavior, text, scope: 'session', anchor })),
  );
}

// In the bundle this file is the program; in tests `main` is called.
if (typeof require !== 'undefined' && typeof module !== 'undefined' && require.main === module) {
  void main(process.argv.slice(2), process.stdin, process.stdout, process.stderr).then((status) => {
    process.exitCode = status;
  });
}
