// What the models of conversations are to be told with their next requests about what happened outside of them: edits
// that a person took back, for example. Kept over a reload, and for conversations that are not open.
import type * as vscode from 'vscode';
import * as z from 'zod/mini';

export type ModelNotes = {
  add(conversation: string, text: string): void;
  /** Gives each note once. */
  take(conversation: string): string[];
};

const KEY = 'assent.modelNotes';
const stored = z.record(z.string(), z.array(z.string()));
/** Of conversations that are never taken up again, the oldest are forgotten. */
const MOST_CONVERSATIONS = 50;
/** The newest say best what the files are like. */
const MOST_NOTES = 100;

export function createModelNotes(memento: vscode.Memento): ModelNotes {
  const read = () => new Map(Object.entries(stored.safeParse(memento.get(KEY)).data ?? {}));
  const write = (notes: Map<string, string[]>) =>
    memento.update(KEY, Object.fromEntries([...notes].slice(-MOST_CONVERSATIONS)));

  return {
    add(conversation, text) {
      const notes = read();
      const earlier = notes.get(conversation) ?? [];
      notes.delete(conversation);
      void write(notes.set(conversation, [...earlier, text].slice(-MOST_NOTES)));
    },
    take(conversation) {
      const notes = read();
      const taken = notes.get(conversation) ?? [];
      if (notes.delete(conversation)) void write(notes);
      return taken;
    },
  };
}
