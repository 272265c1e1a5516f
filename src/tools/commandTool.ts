// What the tools for commands share: one runs a command in a shell, to its end or in the background.
import { realpath, stat } from 'node:fs/promises';
import * as z from 'zod/mini';
import type { Tool, ToolContext, ToolOutput } from '../contracts/tool.ts';
import { sayInEnglish } from '../util/phrases.ts';
import { isInside } from '../util/resolvePath.ts';
import { keepRunning } from './backgroundRun.ts';
import { commandText } from './commandText.ts';
import { type CwdProbe, createCwdProbe } from './cwdProbe.ts';
import { findShell, type ShellKind } from './findShell.ts';
import { liveOutput } from './liveOutput.ts';
import type { ToolOptions } from './options.ts';
import { textOutput } from './output.ts';
import { startRecorded } from './recorded.ts';
import { count, flag, text, toSchema } from './schema.ts';
import { type BashLimits, bashLimits, shellEnvironment } from './shellEnvironment.ts';
import { shellInvocation } from './shellInvocation.ts';
import { type ShellEnd, ShellRun } from './shellRun.ts';

const commandInput = (shell: ShellKind) =>
  z.strictObject({
    command: z.string().check((context) => {
      const fault = commandFault(context.value, shell);
      if (fault !== undefined) context.issues.push({ code: 'custom', input: context.value, message: fault });
    }),
    description: z.optional(text('What it does, in five to ten words. Always for a command of several parts')),
    timeout: count('Milliseconds; two minutes if left out, ten at most', 1),
    run_in_background: flag('Return at once; read the output with BashOutput'),
  });
export type CommandInput = z.infer<ReturnType<typeof commandInput>>;

/** A variable of the environment holds no more on Windows. */
const LONGEST_VARIABLE = 32_000;

/** Bytes that cannot reach a process as they stand here would run something other than what was approved. */
function commandFault(command: string, shell: ShellKind): string | undefined {
  if (command.trim() === '') return 'expected a command, got an empty text';
  if (command.includes('\0')) return 'a command cannot contain a NUL character';
  if (/\p{Cs}/u.test(command)) return 'half of a surrogate pair cannot be passed to a shell';
  return shell === 'powershell' && command.length > LONGEST_VARIABLE
    ? `a command can have ${LONGEST_VARIABLE} characters at most here; write a script file and run that`
    : undefined;
}

export type CommandLanguage = { name: string; shell: ShellKind; description: string };

export function createCommandTool(language: CommandLanguage, options: ToolOptions): Tool<CommandInput> {
  const { name, shell, description } = language;
  return {
    name,
    description,
    kind: 'effect',
    input: toSchema(commandInput(shell)),
    actions: (input, cwd) => [{ kind: 'run', command: input.command, cwd }],
    subject: (input) => input.command,
    describe: (input) => input.description,

    async run(input, context) {
      await requireCwd(context);
      const { platform } = options;
      const program = { kind: shell, file: await findShell(shell, context.env, platform), platform };
      const limits = bashLimits(context.env);
      return input.run_in_background
        ? runInBackground(program, input, context, limits)
        : runToEnd(program, input, context, limits);
    },
  };
}

/** The shell as it was found. */
type Program = { kind: ShellKind; file: string; platform: NodeJS.Platform };

/** The folder was part of what was approved: when it is gone, the command does not run somewhere else instead. */
async function requireCwd(context: ToolContext): Promise<void> {
  const folder = context.state.cwd;
  const facts = await stat(folder).catch(() => undefined);
  if (facts?.isDirectory()) return;
  context.state.cwd = context.root;
  throw new Error(
    sayInEnglish({
      code: folder === context.root ? 'tools.folderGone' : 'tools.cwdGone',
      args: { folder, root: context.root },
    }),
  );
}

async function runInBackground(
  program: Program,
  input: CommandInput,
  context: ToolContext,
  limits: BashLimits,
): Promise<ToolOutput> {
  const start = () => ShellRun.start({ ...startOf(program, input.command, context), limit: limits.maxOutput });
  const { run, end } = await startRecorded(context, start);
  void run.ended.then(() => end('running'));
  const { id } = keepRunning(context.state, run, input.command, limits.maxOutput, Date.now());
  return textOutput(`Started in the background as ${id}. Read its output with BashOutput, end it with KillShell.`, {
    type: 'command',
    stdout: '',
    stderr: '',
    exitCode: undefined,
    interrupted: false,
    truncated: false,
    backgroundId: id,
  });
}

type Stop = 'timeout' | 'cancelled';

/** What both ways of running share: the approved text, where it runs, and what it is given. */
function startOf({ kind, file, platform }: Program, command: string, context: ToolContext, probe?: CwdProbe) {
  const { args, env } = shellInvocation(kind, command);
  return {
    shell: file,
    args,
    cwd: context.state.cwd,
    env: { ...shellEnvironment(context.env, platform, kind), ...env, ...probe?.env },
    platform,
  };
}

