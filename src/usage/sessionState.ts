// What this window knows of a session beyond the ledger.
import type { Before } from './expectation.ts';

export type SessionState = {
  /** USD of the turn that runs, of this window, and of the time before, by the transcript. */
  turnUsd: number;
  hereUsd: number;
  beforeUsd: number;
  /** The last request whose beginning the service keeps. */
  before: Before | undefined;
  /** It is being read from the time before this window. */
  loading: Promise<void> | undefined;
  /** The one that was kept for the next window. */
  keptBefore: Before | undefined;
  /** The history was just replaced by a summary: that the cache does not know it surprises nobody. */
  summarised: boolean;
  /** A person was told what building the cache anew costs; who sends again wants it. */
  rebuildAsked: boolean;
};

export function sessionStates(): { of(session: string): SessionState } {
  const states = new Map<string, SessionState>();
  return {
    of: (session) => {
      const known = states.get(session);
      if (known) return known;
      const made: SessionState = {
        turnUsd: 0,
        hereUsd: 0,
        beforeUsd: 0,
        before: undefined,
        loading: undefined,
        keptBefore: undefined,
        summarised: false,
        rebuildAsked: false,
      };
      states.set(session, made);
      return made;
    },
  };
}
