// What every part of the page is given: the state, the way to the extension, and what is kept between drawings.
import { type ReadonlySignal, useComputed } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { FromWebview, ToWebview } from '../src/protocol.ts';
import type { Kept } from './kept.ts';
import type { State } from './state.ts';

export type Page = {
  state: ReadonlySignal<State>;
  post(message: FromWebview): void;
  /** Changes the state at once, as if the extension had said so; its own message confirms it later. */
  expect(message: ToWebview): void;
  kept: Kept;
};

export const PageContext = createContext<Page | undefined>(undefined);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (!page) throw new Error('A part of the page is drawn outside of PageContext.');
  return page;
}

/** A part of the state; the component is drawn again when that part changes, and not before. */
export function useSelect<T>(select: (state: State) => T): T {
  const page = usePage();
  return useComputed(() => select(page.state.value)).value;
}

/** The root folder of the conversation; empty before the first snapshot. */
export function useRoot(): string {
  return useSelect((state) => state.conversation?.root ?? '');
}
