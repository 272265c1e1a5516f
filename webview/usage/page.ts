// What every part of the usage page is given.
import type { ReadonlySignal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Because } from '../../src/contracts/permission.ts';
import type { UsageReport } from '../../src/contracts/usage.ts';
import type { FromUsage, ToUsage } from '../../src/usageProtocol.ts';

export type State = { report: UsageReport | undefined; failure: Because | undefined };

export const INITIAL: State = { report: undefined, failure: undefined };

export function reduce(state: State, message: ToUsage): State {
  switch (message.type) {
    case 'report':
      return { report: message.report, failure: undefined };
    case 'failed':
      return { ...state, failure: message.because };
  }
}

export type UsagePage = { state: ReadonlySignal<State>; post(message: FromUsage): void };

export const UsageContext = createContext<UsagePage | undefined>(undefined);

export function useUsage(): UsagePage {
  const page = useContext(UsageContext);
  if (!page) throw new Error('A part of the page is drawn outside of UsageContext.');
  return page;
}
