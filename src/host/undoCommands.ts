// The commands that take something back, for the conversation that is looked at or the one that is named.

import * as vscode from 'vscode';
import * as z from 'zod/mini';
import type { Commands } from './commands.ts';
import type { ModelNotes } from './modelNotes.ts';
import type { OpenConversations } from './openConversations.ts';
import type { ChatPages } from './pages.ts';
import { rewind } from './rewind.ts';
import { say } from './say.ts';
import { undoAction } from './undo.ts';
import { createUndoDocuments } from './undoDocuments.ts';
import { createTelling } from './undoTelling.ts';

export type UndoCommandsParts = { pages: ChatPages; conversations: OpenConversations; notes: ModelNotes };

/** `id` is that of a call for the one, of a prompt for the other; without it a person chooses. */
const Wish = z.object({ session: z.optional(z.string()), id: z.optional(z.string()) });

export function createUndoCommands({ pages, conversations, notes }: UndoCommandsParts): {
  commands: Commands;
  dispose(): void;
} {
  const documents = createUndoDocuments();
  const parts = { pages, conversations, documents, tell: createTelling(pages, notes) };
  const openOf = (what: unknown) => {
    const { session, id } = Wish.safeParse(what).data ?? {};
    const open = session === undefined ? pages.current().open : conversations.get(session);
    if (open === undefined) void vscode.window.showInformationMessage(say({ code: 'undo.noConversation', args: {} }));
    return { open, id };
  };
  return {
    commands: {
      'assent.undoAction': async (what) => {
        const { open, id } = openOf(what);
        if (open !== undefined) await undoAction(parts, open, id);
      },
      'assent.rewind': async (what) => {
        const { open, id } = openOf(what);
        if (open !== undefined) await rewind(parts, open, id);
      },
    },
    dispose: () => documents.dispose(),
  };
}
