// A command that goes on after its call: what BashOutput reads and KillShell ends.
import type { BackgroundRun, ToolState } from '../contracts/tool.ts';
import { readable } from './commandText.ts';
import type { ShellRun } from './shellRun.ts';

/** Enters the run under the next free id, `bash_1` and so on. */
export function keepRunning(
  state: ToolState,
  run: ShellRun,
  command: string,
  limit: number,
  startedAtMs: number,
): BackgroundRun {
  let number = state.background.size + 1;
  while (state.background.has(`bash_${number}`)) number++;
  let killed = false;
  // Once over, always over: the number of a process group may be given to another.
  let over = false;
  const background: BackgroundRun = {
    id: `bash_${number}`,
    command,
    startedAtMs,
    get status() {
      if (killed) return 'killed';
      over ||= !run.alive;
      return over ? 'exited' : 'running';
    },
    get exitCode() {
      return run.end?.exitCode;
    },
    readNew() {
      const text = readable(run.unread.text(limit));
      run.unread.clear();
      return text;
    },
    async kill() {
      if (background.status !== 'running') return;
      killed = true;
      await run.kill();
    },
  };
  state.background.set(background.id, background);
  return background;
}
