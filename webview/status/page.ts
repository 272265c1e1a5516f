// What every part of the status page is given.
import type { ReadonlySignal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Because } from '../../src/contracts/permission.ts';
import type { Check, FromStatus, StatusFact, ToStatus } from '../../src/statusProtocol.ts';

export type State = {
  /** Undefined until the first ones arrive. */
  facts: StatusFact[] | undefined;
  check: Check | undefined;
  failure: Because | undefined;
  /** The report was copied as the page is now. */
  copied: boolean;
};

export const INITIAL: State = { facts: undefined, check: undefined, failure: undefined, copied: false };

export function reduce(state: State, message: ToStatus): State {
  switch (message.type) {
    case 'facts':
      // Before the first ones are known there is an empty list.
      if (message.facts.length === 0 && state.facts === undefined) return state;
      return { ...state, facts: message.facts, failure: undefined, copied: false };
    case 'check':
      return { ...state, check: message.check, copied: false };
    case 'copied':
      return { ...state, copied: true };
    case 'failed':
      return { ...state, failure: message.because };
  }
}

export type StatusPage = { state: ReadonlySignal<State>; post(message: FromStatus): void };

export const StatusContext = createContext<StatusPage | undefined>(undefined);

export function useStatus(): StatusPage {
  const page = useContext(StatusContext);
  if (!page) throw new Error('A part of the page is drawn outside of StatusContext.');
  return page;
}