async function runToEnd(
  program: Program,
  input: CommandInput,
  context: ToolContext,
  limits: BashLimits,
): Promise<ToolOutput> {
  const timeoutMs = Math.min(input.timeout ?? limits.defaultTimeoutMs, limits.maxTimeoutMs);
  const probe = await createCwdProbe(program.kind, program.platform);
  const live = liveOutput(context.progress, limits.maxOutput);
  try {
    context.signal.throwIfAborted();
    const startedAtMs = Date.now();
    const start = () =>
      ShellRun.start({
        ...startOf(program, input.command, context, probe),
        limit: limits.maxOutput,
        onText: live.add,
      });
    const { run, end: endRecord } = await startRecorded(context, start);
    const { end, stop } = await endOrStop(run, timeoutMs, context.signal);
    await endRecord();
    live.end();
    const notes = [
      sayStop(end, stop, timeoutMs, limits),
      stop ? undefined : await carryCwd(context, await probe?.read()),
    ];
    let backgroundId: string | undefined;
    if (run.alive) {
      backgroundId = keepRunning(context.state, run, input.command, limits.maxOutput, startedAtMs).id;
      run.unread.clear();
      notes.push(`[Processes it started still run, as ${backgroundId}: BashOutput reads on, KillShell ends them.]`);
    } else run.release();
    const { stdout, stderr, truncated } = commandText(run, limits.maxOutput);
    const output = [stdout, stderr && stdout ? `[stderr]\n${stderr}` : stderr]
      .filter(Boolean)
      .map((part) => part.replace(/\n$/, ''));
    const said = [...(output.length > 0 ? output : ['[no output]']), ...notes].filter(Boolean).join('\n');
    return {
      content: [{ type: 'text', text: said }],
      isError: stop !== undefined || end.exitCode !== 0,
      detail: {
        type: 'command',
        stdout,
        stderr,
        exitCode: end.exitCode,
        interrupted: stop !== undefined,
        truncated,
        ...(backgroundId && { backgroundId }),
      },
    };
  } finally {
    live.end();
    await probe?.dispose();
  }
}

/** Waits for the end; at the time limit or at cancel it ends the command and all it started. */
async function endOrStop(
  run: ShellRun,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<{ end: ShellEnd; stop: Stop | undefined }> {
  let stop: Stop | undefined;
  let killed: (end: ShellEnd) => void = () => {};
  const killing = new Promise<ShellEnd>((resolve) => {
    killed = resolve;
  });
  const halt = (why: Stop) => {
    if (stop !== undefined) return;
    stop = why;
    void run.kill().then(() => killed(run.end ?? { exitCode: 137, signal: 'SIGKILL' }));
  };
  const onAbort = () => halt('cancelled');
  const timer = setTimeout(() => halt('timeout'), timeoutMs);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  await Promise.race([run.ended, killing]);
  clearTimeout(timer);
  signal.removeEventListener('abort', onAbort);
  // Once it is being ended, it is over when all of it is gone.
  return { end: stop === undefined ? await run.ended : await killing, stop };
}

function sayStop(end: ShellEnd, stop: Stop | undefined, timeoutMs: number, limits: BashLimits): string | undefined {
  if (stop === 'cancelled') return '[Stopped by the user.]';
  if (stop === 'timeout') {
    return `[Stopped after ${timeoutMs / 1000} seconds, the time limit. Give a longer timeout (up to ${limits.maxTimeoutMs} ms), or run it in the background.]`;
  }
  if (end.signal) return `[Ended by signal ${end.signal}, exit code ${end.exitCode}.]`;
  return end.exitCode === 0 ? undefined : `[Exit code ${end.exitCode}]`;
}

/** Takes the folder over for the next command if it lies in the working folders; says so when it changes. */
async function carryCwd(context: ToolContext, reported: string | undefined): Promise<string | undefined> {
  if (reported === undefined) return undefined;
  const { state, root } = context;
  const real = await realpath(reported).catch(() => undefined);
  if (real === undefined) {
    state.cwd = root;
    return `[The command ended in a folder that does not exist any more; the current folder is ${root} again.]`;
  }
  if (real === (await realpath(state.cwd).catch(() => undefined))) return undefined;
  if (context.env['CLAUDE_BASH_MAINTAIN_PROJECT_WORKING_DIR'] === '1') {
    state.cwd = root;
    return `[The current folder stays ${root}.]`;
  }
  const folders = await Promise.all(
    [root, ...context.workingDirectories].map((folder) => realpath(folder).catch(() => folder)),
  );
  if (!folders.some((folder) => isInside(real, folder))) {
    state.cwd = root;
    return `[The command ended in ${real}, outside the working folders; the current folder is ${root} again.]`;
  }
  state.cwd = real;
  return `[The current folder is now ${real}.]`;
}
