// The two sides of a review in VS Code's diff editor: the file as it is, read-only, and the proposal, which the person
// may change. Saving the proposal keeps what they wrote; it accepts nothing.
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Change, EditFunctions } from '../contracts/edit.ts';
import { openHunks, type ReviewState, textOf } from './reviewState.ts';

export type ReviewSchemes = { before: string; proposed: string };
export type Place = { state: ReviewState; change: Change; side: keyof ReviewSchemes };

export type ReviewDocumentsOptions = {
  schemes: ReviewSchemes;
  edits: EditFunctions;
  /** A review by id, also one of an earlier window whose conversation is not open yet. */
  find(review: string): Promise<ReviewState | undefined>;
  /** The person changed the proposed text. */
  changed(state: ReviewState, change: Change): void;
  /** What they changed is to be kept over a reload. */
  saved(state: ReviewState): void;
};

export type ReviewDocuments = vscode.Disposable & {
  uri(side: keyof ReviewSchemes, review: string, path: string): vscode.Uri;
  /** The review and file a document of ours shows; undefined for any other, or when it was answered. */
  placeOf(uri: vscode.Uri): Promise<Place | undefined>;
  open(state: ReviewState, change: Change, options: OpenOptions): Promise<void>;
  /** The text was changed elsewhere: an open document follows. */
  refresh(state: ReviewState, change: Change): Promise<void>;
  /** Closes every tab of the review; says which had been in front of their group. */
  close(review: string): Promise<Array<{ uri: vscode.Uri; column: vscode.ViewColumn }>>;
};
/** `line` counts from 1, on the proposed side; without it the first hunk that waits for a verdict is shown. */
export type OpenOptions = { focus: boolean; line?: number; column?: vscode.ViewColumn };

