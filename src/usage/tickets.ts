// Requests on their way: each holds what it may still cost at most, so that those beside it do not spend it too.
import type { CapKind } from '../contracts/usage.ts';

type Ticket = { session: string; worst: number; done: Promise<void> };

export type Tickets = {
  /** Returns what ends it. `worst` in USD. */
  hold(session: string, worst: number): () => void;
  /** What is held against a cap of each kind, USD. */
  held(session: string): Record<CapKind, number>;
  /** Resolves when one of those on their way has ended; undefined when there is none. */
  next(signal: AbortSignal): Promise<void> | undefined;
};

export function createTickets(): Tickets {
  const tickets = new Set<Ticket>();
  const sum = (some: readonly Ticket[]) => some.reduce((total, { worst }) => total + worst, 0);
  return {
    hold: (session, worst) => {
      let end = () => {};
      const done = new Promise<void>((resolve) => {
        end = resolve;
      });
      const ticket = { session, worst, done };
      tickets.add(ticket);
      return () => {
        tickets.delete(ticket);
        end();
      };
    },
    held: (session) => {
      const all = [...tickets];
      const mine = sum(all.filter((ticket) => ticket.session === session));
      return { turn: mine, session: mine, day: sum(all) };
    },
    next: (signal) => {
      if (tickets.size === 0 || signal.aborted) return undefined;
      const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      return Promise.race([...[...tickets].map(({ done }) => done), stopped]);
    },
  };
}
