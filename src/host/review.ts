// Reviews in VS Code: the diff editor and its commands. Verdicts given here and in the page are kept together, and the
// answer goes out as soon as a verdict given here is the last one.
import * as vscode from 'vscode';
import type { Change, EditFunctions, HunkAnswer } from '../contracts/edit.ts';
import type { Answer, Question } from '../contracts/question.ts';
import { createReviewCommands } from './reviewCommands.ts';
import { createReviewDocuments, type ReviewSchemes } from './reviewDocuments.ts';
import { createReviewMarks } from './reviewMarks.ts';
import {
  adopt,
  newReviewState,
  openHunks,
  proposedChange,
  type ReviewState,
  takeVerdicts,
  textOf,
  verdictsOf,
} from './reviewState.ts';
import { createReviewStore } from './reviewStore.ts';

export type ReviewQuestion = Extract<Question, { type: 'review' }>;

export type ReviewEditorOptions = {
  edits: EditFunctions;
  /** A folder of our own, made when it is needed. */
  storage: string;
  /** False when the question was answered before. */
  answer(conversation: string, question: string, answer: Answer): boolean;
  /** The conversation on screen that commands are meant for. */
  seen(): string | undefined;
  log: { error(text: string, cause?: unknown): void };
  schemes?: ReviewSchemes;
};

export type ReviewEditor = vscode.Disposable & {
  /** A review waits. What the person did to the same proposal before a reload is taken up again. */
  show(conversation: string, question: ReviewQuestion): Promise<void>;
  /** Opens the diff. Takes the focus unless told not to. */
  open(review: string, path: string, options?: { focus: boolean }): Promise<void>;
  /** Verdicts from the page. They do not send the answer: the page does, when the person submits. */
  decide(review: string, answers: HunkAnswer[]): void;
  /** All verdicts so far, edits of the person's own among them. */
  verdicts(review: string): HunkAnswer[];
  /** The change with what the person made of it in the editor. */
  currentChange(review: string, path: string): Change | undefined;
  /** Answers the rest with yes and sends the answer. */
  acceptAll(review: string): Promise<void>;
  /** True while any review waits. */
  waits(): boolean;
  /** The answer of another place, with what the person changed in the diff editor put in. Other answers as they are. */
  answerWith(question: string, answer: Answer): Answer;
  /** The review was answered or withdrawn: closes its tabs and forgets it. */
  settled(review: string): Promise<void>;
  onChanged(listener: (review: string, change: Change) => void): vscode.Disposable;
  onVerdicts(listener: (review: string, answers: HunkAnswer[]) => void): vscode.Disposable;
  /** By command id. */
  commands: Readonly<Record<string, (...args: unknown[]) => Promise<void>>>;
};

const TELL_AFTER_MS = 100;
const SCHEMES: ReviewSchemes = { before: 'assent-before', proposed: 'assent-review' };

