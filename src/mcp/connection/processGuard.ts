// Ends the programs of servers when we are ended in a way that leaves us no time for it.
import { type ChildProcess, spawn } from 'node:child_process';
import { MARK } from './processMark.ts';

/**
 * A line `+ MARK` or `+ MARK GROUP` names a program, `- MARK` forgets it. The end of the input is our end, however it came:
 * then all groups that are known are told to end, and a moment later everything that is left of them is killed. What has
 * left its group is found by the mark where there is `/proc`.
 */
const SCRIPT = `trap '' HUP INT TERM
known=
while read -r sign mark group; do
  rest=
  for one in $known; do [ "\${one%%:*}" = "$mark" ] || rest="$rest $one"; done
  known=$rest
  [ "$sign" = + ] && known="$known $mark:$group"
done
[ -n "$known" ] || exit 0
for one in $known; do [ -n "\${one#*:}" ] && kill -TERM "-\${one#*:}" 2>/dev/null; done
sleep 1
for round in 1 2 3; do
  for one in $known; do
    [ -n "\${one#*:}" ] && kill -KILL "-\${one#*:}" 2>/dev/null
    for file in $(grep -lF "${MARK}=\${one%%:*}" /proc/[0-9]*/environ 2>/dev/null); do
      id=\${file#/proc/}; kill -KILL "\${id%/environ}" 2>/dev/null
    done
  done
done`;

/** Something does not want it to be; then it is not begun again but for a new program. */
const MOST_ENDED = 5;

export type ProcessGuard = {
  /** Before the program is started, and again with its group once that is known. */
  watch(mark: string, group?: number): void;
  forget(mark: string): void;
  /** No program is left to be watched. */
  dispose(): void;
};

/** Its one small shell is started with the first program. Windows has none: there the end of the input has to do. */
export function createProcessGuard(platform: NodeJS.Platform = process.platform): ProcessGuard {
  let shell: ChildProcess | undefined;
  let watched = new Map<string, number | undefined>();
  let ended = 0;
  const named = (mark: string) => {
    const group = watched.get(mark);
    return `+ ${mark}${group === undefined ? '' : ` ${group}`}`;
  };
  const say = (line: string) => {
    if (platform === 'win32') return;
    let first = '';
    if (shell === undefined || shell.exitCode !== null || shell.signalCode !== null) {
      shell = spawn('/bin/sh', ['-c', SCRIPT], {
        stdio: ['pipe', 'ignore', 'ignore'],
        // Not in our group: what ends that must not end the guard.
        detached: true,
        env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin' },
        cwd: '/',
      });
      // One that was ended knew of programs that still run.
      first = [...watched.keys()].map((mark) => `${named(mark)}\n`).join('');
      // Without it only the end of us that leaves no time is not covered.
      shell.on('error', () => {});
      const mine = shell;
      shell.on('exit', () => {
        // Ended by others. Servers still run, and are not left without a guard.
        if (mine === shell && watched.size > 0 && ++ended <= MOST_ENDED) say('');
      });
      shell.stdin?.on('error', () => {});
      shell.unref();
      if (shell.stdin !== null && 'unref' in shell.stdin && typeof shell.stdin.unref === 'function')
        shell.stdin.unref();
    }
    shell.stdin?.write(`${first}${line === '' ? '' : `${line}\n`}`);
  };
  return {
    watch(mark, group) {
      watched.set(mark, group);
      say(named(mark));
    },
    forget(mark) {
      if (watched.delete(mark)) say(`- ${mark}`);
    },
    dispose() {
      for (const mark of watched.keys()) say(`- ${mark}`);
      watched = new Map();
      shell?.stdin?.end();
      shell = undefined;
    },
  };
}
