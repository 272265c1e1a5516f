// One running command: its processes, its output in bounded memory, its end.
import { type ChildProcess, spawn } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';
import { sayInEnglish } from '../util/phrases.ts';
import { endTree, groupAlive } from '../util/processTree.ts';
import { errorCode, readableError } from '../util/readableError.ts';
import { HeadTail } from './headTail.ts';

export type ShellStart = {
  shell: string;
  /** Given to the shell as they are: the text that was approved is the text that runs. */
  args: readonly string[];
  cwd: string;
  env: Record<string, string>;
  platform: NodeJS.Platform;
  /** Most characters of output that are kept. */
  limit: number;
  onText?: (text: string) => void;
};
export type ShellEnd = { exitCode: number; signal: NodeJS.Signals | undefined };

/** How long output may be silent after the shell has ended before it counts as complete. */
const QUIET_MS = 40;
const QUIET_MOST_MS = 400;
/** A killed process that waits for a device ends when the device lets it; nobody should wait with it. */
const STUCK_MS = 2000;
/** 128 and the number of the signal, as shells report it. */
const SIGNALS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGPIPE: 13,
  SIGTERM: 15,
};

export class ShellRun {
  readonly stdout: HeadTail;
  readonly stderr: HeadTail;
  /** Both, in the order they came, since `unread` was cleared last. */
  readonly unread: HeadTail;
  bytes = 0;
  end: ShellEnd | undefined;
  /** Fulfilled when the shell itself has ended and its output was read; children that keep the output open do not delay it. */
  readonly ended: Promise<ShellEnd>;
  readonly #child: ChildProcess;
  readonly #platform: NodeJS.Platform;

  private constructor(child: ChildProcess, start: ShellStart) {
    this.#child = child;
    this.#platform = start.platform;
    this.stdout = new HeadTail(start.limit);
    this.stderr = new HeadTail(start.limit);
    this.unread = new HeadTail(start.limit);
    this.#collect(child.stdout, this.stdout, start.onText);
    this.#collect(child.stderr, this.stderr, start.onText);
    this.ended = this.#waitForEnd();
  }

  /** Rejects when the shell cannot be started. */
  static start(start: ShellStart): Promise<ShellRun> {
    const { shell, args, cwd, env, platform } = start;
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) => reject(startFault(shell, error));
      try {
        const child = spawn(shell, args, {
          cwd,
          env,
          // A session of its own: no terminal to wait at, and one group to end.
          detached: platform !== 'win32',
          stdio: ['ignore', 'pipe', 'pipe'],
          windowsHide: true,
        });
        child.once('error', fail);
        const run = new ShellRun(child, start);
        child.once('spawn', () => resolve(run));
      } catch (error) {
        fail(error);
      }
    });
  }

  /** Whether the shell or a process of its group still runs. */
  get alive(): boolean {
    if (this.#child.pid === undefined) return false;
    return this.end === undefined || groupAlive(this.#child.pid, this.#platform);
  }

  /** Ends the shell and all it started; resolves when they are gone, or when the system does not let them go. */
  async kill(): Promise<void> {
    if (this.#child.pid === undefined) return;
    await endTree(this.#child.pid, this.#platform);
    this.release();
    let timer: NodeJS.Timeout | undefined;
    const stuck = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, STUCK_MS);
    });
    await Promise.race([this.ended, stuck]);
    clearTimeout(timer);
  }

  /** Stops reading what is left of the output. */
  release(): void {
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
  }

  #collect(stream: NodeJS.ReadableStream | null, into: HeadTail, onText: ((text: string) => void) | undefined): void {
    const decoder = new StringDecoder('utf8');
    const add = (text: string) => {
      if (text === '') return;
      into.append(text);
      this.unread.append(text);
      onText?.(text);
    };
    stream?.on('data', (chunk: Buffer) => {
      this.bytes += chunk.length;
      add(decoder.write(chunk));
    });
    stream?.on('end', () => add(decoder.end()));
    // A pipe that breaks is the end of the output, and the exit status tells the rest.
    stream?.on('error', () => {});
  }

  #waitForEnd(): Promise<ShellEnd> {
    const child = this.#child;
    return new Promise((resolve) => {
      const finish = (end: ShellEnd) => {
        this.end = end;
        resolve(end);
      };
      child.once('exit', (code, signal) => {
        const end = { exitCode: code ?? 128 + (SIGNALS[signal ?? ''] ?? 0), signal: signal ?? undefined };
        let closed = false;
        child.once('close', () => {
          closed = true;
          finish(end);
        });
        // A child in the background may hold the pipes open for ever.
        let bytes = -1;
        let waited = 0;
        const look = () => {
          if (closed) return;
          waited += QUIET_MS;
          if (bytes === this.bytes || waited > QUIET_MOST_MS) return finish(end);
          bytes = this.bytes;
          setTimeout(look, QUIET_MS);
        };
        setTimeout(look, QUIET_MS);
      });
    });
  }
}

function startFault(shell: string, error: unknown): Error {
  const reason =
    errorCode(error) === 'E2BIG'
      ? 'the command is longer than the system allows; write a script file and run that'
      : readableError(error);
  return new Error(sayInEnglish({ code: 'tools.shellFailed', args: { file: shell, reason } }));
}
