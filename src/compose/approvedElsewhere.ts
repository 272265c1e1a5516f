// Notices that another window of the profile approved a server of the same folder.
import { watchSettings } from '../settings/watch.ts';

/** The other window's yes reaches this one by the profile's state, shortly after the sign; nobody tells when. */
const AGAIN_AFTER_MS = [200, 500, 1000, 2000, 4000];

export type ElsewhereParts = {
  /** A file that is written with each yes. */
  sign: string;
  /** Reads settings and servers again. */
  reread(): Promise<void>;
  /** A yes that was given elsewhere does not count here yet. */
  isOnItsWay(): boolean;
  failed(cause: unknown): void;
};

export function followApprovals({ sign, reread, isOnItsWay, failed }: ElsewhereParts): { dispose(): void } {
  let timer: NodeJS.Timeout | undefined;
  let disposed = false;
  const attempt = async ([next, ...later]: readonly number[]): Promise<void> => {
    await reread();
    if (disposed || next === undefined || !isOnItsWay()) return;
    clearTimeout(timer);
    timer = setTimeout(() => attempt(later).catch(failed), next);
    timer.unref();
  };
  const watcher = watchSettings([sign], () => void attempt(AGAIN_AFTER_MS).catch(failed));
  return {
    dispose: () => {
      disposed = true;
      clearTimeout(timer);
      watcher.dispose();
    },
  };
}
