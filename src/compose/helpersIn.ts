// Where the helper commands of settings run.
import type { RunHelper } from '../contracts/helper.ts';

/**
 * In the folder of the conversation, so that `./key.sh` is the one of the repository that names it. Before the folder is
 * trusted only a person's own helpers run, in their home folder: nothing of the repository may be found by them.
 */
export function helpersIn(
  run: RunHelper,
  { root, home, trusted }: { root: string; home: string; trusted(): boolean },
): RunHelper {
  return (helper, signal) => run({ cwd: trusted() ? root : home, ...helper }, signal);
}