export function createReviewDocuments(options: ReviewDocumentsOptions): ReviewDocuments {
  const { schemes, edits, find } = options;
  const fileChanged = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  /** Texts right before a save, by URI: what a formatter makes of them on the way is not the person's. */
  const beforeSave = new Map<string, string>();
  const alteredOnSave = new Set<string>();

  const uri = (side: keyof ReviewSchemes, review: string, path: string) =>
    vscode.Uri.file(path).with({ scheme: schemes[side], query: review });

  async function placeOf(at: vscode.Uri): Promise<Place | undefined> {
    const side = at.scheme === schemes.before ? 'before' : at.scheme === schemes.proposed ? 'proposed' : undefined;
    if (side === undefined) return undefined;
    const state = await find(at.query);
    const change = state?.review.changes.find(({ path }) => vscode.Uri.file(path).path === at.path);
    return state !== undefined && change !== undefined ? { state, change, side } : undefined;
  }

  function touch(state: ReviewState, path: string, text: string): void {
    const last = state.saved.get(path)?.atMs ?? state.createdAtMs;
    state.saved.set(path, { text, atMs: Math.max(Date.now(), last + 1) });
  }

  const contentOf = (at: vscode.Uri, place: Place | undefined): Uint8Array => {
    const text =
      place === undefined
        ? vscode.l10n.t('This proposal was answered, or its conversation is not open. Close this tab.')
        : place.side === 'before'
          ? place.change.before
          : (place.state.saved.get(place.change.path)?.text ?? place.change.after);
    // With a mark at the start VS Code reads UTF-8, whatever encoding is set for the files themselves.
    const files = vscode.workspace.getConfiguration('files', at);
    const plain = files.get('encoding') === 'utf8' && files.get('autoGuessEncoding') !== true;
    return Buffer.from(plain ? text : `\ufeff${text}`);
  };

  const notPossible = (at: vscode.Uri): never => {
    throw vscode.FileSystemError.NoPermissions(at);
  };
  const provider: vscode.FileSystemProvider = {
    onDidChangeFile: fileChanged.event,
    watch: () => new vscode.Disposable(() => undefined),
    async stat(at) {
      const place = await placeOf(at);
      const saved = place?.side === 'proposed' ? place.state.saved.get(place.change.path) : undefined;
      const mtime = saved?.atMs ?? place?.state.createdAtMs ?? 0;
      return {
        type: vscode.FileType.File,
        ctime: 0,
        mtime,
        size: contentOf(at, place).length,
        ...(place === undefined ? { permissions: vscode.FilePermission.Readonly } : {}),
      };
    },
    readFile: async (at) => contentOf(at, await placeOf(at)),
    async writeFile(at, content) {
      const place = await placeOf(at);
      if (place?.side !== 'proposed') return notPossible(at);
      const { state, change } = place;
      const key = at.toString();
      const written = new TextDecoder('utf-8').decode(content);
      const before = beforeSave.get(key);
      if (before !== undefined && before !== written) alteredOnSave.add(key);
      const text = edits.restoreLineEndings(change.after, before ?? written);
      const was = textOf(state, change);
      touch(state, change.path, text);
      state.texts.delete(change.path);
      options.saved(state);
      if (text !== was) options.changed(state, change);
    },
    readDirectory: () => [],
    createDirectory: notPossible,
    delete: notPossible,
    rename: notPossible,
  };

  async function follow(document: vscode.TextDocument): Promise<void> {
    if (document.uri.scheme !== schemes.proposed) return;
    const place = await placeOf(document.uri);
    if (place === undefined || document.isClosed) return;
    const { state, change } = place;
    const text = edits.restoreLineEndings(change.after, document.getText());
    if (text === textOf(state, change)) return;
    state.texts.set(change.path, text);
    options.changed(state, change);
  }

  /** Closed without saving: what was not saved is gone, as with any file. */
  async function forget(document: vscode.TextDocument): Promise<void> {
    if (document.uri.scheme !== schemes.proposed) return;
    const place = await placeOf(document.uri);
    if (place?.state.texts.delete(place.change.path)) options.changed(place.state, place.change);
  }

  function isOurs({ input }: vscode.Tab, review: string): boolean {
    const shown =
      input instanceof vscode.TabInputTextDiff
        ? [input.modified]
        : input instanceof vscode.TabInputText
          ? [input.uri]
          : severalIn(input);
    return shown.some((at) => (at.scheme === schemes.proposed || at.scheme === schemes.before) && at.query === review);
  }

  function firstOpenLine(state: ReviewState, change: Change): number | undefined {
    const open = new Set(openHunks(state, edits, change.path));
    return edits.withText(change, textOf(state, change)).hunks.find((hunk) => open.has(hunk.id))?.afterStart;
  }

  /** Where the diff is open already, or where one that nobody asked for does not cover what the person is at. */
  function columnFor(proposed: vscode.Uri, focus: boolean): vscode.ViewColumn | undefined {
    const showing = vscode.window.tabGroups.all.find((group) =>
      group.tabs.some(
        ({ input }) => input instanceof vscode.TabInputTextDiff && input.modified.toString() === proposed.toString(),
      ),
    );
    if (showing !== undefined || focus) return showing?.viewColumn;
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    const ours = tab?.input instanceof vscode.TabInputTextDiff && tab.input.modified.scheme === schemes.proposed;
    return tab === undefined || ours ? undefined : vscode.ViewColumn.Beside;
  }

  const listening = [
    vscode.workspace.registerFileSystemProvider(schemes.proposed, provider, { isCaseSensitive: true }),
    // A file system too: what a content provider shows is not there again after a reload.
    vscode.workspace.registerFileSystemProvider(schemes.before, provider, { isCaseSensitive: true, isReadonly: true }),
    vscode.workspace.onDidOpenTextDocument(follow),
    vscode.workspace.onDidChangeTextDocument((event) => {
      if (event.contentChanges.length > 0) return follow(event.document);
    }),
    vscode.workspace.onDidCloseTextDocument(forget),
    vscode.workspace.onWillSaveTextDocument(({ document }) => {
      if (document.uri.scheme === schemes.proposed) beforeSave.set(document.uri.toString(), document.getText());
    }),
    vscode.workspace.onDidSaveTextDocument(async (document) => {
      const key = document.uri.toString();
      beforeSave.delete(key);
      if (!alteredOnSave.delete(key)) return;
      const place = await placeOf(document.uri);
      if (place === undefined) return;
      // A newer file than the one just saved: VS Code shows the person's text again.
      touch(place.state, place.change.path, textOf(place.state, place.change));
      fileChanged.fire([{ type: vscode.FileChangeType.Changed, uri: document.uri }]);
    }),
    fileChanged,
  ];
  for (const document of vscode.workspace.textDocuments) void follow(document);

  return {
    uri,
    placeOf,
    async open(state, change, { focus, line = firstOpenLine(state, change), column }) {
      const { review } = state;
      const proposed = uri('proposed', review.id, change.path);
      const where = column ?? columnFor(proposed, focus);
      const position = line === undefined ? undefined : new vscode.Position(Math.max(0, line - 1), 0);
      await vscode.commands.executeCommand(
        'vscode.diff',
        uri('before', review.id, change.path),
        proposed,
        vscode.l10n.t('{0} (proposed by Assent)', basename(change.path)),
        {
          preview: true,
          preserveFocus: !focus,
          ...(position === undefined ? {} : { selection: new vscode.Range(position, position) }),
          ...(where === undefined ? {} : { viewColumn: where }),
        } satisfies vscode.TextDocumentShowOptions,
      );
    },
    async refresh(state, change) {
      const at = uri('proposed', state.review.id, change.path);
      const text = textOf(state, change);
      const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === at.toString());
      if (document?.isDirty) {
        const edit = new vscode.WorkspaceEdit();
        edit.replace(at, document.validateRange(new vscode.Range(0, 0, document.lineCount, 0)), text);
        await vscode.workspace.applyEdit(edit);
      } else {
        touch(state, change.path, text);
        state.texts.delete(change.path);
        options.saved(state);
        fileChanged.fire([{ type: vscode.FileChangeType.Changed, uri: at }]);
      }
    },
    async close(review) {
      const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter((tab) => isOurs(tab, review));
      const inFront = tabs.flatMap((tab) =>
        tab.isActive && tab.input instanceof vscode.TabInputTextDiff
          ? [{ uri: tab.input.modified, column: tab.group.viewColumn }]
          : [],
      );
      // A dirty tab would ask whether to save it.
      const unsaved = vscode.workspace.textDocuments.filter(
        (one) => one.isDirty && one.uri.scheme === schemes.proposed && one.uri.query === review,
      );
      await Promise.all(unsaved.map((document) => document.save()));
      await vscode.window.tabGroups.close(tabs, true);
      return inFront;
    },
    dispose: () => vscode.Disposable.from(...listening).dispose(),
  };
}

/** The files of a tab that shows several diffs; newer than the API we are built for, so it is looked at with care. */
function severalIn(input: unknown): vscode.Uri[] {
  if (typeof input !== 'object' || input === null || !('textDiffs' in input)) return [];
  const diffs: unknown[] = Array.isArray(input.textDiffs) ? input.textDiffs : [];
  return diffs.flatMap((diff) =>
    typeof diff === 'object' && diff !== null && 'modified' in diff && diff.modified instanceof vscode.Uri
      ? [diff.modified]
      : [],
  );
}
