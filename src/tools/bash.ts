// Bash: runs a command in a shell, to its end or in the background.
import { realpath, stat } from 'node:fs/promises';
import * as z from 'zod/mini';
import type { Tool, ToolContext, ToolOutput } from '../contracts/tool.ts';
import { sayInEnglish } from '../util/phrases.ts';
import { isInside } from '../util/resolvePath.ts';
import { keepRunning } from './backgroundRun.ts';
import { commandText } from './commandText.ts';
import { createCwdProbe } from './cwdProbe.ts';
import { findShell } from './findShell.ts';
import { liveOutput } from './liveOutput.ts';
import type { ToolOptions } from './options.ts';
import { textOutput } from './output.ts';
import { count, flag, text, toSchema } from './schema.ts';
import { type BashLimits, bashLimits, shellEnvironment } from './shellEnvironment.ts';
import { type ShellEnd, ShellRun } from './shellRun.ts';

const INPUT = z.strictObject({
  command: z.string().check((context) => {
    const fault = commandFault(context.value);
    if (fault !== undefined) context.issues.push({ code: 'custom', input: context.value, message: fault });
  }),
  description: z.optional(text('What it does, in five to ten words. Always for a command of several parts')),
  timeout: count('Milliseconds; two minutes if left out, ten at most', 1),
  run_in_background: flag('Return at once; read the output with BashOutput'),
});
type Input = z.infer<typeof INPUT>;

/** Bytes that cannot reach a process as they stand here would run something other than what was approved. */
function commandFault(command: string): string | undefined {
  if (command.trim() === '') return 'expected a command, got an empty text';
  if (command.includes('\0')) return 'a command cannot contain a NUL character';
  return /\p{Cs}/u.test(command) ? 'half of a surrogate pair cannot be passed to a shell' : undefined;
}

export function createBash(options: ToolOptions): Tool<Input> {
  return {
    name: 'Bash',
    description:
      'Runs a command with bash, without a terminal and without input. The current folder carries over to the next command while it stays in the working folders; variables do not. Long output loses its middle. For files prefer Read, Edit, Glob and Grep; use run_in_background for servers and watchers.',
    kind: 'effect',
    input: toSchema(INPUT),
    actions: (input, cwd) => [{ kind: 'run', command: input.command, cwd }],
    subject: (input) => input.command,
    describe: (input) => input.description,

    async run(input, context) {
      await requireCwd(context);
      const shell = await findShell(context.env, options.platform);
      const limits = bashLimits(context.env);
      if (input.run_in_background) return runInBackground(shell, input, context, options.platform, limits);
      return runToEnd(shell, input, context, options.platform, limits);
    },
  };
}

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
  shell: string,
  input: Input,
  context: ToolContext,
  platform: NodeJS.Platform,
  limits: BashLimits,
): Promise<ToolOutput> {
  const env = shellEnvironment(context.env, platform);
  const run = await ShellRun.start({
    shell,
    command: input.command,
    cwd: context.state.cwd,
    env,
    platform,
    limit: limits.maxOutput,
  });
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

async function runToEnd(
  shell: string,
  input: Input,
  context: ToolContext,
  platform: NodeJS.Platform,
  limits: BashLimits,
): Promise<ToolOutput> {
  const timeoutMs = Math.min(input.timeout ?? limits.defaultTimeoutMs, limits.maxTimeoutMs);
  const probe = await createCwdProbe(platform);
  const live = liveOutput(context.progress, limits.maxOutput);
  try {
    context.signal.throwIfAborted();
    const startedAtMs = Date.now();
    const run = await ShellRun.start({
      shell,
      command: input.command,
      cwd: context.state.cwd,
      env: { ...shellEnvironment(context.env, platform), ...probe?.env },
      platform,
      limit: limits.maxOutput,
      onText: live.add,
    });
    const { end, stop } = await endOrStop(run, timeoutMs, context.signal);
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
