// `assent decide`: a call a line in, a decision a line out.
import { createInterface } from 'node:readline';
import * as z from 'zod/mini';
import { type Decision, MODES, type Mode, type Rule } from '../contracts/permission.ts';
import { decide } from '../permissions/decide.ts';
import { describeCall } from '../permissions/describeCall.ts';
import { lookUpFacts } from '../permissions/facts.ts';
import { sayInEnglish } from '../util/phrases.ts';
import { readableError } from '../util/readableError.ts';

const Rules = z.object({
  allow: z.optional(z.array(z.string())),
  ask: z.optional(z.array(z.string())),
  deny: z.optional(z.array(z.string())),
});
/** A call as a line names it; `assent policy test` reads the same. */
export const Line = z.object({
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

/** What holds for every line. */
export type DecideOptions = {
  mode: Mode;
  trusted: boolean;
  home: string;
  managed: Rule[];
  settings: Rule[];
  managedOnly: boolean;
  disableBypass: boolean;
  degraded: boolean;
};

/** Resolves to the exit status: 2 when a line was not valid. */
export async function decideLines(
  options: DecideOptions,
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

async function answerLine(text: string, options: DecideOptions): Promise<Answer> {
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

/** Rejects when the input lacks what the tool needs. */
export async function decideLine(line: z.infer<typeof Line>, options: DecideOptions): Promise<Decision> {
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
