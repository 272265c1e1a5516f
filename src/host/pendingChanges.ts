// Edits that are made at once and answered later. Each is kept with the text before it until its hunks are accepted, which
// forgets them, or rejected, which merges them out of the file as it is then. What others write meanwhile stays.
import type { EditFunctions, Hunk, HunkAnswer, Written } from '../contracts/edit.ts';
import type { Cause, Recorder } from '../contracts/journal.ts';
import type { Workspace } from '../contracts/workspace.ts';
import { sayInEnglish } from '../util/phrases.ts';
import { readableError } from '../util/readableError.ts';
import { sayEdited, sayRejected, sayTakenBack } from './pendingSays.ts';
import { type PendingFile, type PendingState, type PendingView, viewOf } from './pendingState.ts';
import type { PendingStore } from './pendingStore.ts';

export type PendingOptions = {
  edits: EditFunctions;
  /** Files as they are now, unsaved text included; what is rejected is written here. */
  workspace: Workspace;
  store: PendingStore;
  /** The journal of a root folder; undefined where it cannot be opened any more. */
  recorder(root: string): Promise<Recorder | undefined>;
  /** Tells the model of a conversation with its next request. */
  note(conversation: string, text: string): void;
  log: { error(text: string, cause?: unknown): void };
  /** The same for every way to write the path of a file. */
  key?(path: string): string;
};

/** A file whose answers could not be carried out, and why. */
export type NotAnswered = { path: string; reason: string };

export type PendingChanges = {
  /** Takes up what earlier windows left. */
  load(): Promise<void>;
  /** The same recorder; what is written with it and was not reviewed waits for an answer. */
  recorder(recorder: Recorder, root: string): Recorder;
  /** Conversations with changes that wait, oldest first. */
  conversations(): string[];
  /** True for a file that may have such changes. */
  has(path: string): boolean;
  /** The files of a conversation as they are now, those with hunks only. */
  ofConversation(conversation: string): Promise<PendingView[]>;
  /** What each conversation changed in a file. */
  ofFile(path: string): Promise<PendingView[]>;
  /** Ids of hunks that are not there any more are passed over. A hunk is accepted unless its answer says 'rejected'. */
  answer(conversation: string, answers: readonly HunkAnswer[]): Promise<NotAnswered[]>;
  /** A file or folder has another name now. */
  renamed(from: string, to: string): Promise<void>;
  /** Tells the model what was taken back by hand; before each of its requests. */
  tellTakenBack(conversation: string): Promise<void>;
  /** Returns the function that ends it. */
  onChanged(listener: (conversation: string) => void): () => void;
};

