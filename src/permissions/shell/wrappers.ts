// Programs that run another command as it stands: seen through, so that the inner command decides.

import { isHarmlessAssignment } from './changesShell.ts';

/** How many words belong to the wrapper, or undefined when an option is not known. */
type Wrapper = (argv: string[]) => number | undefined;

const DURATION = /^\d+(\.\d+)?[smhd]?$/;

const WRAPPERS: Record<string, Wrapper> = {
  timeout: (argv) => {
    const at = skip(
      argv,
      /^(-v|--verbose|--foreground|--preserve-status|-k\S+|-s\S+|--kill-after=\S+|--signal=\S+)$/,
      /^(-k|-s|--kill-after|--signal)$/,
    );
    return DURATION.test(argv[at] ?? '') ? at + 1 : undefined;
  },
  nice: (argv) => skip(argv, /^(-n-?\d+|-\d+|--adjustment=-?\d+)$/, /^(-n|--adjustment)$/),
  nohup: (argv) => skip(argv),
  stdbuf: (argv) => skip(argv, /^(-[ioe](L|\d+\w*)|--(input|output|error)=(L|\d+\w*))$/, /^-[ioe]$/),
  time: (argv) => skip(argv, /^-p$/),
  command: (argv) => skip(argv),
  builtin: (argv) => skip(argv),
  env: (argv) => {
    let at = 1;
    for (; at < argv.length; at += 1) {
      const assigned = /^([A-Za-z_]\w*)=(.*)$/s.exec(argv[at] ?? '');
      if (assigned === null) break;
      if (!isHarmlessAssignment(assigned[1] ?? '', assigned[2] ?? '')) return undefined;
    }
    return at;
  },
};

/** The inner command, or undefined when a wrapper has an option that is not known. At most four are taken off. */
export function peelWrappers(argv: string[]): string[] | undefined {
  let inner = argv;
  for (let layer = 0; layer < 5; layer += 1) {
    const name = inner[0] ?? '';
    const wrapper = Object.hasOwn(WRAPPERS, name) ? WRAPPERS[name] : undefined;
    // By itself it runs nothing: it prints the environment.
    if (wrapper === undefined || (name === 'env' && inner.length === 1)) return inner;
    const words = wrapper(inner);
    const first = words === undefined ? undefined : inner[words];
    // `time A=1 x` sets a variable: `time` is a keyword.
    if (words === undefined || first === undefined || /^$|^-|=/.test(first)) return undefined;
    inner = inner.slice(words);
  }
  return undefined;
}

/** How many words `xargs` has for itself: options that say how its input is cut up, and change nothing of what is run. */
export function xargsOptions(argv: string[]): number {
  return skip(argv, /^(-[0rt]+|-[nPL]\d+|--null|--no-run-if-empty|--verbose|--max-(args|procs)=\d+)$/, /^-[nPL]$/);
}

function skip(argv: string[], single = /^$/, withValue = /^$/): number {
  let at = 1;
  for (; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    if (word !== '' && withValue.test(word)) at += 1;
    else if (word === '' || !single.test(word)) break;
  }
  return at;
}