export function createReviewEditor({
  edits,
  storage,
  answer,
  seen,
  log,
  schemes = SCHEMES,
}: ReviewEditorOptions): ReviewEditor {
  const store = createReviewStore(storage);
  const waiting = new Map<string, ReviewState>();
  /** Reviews of an earlier window whose diff is still open; their conversations may follow. */
  const left = new Map<string, Promise<ReviewState | undefined>>();
  const changed = new vscode.EventEmitter<{ review: string; change: Change }>();
  const decided = new vscode.EventEmitter<{ review: string; answers: HunkAnswer[] }>();

  /** Changes that are told once the person pauses typing. */
  const telling = new Map<Change, NodeJS.Timeout>();

  async function find(review: string): Promise<ReviewState | undefined> {
    const known = waiting.get(review);
    if (known !== undefined) return known;
    const loading = left.get(review) ?? store.load(review);
    left.set(review, loading);
    return loading;
  }

  const keep = (state: ReviewState): void => {
    if (!waiting.has(state.review.id) && !left.has(state.review.id)) return;
    store.save(state).catch((cause) => log.error('A review could not be kept for after a reload', cause));
  };

  const documents = createReviewDocuments({
    schemes,
    edits,
    find,
    changed(state, change) {
      clearTimeout(telling.get(change));
      telling.set(
        change,
        setTimeout(() => {
          telling.delete(change);
          changed.fire({ review: state.review.id, change: edits.withText(change, textOf(state, change)) });
          decided.fire({ review: state.review.id, answers: verdictsOf(state, edits) });
        }, TELL_AFTER_MS),
      );
    },
    saved: keep,
  });
  const marks = createReviewMarks({ documents, edits, onVerdicts: decided.event });

  async function show(conversation: string, { id, review }: ReviewQuestion): Promise<void> {
    if (waiting.has(review.id)) return;
    const state = newReviewState(conversation, id, review, Date.now());
    waiting.set(review.id, state);
    announce();
    for (const stored of await store.earlier(conversation, review.calls)) {
      const earlier = (await left.get(stored.review.id)) ?? stored;
      const taken = adopt(state, earlier);
      left.delete(earlier.review.id);
      if (earlier.review.id === review.id) continue;
      await moveTabs(earlier.review.id, state);
      if (taken) break;
    }
    keep(state);
    for (const change of review.changes.filter(({ path }) => state.saved.has(path))) {
      changed.fire({ review: review.id, change: edits.withText(change, textOf(state, change)) });
    }
    const answers = verdictsOf(state, edits);
    if (answers.length > 0) decided.fire({ review: review.id, answers });
  }

  /** The tabs of an earlier review close; one that was in front shows the same file of the new one. */
  async function moveTabs(from: string, to: ReviewState): Promise<void> {
    const inFront = await documents.close(from);
    await store.remove(from);
    for (const { uri, column } of inFront) {
      const change = to.review.changes.find(({ path }) => vscode.Uri.file(path).path === uri.path);
      if (change !== undefined) await documents.open(to, change, { focus: false, column });
    }
  }

  function announce(): void {
    void vscode.commands.executeCommand('setContext', 'assent.reviewOpen', waiting.size > 0);
  }

  function decide(review: string, answers: HunkAnswer[]): void {
    const state = waiting.get(review);
    if (state === undefined) return;
    for (const change of takeVerdicts(state, answers, edits)) {
      documents.refresh(state, change).catch((cause) => log.error('The diff editor did not take a text', cause));
      changed.fire({ review, change: edits.withText(change, textOf(state, change)) });
    }
    keep(state);
    decided.fire({ review, answers: verdictsOf(state, edits) });
  }

  /** Verdicts given in VS Code: the last one sends the answer. */
  function decideHere(state: ReviewState, answers: HunkAnswer[]): void {
    decide(state.review.id, answers);
    if (openHunks(state, edits).length > 0) return;
    const sent = answer(state.conversation, state.question, { type: 'review', hunks: verdictsOf(state, edits) });
    if (!sent) {
      void vscode.window.showInformationMessage(vscode.l10n.t('This review was already answered.'));
    }
  }

  async function open(review: string, path: string, options: { focus: boolean } = { focus: true }): Promise<void> {
    const state = waiting.get(review);
    const change = state && proposedChange(state, path);
    if (state !== undefined && change !== undefined) return documents.open(state, change, options);
    void vscode.window.showInformationMessage(vscode.l10n.t('This review was already answered.'));
  }

  async function acceptAll(review: string): Promise<void> {
    const state = waiting.get(review);
    if (state === undefined) return;
    decideHere(
      state,
      openHunks(state, edits).map((hunk) => ({ hunk, verdict: 'accepted' })),
    );
  }

  function answerWith(question: string, given: Answer): Answer {
    const state = [...waiting.values()].find((one) => one.question === question);
    if (state === undefined || (given.type !== 'review' && given.type !== 'allow')) return given;
    const accepted = openHunks(state, edits).map((hunk): HunkAnswer => ({ hunk, verdict: 'accepted' }));
    takeVerdicts(state, given.type === 'review' ? given.hunks : accepted, edits);
    return { type: 'review', hunks: verdictsOf(state, edits) };
  }

  const isSeen = (state: ReviewState): boolean => state.conversation === seen();

  async function settled(review: string): Promise<void> {
    const known = waiting.get(review);
    if (known === undefined) return;
    await documents.close(review);
    waiting.delete(review);
    left.delete(review);
    announce();
    await store.remove(review);
  }

  return {
    show,
    open,
    decide,
    verdicts: (review) => {
      const state = waiting.get(review);
      return state === undefined ? [] : verdictsOf(state, edits);
    },
    currentChange: (review, path) => {
      const state = waiting.get(review);
      const change = state && proposedChange(state, path);
      return state && change && edits.withText(change, textOf(state, change));
    },
    acceptAll,
    waits: () => waiting.size > 0,
    answerWith,
    settled,
    onChanged: (listener) => changed.event(({ review, change }) => listener(review, change)),
    onVerdicts: (listener) => decided.event(({ review, answers }) => listener(review, answers)),
    commands: createReviewCommands({
      documents,
      edits,
      reviews: () => {
        const all = [...waiting.values()];
        return [...all.filter(isSeen), ...all.filter((state) => !isSeen(state))];
      },
      seen: () => [...waiting.values()].find(isSeen),
      decide: decideHere,
    }),
    dispose() {
      for (const timer of telling.values()) clearTimeout(timer);
      vscode.Disposable.from(documents, marks, changed, decided).dispose();
    },
  };
}