export function createPendingChanges(options: PendingOptions): PendingChanges {
  const { edits, workspace, store, note, log, key = (path: string) => path } = options;
  const states = new Map<string, PendingState>();
  const listeners = new Set<(conversation: string) => void>();
  let last: Promise<unknown> = Promise.resolve();
  /** One change at a time: each starts from the text that the one before left. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  }

  /** Undefined when there is no such text. */
  async function textNow(path: string): Promise<{ text: string; dirty: boolean } | undefined> {
    const found = await workspace.readText(path).catch(() => undefined);
    return found !== undefined && 'text' in found ? found : undefined;
  }

  /** What was worked out last: a file is asked about more often than it changes. */
  const known = new WeakMap<PendingFile, { now: string; view: PendingView }>();

  async function look(conversation: string, file: PendingFile): Promise<PendingView | undefined> {
    const now = await textNow(file.path);
    if (now === undefined) return undefined;
    const last = known.get(file);
    const view = last?.now === now.text ? last.view : viewOf(conversation, file, now.text, edits);
    known.set(file, { now: now.text, view });
    return view.change.hunks.length > 0 || view.takenBack.length > 0 ? view : undefined;
  }

  async function looks(all: Array<{ conversation: string; file: PendingFile }>): Promise<PendingView[]> {
    const views = await Promise.all(all.map(({ conversation, file }) => look(conversation, file)));
    return views.flatMap((view) => (view !== undefined && view.change.hunks.length > 0 ? [view] : []));
  }

  const filesOf = (conversation: string) => states.get(conversation)?.files ?? [];

  async function put(conversation: string, root: string, path: string, file: PendingFile | undefined): Promise<void> {
    const state = states.get(conversation) ?? { conversation, root, files: [] };
    const at = state.files.findIndex((one) => key(one.path) === key(path));
    const kept = file !== undefined && (file.before !== file.written || (file.created && file.written === ''));
    if (at < 0 && kept) state.files.push(file);
    else if (at >= 0) state.files.splice(at, 1, ...(kept ? [file] : []));
    if (state.files.length > 0) states.set(conversation, state);
    else states.delete(conversation);
    await store.save(state).catch((cause) => log.error('Pending changes could not be kept for after a reload', cause));
    for (const listener of listeners) listener(conversation);
  }

  async function write(
    inner: Workspace,
    cause: Cause,
    root: string,
    args: Parameters<Workspace['write']>,
  ): Promise<Written> {
    const [change, realPath] = args;
    const { path } = change;
    const { session, message, call } = cause;
    const was = await textNow(path);
    const written = await inner.write(...args);
    if (change.kind === 'delete') {
      await put(session, root, path, undefined);
      return written;
    }
    const start = was?.text ?? (change.kind === 'create' ? '' : change.before);
    const known = filesOf(session).find((file) => key(file.path) === key(path));
    const earlier = known?.created && !sharesLine(known.written, start) ? undefined : known;
    const view = earlier && viewOf(session, earlier, start, edits);
    for (const hunk of view?.takenBack ?? []) note(session, sayTakenBack(path, hunk));
    const before = view?.change.before ?? start;
    const expected = start === change.before ? change.after : edits.merge(change.before, start, change.after);
    // What the person typed in this very moment is theirs.
    const theirs = expected !== undefined && expected !== written.after && written.changedOnSave !== true;
    await put(session, root, path, {
      path,
      ...(realPath === undefined ? {} : { realPath }),
      created: earlier?.created ?? was === undefined,
      before: theirs ? edits.rebase(before, expected, written.after).before : before,
      written: written.after,
      encoding: change.encoding,
      message,
      call,
      told: [],
      edited: [],
    });
    return written;
  }

  async function answerFile(state: PendingState, file: PendingFile, answers: readonly HunkAnswer[]): Promise<void> {
    const { conversation, root } = state;
    const now = await textNow(file.path);
    if (now === undefined) {
      const seen = known.get(file)?.view.change.hunks ?? [];
      if (!seen.some(({ id }) => answers.some(({ hunk }) => hunk === id))) return;
      throw new Error(sayInEnglish({ code: 'host.pendingUnreadable', args: { path: file.path } }));
    }
    const { change, edited, takenBack } = viewOf(conversation, file, now.text, edits);
    const answerOf = (hunk: Hunk) => answers.find((answer) => answer.hunk === hunk.id);
    const answered = change.hunks.filter((hunk) => answerOf(hunk) !== undefined);
    if (answered.length === 0) return;
    const rejected = answered.filter((hunk) => answerOf(hunk)?.verdict === 'rejected');
    const accepted = answered.filter((hunk) => !rejected.includes(hunk));
    const having = (hunks: Hunk[]) =>
      edits.settle(
        change,
        hunks.map(({ id }) => ({ hunk: id, verdict: 'accepted' })),
      ).change?.after ?? change.before;
    const left = having(change.hunks.filter((hunk) => !rejected.includes(hunk)));
    let after = left;
    if (rejected.length > 0) {
      const gone = change.kind === 'create' && left === '' && !now.dirty;
      if (change.kind === 'create' && !sharesLine(file.written, now.text)) {
        throw new Error(sayInEnglish({ code: 'journal.changedSinceMade', args: { path: file.path } }));
      }
      const back = gone
        ? { ...change, kind: 'delete' as const, before: now.text, after: '' }
        : edits.change(file.path, now.text, left, file.encoding, '0');
      after = (await recorded(root, conversation, file).then((files) => files.write(back, file.realPath))).after;
    }
    for (const hunk of takenBack) note(conversation, sayTakenBack(file.path, hunk));
    // A comment on the whole file is said once.
    const said = new Set<string | undefined>();
    for (const hunk of rejected) {
      const comment = answerOf(hunk)?.comment;
      note(conversation, sayRejected(file.path, hunk, said.has(comment) ? undefined : comment));
      said.add(comment);
    }
    for (const hunk of accepted) if (edited.has(hunk.id)) note(conversation, sayEdited(file.path, hunk));
    const { before } = edits.rebase(having(accepted), left, after);
    const created = file.created && accepted.length === 0 && before === '';
    const open = change.hunks.filter((hunk) => answerOf(hunk) === undefined);
    const stillEdited = open.flatMap(({ id }) => (edited.has(id) ? [id] : []));
    const rest = { ...file, created, before, written: after, told: [], edited: stillEdited };
    await put(conversation, root, file.path, open.length > 0 ? rest : undefined);
  }

  async function recorded(root: string, session: string, { message, call }: PendingFile): Promise<Workspace> {
    const recorder = await options.recorder(root);
    const tell: Cause['tell'] = ({ code }) => log.error(`A rejected change is not in the journal (${code})`);
    return recorder?.workspace(workspace, { session, message, call, tell }) ?? workspace;
  }

  return {
    async load() {
      await inTurn(async () => {
        for (const state of await store.load()) {
          if (states.has(state.conversation)) continue;
          states.set(state.conversation, state);
          for (const file of [...state.files]) {
            const found = await workspace.readText(file.path).catch(() => undefined);
            const gone = found !== undefined && 'problem' in found && found.problem === 'missing';
            if (gone) await put(state.conversation, state.root, file.path, undefined);
          }
        }
      });
      for (const conversation of states.keys()) for (const listener of listeners) listener(conversation);
    },
    recorder: (recorder, root) => ({
      ...recorder,
      workspace(files, cause) {
        const inner = recorder.workspace(files, cause);
        if (cause.reviewed) return inner;
        return { ...inner, write: (...args) => inTurn(() => write(inner, cause, root, args)) };
      },
    }),
    conversations: () => [...states.keys()],
    has: (path) => [...states.values()].some(({ files }) => files.some((file) => key(file.path) === key(path))),
    ofConversation: (conversation) => looks(filesOf(conversation).map((file) => ({ conversation, file }))),
    ofFile: (path) =>
      looks(
        [...states.values()].flatMap(({ conversation, files }) =>
          files.filter((file) => key(file.path) === key(path)).map((file) => ({ conversation, file })),
        ),
      ),
    answer: (conversation, answers) =>
      inTurn(async () => {
        const state = states.get(conversation);
        const failed: NotAnswered[] = [];
        for (const file of [...(state?.files ?? [])]) {
          if (state === undefined) break;
          try {
            await answerFile(state, file, answers);
          } catch (error) {
            failed.push({ path: file.path, reason: readableError(error) });
          }
        }
        return failed;
      }),
    renamed: (from, to) =>
      inTurn(async () => {
        for (const { conversation, root, files } of [...states.values()]) {
          for (const file of [...files]) {
            const rest = pathWithin(key(file.path), key(from));
            if (rest === undefined) continue;
            await put(conversation, root, file.path, undefined);
            const { realPath: _, ...same } = file;
            await put(conversation, root, to + rest, { ...same, path: to + rest });
          }
        }
      }),
    tellTakenBack: (conversation) =>
      inTurn(async () => {
        for (const file of [...filesOf(conversation)]) {
          const view = await look(conversation, file);
          if (view === undefined || view.takenBack.length === 0) continue;
          for (const hunk of view.takenBack) note(conversation, sayTakenBack(file.path, hunk));
          const { root } = states.get(conversation) ?? { root: '' };
          const told = [...file.told, ...view.takenBack.map(({ id }) => id)];
          await put(conversation, root, file.path, view.change.hunks.length > 0 ? { ...file, told } : undefined);
        }
      }),
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** False for another file that came in the place of the one that was made. */
function sharesLine(made: string, now: string): boolean {
  const lines = new Set(made.split(/\r\n|\n|\r/).filter((line) => line.trim() !== ''));
  return made === now || now.trim() === '' || now.split(/\r\n|\n|\r/).some((line) => lines.has(line));
}

/** What follows in the path of a file below a folder; empty for the folder, or the file, itself. */
function pathWithin(path: string, folder: string): string | undefined {
  if (path === folder) return '';
  return path.startsWith(folder) && /^[\\/]/.test(path.slice(folder.length)) ? path.slice(folder.length) : undefined;
}
