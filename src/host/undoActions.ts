// The past actions of a conversation, as a person who wants to take one back thinks of them.
import type { AgentEvent } from '../contracts/event.ts';
import type { JournalEntry, JournalSource, UndoPlan, UndoTarget } from '../contracts/journal.ts';
import type { Prompt, ToolCall } from '../contracts/message.ts';

/** What one call changed, or one undo; `paths` in the order in which they were changed. */
export type PastAction = {
  source: JournalSource;
  call?: string;
  /** The id of the prompt during which it happened. */
  message: string;
  atMs: number;
  paths: string[];
  entries: JournalEntry[];
};

/** Entries without a call that came so soon after one another are of one undo. */
const SAME_UNDO_MS = 2_000;

/** Newest first. */
export function pastActions(entries: readonly JournalEntry[]): PastAction[] {
  const actions: PastAction[] = [];
  for (const entry of entries) {
    const { source, call, message, atMs, path } = entry;
    const action = call === undefined ? sameUndo(actions.at(-1), entry) : actions.find((one) => one.call === call);
    if (action === undefined) {
      const paths = [path];
      actions.push({ source, message, atMs, paths, entries: [entry], ...(call === undefined ? {} : { call }) });
      continue;
    }
    action.entries.push(entry);
    action.atMs = atMs;
    if (!action.paths.includes(path)) action.paths.push(path);
  }
  return actions.reverse();
}

function sameUndo(last: PastAction | undefined, entry: JournalEntry): PastAction | undefined {
  if (last === undefined || last.call !== undefined || last.source !== entry.source) return undefined;
  // An undo writes a file once.
  return entry.atMs - last.atMs <= SAME_UNDO_MS && !last.paths.includes(entry.path) ? last : undefined;
}

export function targetOf(session: string, { call, entries }: PastAction): UndoTarget {
  if (call !== undefined) return { type: 'call', session, call };
  return { type: 'entries', session, entries: entries.map(({ id }) => id) };
}

export function callOf(events: readonly AgentEvent[], id: string | undefined): ToolCall | undefined {
  const event = events.find((one) => one.type === 'toolFinished' && one.call.id === id);
  return event?.type === 'toolFinished' ? event.call : undefined;
}

/** Oldest first. */
export function promptsOf(events: readonly AgentEvent[]): Prompt[] {
  return events.flatMap((event) => (event.type === 'prompted' ? [event.prompt] : []));
}

/** The files of a plan by what is to become of them. */
export function sorted({ files }: UndoPlan) {
  const of = (...outcomes: Array<UndoPlan['files'][number]['outcome']>) =>
    files.filter(({ outcome }) => outcomes.includes(outcome));
  return {
    going: of('change', 'bytes', 'mode'),
    conflicts: of('conflict'),
    unknown: of('unknown'),
    same: of('nothing'),
  };
}
