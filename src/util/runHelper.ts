// Runs a team's helper command and gives back what it said.
import { spawn } from 'node:child_process';
import path from 'node:path';
import type { Helper, RunHelper } from '../contracts/helper.ts';
import { endTree } from './processTree.ts';
import { systemRoot } from './systemRoot.ts';

/** Characters of each output; what comes after them is read and thrown away, so that the helper does not wait. */
const MOST = 1_000_000;
/** What left the group, and holds an output open, is waited for so long once the helper itself has ended. */
const DRAIN_MS = 500;

export const runHelper: RunHelper = (helper, signal) =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const { platform } = process;
    const [shell, args] = shellFor(helper, platform);
    const child = spawn(shell, args, {
      env: helper.env,
      ...(helper.cwd === undefined ? {} : { cwd: helper.cwd }),
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that whatever it starts can be ended with it.
      detached: platform !== 'win32',
      windowsHide: true,
      windowsVerbatimArguments: platform === 'win32',
    });
    const out = { stdout: '', stderr: '' };
    let timedOut = false;
    let drain: NodeJS.Timeout | undefined;
    let ending: Promise<void> | undefined;
    const end = () => {
      if (child.pid !== undefined) ending ??= endTree(child.pid, platform);
    };
    const timer = setTimeout(
      () => {
        timedOut = true;
        end();
      },
      Math.min(helper.timeoutMs, 2 ** 31 - 1),
    );
    signal.addEventListener('abort', end, { once: true });
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        // Nobody reads more of it either, and each piece that is told is drawn.
        if (out[name].length >= MOST) return;
        out[name] = (out[name] + text).slice(0, MOST);
        helper.onOutput?.(text);
      });
    }
    const stop = () => {
      clearTimeout(timer);
      clearTimeout(drain);
      signal.removeEventListener('abort', end);
    };
    child.once('error', (error) => {
      stop();
      reject(error);
    });
    child.once('exit', () => {
      clearTimeout(timer);
      // What it left behind would keep the outputs open, and nobody would end it.
      end();
      drain = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, DRAIN_MS);
    });
    child.once('close', (code) => {
      stop();
      void Promise.resolve(ending).then(() => {
        if (signal.aborted) reject(signal.reason);
        else resolve({ code, ...out, timedOut });
      });
    });
  });

function shellFor({ command }: Helper, platform: NodeJS.Platform): [string, string[]] {
  if (platform !== 'win32') return ['/bin/sh', ['-c', command]];
  // By its full path: a program of that name may lie in a folder that is searched first.
  const cmd = path.win32.join(systemRoot(process.env), 'System32\\cmd.exe');
  // Whole and between quotes, which `/s` takes off: the line is read as it was written.
  return [cmd, ['/d', '/s', '/c', `"${command}"`]];
}
