// What a conversation changed in files, kept so that any of it can be taken back.
import type { Change, Encoding, Hunk } from './edit.ts';
import type { Because, CanonicalAction } from './permission.ts';
import type { Workspace } from './workspace.ts';

/** What a file was. `object` names its bytes in the store; `encoding` is absent where they are not text. */
export type FileState =
  | { kind: 'absent' }
  | {
      kind: 'content';
      object: string;
      encoding?: Encoding;
      /** Permission bits, where the system has them. */
      mode?: number;
      /** It stood unsaved in an editor; the object is that text in UTF-8. */
      buffer?: true;
    }
  /** It was there and is not kept: this cannot be undone. */
  | { kind: 'unknown'; because: Because };

/** `onSave`: a formatter or the like, while an edit was saved. `command`: a shell command. */
export type JournalSource = 'edit' | 'onSave' | 'command' | 'undo' | 'rewind';

/** One file that one step changed. Entries are told in the order in which they happened. */
export type JournalEntry = {
  id: string;
  /** The conversation; its id, as the transcript has it. */
  session: string;
  /** The id of the prompt during which it happened. */
  message: string;
  /** Absent where no call did it: an undo. */
  call?: string;
  atMs: number;
  source: JournalSource;
  /** Real path. */
  path: string;
  before: FileState;
  after: FileState;
  /** The ids of the entries that this one takes back. */
  undoes?: string[];
  /** The program ended before it could say that the file was written. */
  unconfirmed?: true;
};

/** What is to be taken back. `message`: all that the conversation did from this prompt on. */
export type UndoTarget =
  | { type: 'call'; session: string; call: string }
  | { type: 'entries'; session: string; entries: string[] }
  | { type: 'hunks'; session: string; hunks: string[] }
  | { type: 'message'; session: string; message: string };

/** What taking back means for one file as it is now. */
export type PlannedFile = { path: string /** What is taken back of it. */; entries: string[] } & (
  | {
      outcome: 'change';
      /** `before` is the text as it is now, unsaved text included. */
      change: Change;
      /** Something else was changed as well since, and stays. */
      merged: boolean;
      /** It changes the open editor and is not saved. */
      buffer: boolean;
      /** Permission bits that the file is to have again. */
      mode?: number;
    }
  /** Not text, or its encoding changed: as a whole, from what is there now to what was. */
  | { outcome: 'bytes'; from: FileState; to: FileState }
  /** Its permission bits alone. */
  | { outcome: 'mode'; mode: number }
  /** It says so already. */
  | { outcome: 'nothing' }
  /** Left alone. Changed since in the same lines, for example. */
  | { outcome: 'conflict'; because: Because }
  /** Left alone: what it was is not known. */
  | { outcome: 'unknown'; because: Because }
);

/** Plain data, to be shown before anything happens. */
export type UndoPlan = { session: string; source: 'undo' | 'rewind'; message: string; files: PlannedFile[] };

export type UndoResult = {
  /** Files that were written or removed. */
  done: string[];
  failed: Array<{ path: string; reason: string }>;
  /** Name them as an `entries` target and it is taken back. */
  entries: string[];
};

export interface Journal {
  /** Oldest first. Rejects with a readable reason. */
  entries(session: string): Promise<JournalEntry[]>;
  /** What an entry changed, line by line; `<entry id>.<n>` are the ids. None where one side is not text or not known. */
  hunks(session: string, entry: string): Promise<Hunk[]>;
  /** Both sides of an entry as text; undefined where a side is not text or not known. An absent file is ''. */
  texts(session: string, entry: string): Promise<{ before: string; after: string } | undefined>;
  /** Reads, and writes nothing. Files in order of their last change, newest first. */
  plan(target: UndoTarget): Promise<UndoPlan>;
  /** Writes what is planned, through open editors where there are any; `only` leaves all other paths alone. */
  carryOut(plan: UndoPlan, only?: readonly string[]): Promise<UndoResult>;
}

/** Where effects belong, and who is told when one could not be recorded. */
export type Cause = {
  session: string;
  message: string;
  call: string;
  /** What is written was answered by a person hunk by hunk. */
  reviewed?: true;
  tell(because: Because): void;
};

/** What a command may change, as far as that is known beforehand. Paths are absolute. */
export type CommandFacts = {
  root: string;
  /** As the decision understood it. */
  actions: readonly CanonicalAction[];
  /** Files that the model has read. */
  seen: Iterable<string>;
};
export type RunningRecord = {
  /** Records what changed since. `left` when the command goes on by itself: what others did meanwhile is not its. */
  end(left?: 'running'): Promise<void>;
};

export interface Recorder {
  /** A prompt begins; what follows can be told from what was before. Never rejects. */
  prompted(session: string, message: string): Promise<void>;
  /** The same files, and each write is recorded: what cannot be recorded beforehand is refused with a readable reason. */
  workspace(workspace: Workspace, cause: Cause): Workspace;
  /** Before a command starts. Never rejects, and never holds a command up for long. */
  command(cause: Cause, facts: CommandFacts): Promise<RunningRecord>;
}
