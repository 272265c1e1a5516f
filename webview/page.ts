// What every part of the page is given: the state, the way to the extension, and what is kept between drawings.
import type { ReadonlySignal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext, useLayoutEffect, useReducer, useRef } from 'preact/hooks';
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

/**
 * A part of the state; the component is drawn again when that part changes, and not before. `select` may use the
 * component's own properties: it is asked anew at every drawing.
 */
export function useSelect<T>(select: (state: State) => T): T {
  const { state } = usePage();
  const value = select(state.peek());
  const [, redraw] = useReducer((count: number, _: undefined) => count + 1, 0);
  const drawn = useRef({ select, value });
  drawn.current = { select, value };
  useLayoutEffect(
    () =>
      state.subscribe((now) => {
        if (drawn.current.select(now) !== drawn.current.value) redraw(undefined);
      }),
    [state],
  );
  return value;
}

/** The root folder of the conversation; empty before the first snapshot. */
export function useRoot(): string {
  return useSelect((state) => state.conversation?.root ?? '');
}
