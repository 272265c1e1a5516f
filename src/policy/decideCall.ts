// Decides a call that is named as text, by the same functions as in the editor.
import * as z from 'zod/mini';
import { type Decision, MODES, type Mode, type Rule } from '../contracts/permission.ts';
import { decide } from '../permissions/decide.ts';
import { describeCall } from '../permissions/describeCall.ts';
import { lookUpFacts } from '../permissions/facts.ts';
import { pathsOf } from '../permissions/paths/places.ts';
import type { ShellReader } from '../permissions/shell/script.ts';
import { hintsOf } from '../util/toolHints.ts';

const Rules = z.object({
  allow: z.optional(z.array(z.string())),
  ask: z.optional(z.array(z.string())),
  deny: z.optional(z.array(z.string())),
});
/** A call as text names it. What is not there comes from the options. */
export const Call = z.object({
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
      /** What the server says of its tool. */
      toolAnnotations: z.optional(
        z.object({ destructiveHint: z.optional(z.boolean()), openWorldHint: z.optional(z.boolean()) }),
      ),
    }),
  ),
});

/** What holds for every call. */
export type CallOptions = {
  /** The start folder; a call's own `cwd` is below it. Default: where the call starts. */
  root?: string;
  workingDirectories?: string[];
  mode: Mode;
  trusted: boolean;
  home: string;
  managed: Rule[];
  settings: Rule[];
  managedOnly: boolean;
  disableBypass: boolean;
  degraded: boolean;
  shell(): Promise<ShellReader>;
};

/** Rejects when the input lacks what the tool needs. */
export async function decideCall(call: z.infer<typeof Call>, options: CallOptions): Promise<Decision> {
  const platform = call.context?.platform ?? process.platform;
  const start = options.root ?? process.cwd();
  const cwd = call.cwd === undefined ? start : pathsOf(platform).resolve(start, call.cwd);
  const home = call.context?.home ?? options.home;
  const wanted = call.mode ?? options.mode;
  const mode = wanted === 'bypassPermissions' && options.disableBypass ? 'default' : wanted;
  const { symlinks } = call.context ?? {};
  const facts = await lookUpFacts({
    tool: call.tool,
    input: call.input,
    actions: describeCall(call.tool, call.input, { cwd, home, platform }, hintsOf(call.context?.toolAnnotations)),
    cwd,
    root: options.root ?? cwd,
    workingDirectories: options.workingDirectories ?? [],
    home,
    platform,
    trusted: options.trusted,
    degraded: options.degraded,
    shell: await options.shell(),
    ...(symlinks === undefined ? {} : { symlinks }),
  });
  const own = call.rules === undefined ? options.settings : rulesOfCall(call.rules, cwd);
  const counting = own.filter((rule) => !options.managedOnly || rule.behavior !== 'allow');
  return decide(facts, [...options.managed, ...counting], mode);
}

function rulesOfCall(rules: z.infer<typeof Rules>, anchor: string): Rule[] {
  return (['deny', 'ask', 'allow'] as const).flatMap((behavior) =>
    (rules[behavior] ?? []).map((text): Rule => ({ behavior, text, scope: 'session', anchor })),
  );
}
