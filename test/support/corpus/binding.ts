// Whether a yes to one call covers another: by the gate that asks and the second look before a call runs.
import { gate, permit, type Ready } from '../../../src/agent/gate.ts';
import type { LoopParts } from '../../../src/agent/loopParts.ts';
import { confirm, whyNoMore } from '../../../src/agent/recheck.ts';
import type { Rule } from '../../../src/contracts/permission.ts';
import type { AnyTool } from '../../../src/contracts/tool.ts';
import { describeCall } from '../../../src/permissions/describeCall.ts';
import { createJudge } from '../../../src/permissions/judge.ts';
import { shellReader } from '../shellReader.ts';
import type { Row, Verdict } from './row.ts';

type Call = { tool: string; input: Record<string, unknown>; cwd: string };

export async function binding({ action, context }: Row): Promise<Verdict> {
  const rules = rulesOf(action['approved'], context.cwd);
  const toRun = callOf(action['toRun'], context.cwd);
  const names = [action['approved'], action['toRun']].map((call) => callOf(call, context.cwd).tool);
  let asked = 0;
  const parts = (cwd: string): LoopParts =>
    ({
      tools: () => names.map((name) => toolNamed(name, context)),
      judge: createJudge(() => ({
        rules,
        root: context.cwd,
        home: context.home,
        platform: context.platform,
        additionalDirectories: [],
        trusted: true,
        degraded: false,
        disableBypass: true,
        shell: shellReader,
      })),
      mode: () => 'default',
      state: { cwd, created: new Set<string>() },
      newId: () => 'question',
      ask: async () => {
        asked += 1;
        return { type: 'allow' };
      },
    }) as unknown as LoopParts;
  const { signal } = new AbortController();

  const approved = rules.length > 0 ? toRun : callOf(action['approved'], context.cwd);
  const own = async () => {
    asked = 0;
    const ready = await readied(parts(toRun.cwd), toRun);
    if (ready === undefined) return 'deny';
    await ended(permit(parts(toRun.cwd), ready, signal, false));
    return asked > 0 ? 'ask' : 'allow';
  };
  if (rules.length > 0) return own();
  const ready = await readied(parts(approved.cwd), approved);
  if (ready === undefined) return 'deny';
  await ended(permit(parts(approved.cwd), ready, signal, true));
  // Whoever wants something else to run would change what was approved.
  const shown = JSON.stringify(ready.input);
  tamper(ready.input, toRun.input);
  const same = JSON.stringify(toRun.input) === shown && toRun.cwd === approved.cwd && toRun.tool === approved.tool;
  if (JSON.stringify(ready.input) !== shown) return 'allow';
  if (same) return (await whyNoMore(parts(toRun.cwd), ready)) === undefined ? 'allow' : 'ask';

  asked = 0;
  const changed: Ready = { ...ready, tool: toolNamed(toRun.tool, context), input: toRun.input };
  await ended(confirm(parts(toRun.cwd), changed, signal));
  if (asked > 0) return (await whyNoMore(parts(toRun.cwd), changed)) === undefined ? 'allow' : 'ask';
  // Something else is touched, and nobody was asked.
  if (touchedBy(approved, context) !== touchedBy(toRun, context))
    return (await whyNoMore(parts(toRun.cwd), changed)) === undefined ? 'allow' : 'deny';
  // It touches the same, so it is a call of its own.
  return own();
}

/** A yes that was remembered is a rule. */
function rulesOf(approved: unknown, anchor: string): Rule[] {
  const { rule, rules } = (approved ?? {}) as { rule?: unknown; rules?: unknown };
  const texts = Array.isArray(rules) ? rules : rule === undefined ? [] : [rule];
  return texts.map((text): Rule => ({ behavior: 'allow', text: String(text), scope: 'session', anchor }));
}

function callOf(value: unknown, root: string): Call {
  if (typeof value !== 'object' || value === null) throw new Error('not mapped: no call');
  const { tool, cwd, scope, ...rest } = value as Record<string, unknown>;
  const name = typeof tool === 'string' ? tool : 'command' in rest ? 'Bash' : 'url' in rest ? 'WebFetch' : 'Read';
  const input = 'path' in rest ? { ...rest, file_path: rest['path'], notebook_path: rest['path'] } : rest;
  return { tool: name, input, cwd: typeof cwd === 'string' ? cwd : root };
}

/** What a call names, without what it would put there. */
function touchedBy({ tool, input, cwd }: Call, { home, platform }: Row['context']): string {
  const actions = describeCall(tool, input, { cwd, home, platform });
  return JSON.stringify(actions.map((action) => ({ ...action, input: undefined })));
}

function toolNamed(name: string, { home, platform }: Row['context']): AnyTool {
  return {
    name,
    description: name,
    kind: 'effect',
    input: { json: {}, parse: (value: unknown) => structuredClone(value) },
    actions: (input: unknown, cwd: string) => describeCall(name, input, { cwd, home, platform }),
    subject: (input: unknown) => JSON.stringify(input),
    run: async () => ({ content: [], isError: false }),
  };
}

async function readied(parts: LoopParts, { tool, input }: Call): Promise<Ready | undefined> {
  const gated = await ended(gate(parts, { type: 'toolUse', id: 'call', name: tool, input } as never));
  return 'ready' in gated ? gated.ready : undefined;
}

async function ended<T>(steps: AsyncGenerator<unknown, T>): Promise<T> {
  for (;;) {
    const step = await steps.next();
    if (step.done) return step.value;
  }
}

function tamper(approved: unknown, wanted: Record<string, unknown>): void {
  try {
    Object.assign(approved as object, wanted);
  } catch {
    // Frozen, as it should be.
  }
}
