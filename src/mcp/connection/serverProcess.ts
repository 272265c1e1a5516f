// The program of a server: started as the leader of a group of its own, ended with everything it started.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { endTree } from '../../util/processTree.ts';
import { readableError } from '../../util/readableError.ts';
import { DEFAULT_LIMITS, UNREAD } from './limits.ts';
import type { ProcessGuard } from './processGuard.ts';
import { killMarked, MARK } from './processMark.ts';
import { programCommand } from './programCommand.ts';
import type { StderrTail } from './stderrTail.ts';
import { createThrottle, type Throttle } from './throttle.ts';

/** A program that reads its input ends with it; the others are told. */
const PATIENCE_MS = 500;

export type ProgramStart = {
  command: string;
  args: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  guard: ProcessGuard;
  stderr: StderrTail;
  log(text: string): void;
};
/** `code` is null when a signal ended it. */
export type ProgramEnd = { code: number | null; signal: NodeJS.Signals | null };

export type ServerProgram = {
  pid: number | undefined;
  stdout: AsyncIterable<Uint8Array>;
  /** Rejects when the program reads no more. */
  write(text: string): Promise<void>;
  /** Fulfilled when the program has ended; what it left running is ended then, too. */
  ended: Promise<ProgramEnd>;
  /** Closes its input, and then ends the tree. Resolves when nothing is left. */
  end(): Promise<void>;
};

/** Rejects with the system's error when the program cannot be started. */
export async function startProgram({
  command,
  args,
  cwd,
  env,
  guard,
  stderr,
  log,
}: ProgramStart): Promise<ServerProgram> {
  const mark = randomUUID();
  // Told beforehand: there is no moment in which a program runs that the guard does not know of.
  guard.watch(mark);
  let child: ChildProcessWithoutNullStreams;
  try {
    child = await started(command, args, cwd, { ...env, [MARK]: mark });
  } catch (error) {
    guard.forget(mark);
    throw error;
  }
  const { pid } = child;
  if (pid !== undefined) guard.watch(mark, pid);
  listen(
    child.stderr,
    stderr,
    createThrottle(DEFAULT_LIMITS, () => performance.now()),
  );
  // A pipe that breaks is the end of the program, which is told apart.
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => {});
  let sweeping: Promise<void> | undefined;
  const sweep = () => {
    sweeping ??= (async () => {
      if (pid !== undefined) await endTree(pid, process.platform);
      await killMarked(mark);
      guard.forget(mark);
    })().catch((error) => log(`What ${command} left running could not be ended: ${readableError(error)}`));
    return sweeping;
  };
  const exited = new Promise<ProgramEnd>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const ended = exited.then(async (end) => {
    await sweep();
    return end;
  });
  return {
    pid,
    stdout: child.stdout,
    write: (text) =>
      new Promise((resolve, reject) => {
        if (child.stdin.writableLength > UNREAD) throw new Error('the program does not read what it is sent');
        child.stdin.write(text, (error) => (error ? reject(error) : resolve()));
      }),
    ended,
    async end() {
      child.stdin.end();
      await Promise.race([exited, pause(PATIENCE_MS)]);
      await sweep();
      child.stdin.destroy();
      child.stdout.destroy();
      child.stderr.destroy();
    },
  };
}

function started(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Record<string, string | undefined>,
): Promise<ChildProcessWithoutNullStreams> {
  return new Promise((resolve, reject) => {
    const program = programCommand(command, args, cwd, env);
    const child = spawn(program.file, program.args, {
      cwd,
      windowsVerbatimArguments: program.verbatim,
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    child.once('error', reject);
    child.once('spawn', () => resolve(child));
  });
}

/** What says more than is read has to wait. */
function listen(stream: Readable, tail: StderrTail, throttle: Throttle): void {
  stream.on('data', (bytes: Buffer) => {
    tail.add(bytes);
    const ms = throttle(bytes.length);
    if (ms === undefined) return;
    stream.pause();
    setTimeout(() => stream.resume(), ms).unref();
  });
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
