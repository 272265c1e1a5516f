// What a person did in the page that is no part of the conversation: opened cards, half-written comments, verdicts of a
// choice, the place they read at. Rows come and go with scrolling, so none of it may live in them.
import { type Signal, signal } from '@preact/signals';
import type { Bridge } from './bridge.ts';

export type Kept = {
  /** The value under a key as a signal; the same one for every caller. JSON only. */
  of<T>(key: string, initial: T): Signal<T>;
  /** Forgets what belongs to another conversation. */
  startConversation(id: string): void;
};

type Saved = { conversation: string; values: Record<string, unknown> };
const SAVE_AFTER_MS = 250;

export function keepIn(bridge: Bridge): Kept {
  let saved = readSaved(bridge.load());
  const signals = new Map<string, Signal<unknown>>();
  let scheduled = false;

  function save(): void {
    scheduled = false;
    bridge.save(saved);
  }

  function of<T>(key: string, initial: T): Signal<T> {
    const known = signals.get(key);
    if (known) return known as Signal<T>;
    const value = signal<T>((saved.values[key] as T | undefined) ?? initial);
    signals.set(key, value as Signal<unknown>);
    let first = true;
    value.subscribe((now) => {
      if (first) {
        first = false;
        return;
      }
      saved.values[key] = now;
      if (!scheduled) setTimeout(save, SAVE_AFTER_MS);
      scheduled = true;
    });
    return value;
  }

  return {
    of,
    startConversation(id) {
      if (saved.conversation === id) return;
      saved = { conversation: id, values: {} };
      signals.clear();
      bridge.save(saved);
    },
  };
}

function readSaved(value: unknown): Saved {
  if (typeof value === 'object' && value !== null && 'conversation' in value && 'values' in value) {
    const { conversation, values } = value;
    if (typeof conversation === 'string' && typeof values === 'object' && values !== null) {
      return { conversation, values: { ...values } };
    }
  }
  return { conversation: '', values: {} };
}
