// Runs a team's helper command and gives back what it said.
import { spawn } from 'node:child_process';
import type { RunHelper } from '../contracts/helper.ts';

const MOST = 1_000_000;

export const runHelper: RunHelper = (helper, signal) =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const windows = process.platform === 'win32';
    const [shell, ...args] = windows
      ? ['cmd.exe', '/d', '/s', '/c', `"${helper.command}"`]
      : ['/bin/sh', '-c', helper.command];
    const child = spawn(shell ?? '', args, {
      env: helper.env,
      ...(helper.cwd === undefined ? {} : { cwd: helper.cwd }),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: !windows,
      windowsHide: true,
      windowsVerbatimArguments: windows,
    });
    const out = { stdout: '', stderr: '' };
    let timedOut = false;
    const end = () => {
      if (child.pid === undefined) return;
      try {
        if (windows) spawn('taskkill', ['/pid', String(child.pid), '/t', '/f'], { windowsHide: true });
        else process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It is gone already.
      }
    };
    const timer = setTimeout(() => {
      timedOut = true;
      end();
    }, helper.timeoutMs);
    signal.addEventListener('abort', end, { once: true });
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        if (out[name].length < MOST) out[name] = (out[name] + text).slice(0, MOST);
        helper.onOutput?.(text);
      });
    }
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
    };
    child.once('error', (error) => {
      done();
      reject(error);
    });
    child.once('close', (code) => {
      done();
      // What it left running in the background is ended with it.
      end();
      if (signal.aborted) reject(signal.reason);
      else resolve({ code, ...out, timedOut });
    });
  });
