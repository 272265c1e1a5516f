// Builds what one VS Code window needs and introduces the parts to one another.
import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod/mini';
import { editFunctions } from '../edits/functions.ts';
import { writeAtomically } from '../edits/writeAtomically.ts';
import { type Commands, createCommands, runForPage } from '../host/commands.ts';
import { createEditorModels } from '../host/editorModels.ts';
import { editorModelsWay } from '../host/editorModelsWay.ts';
import {
  MCP_TYPE,
  type PageType,
  PENDING_KEY,
  PERMISSIONS_TYPE,
  STATUS_TYPE,
  USAGE_TYPE,
  WAITING_KEY,
} from '../host/ids.ts';
import type { Log } from '../host/log.ts';
import { McpView } from '../host/mcpView.ts';
import { findMentions } from '../host/mentions.ts';
import { createModelNotes } from '../host/modelNotes.ts';
import { OpenConversations } from '../host/openConversations.ts';
import { ChatPages } from '../host/pages.ts';
import { createPendingEditor } from '../host/pending.ts';
import { createPendingChanges } from '../host/pendingChanges.ts';
import { createPendingStore } from '../host/pendingStore.ts';
import { PermissionsView } from '../host/permissionsView.ts';
import { createPlanDocuments } from '../host/planDocument.ts';
import type { Project } from '../host/project.ts';
import { type Questions, watchQuestions } from '../host/questions.ts';
import { createReviewEditor, type ReviewQuestion } from '../host/review.ts';
import { createStoredKeys } from '../host/secrets.ts';
import { watchSelection } from '../host/selection.ts';
import type { StatusBar } from '../host/statusBar.ts';
import { StatusView } from '../host/statusView.ts';
import { createTerminalMirror } from '../host/terminalMirror.ts';
import { createUndoCommands } from '../host/undoCommands.ts';
import { isRedirect, parseOpenUri } from '../host/uri.ts';
import { createWorkspace } from '../host/workspace.ts';
import { entryFault } from '../mcp/entryFault.ts';
import { describeCall } from '../permissions/describeCall.ts';
import { lazyShellReader } from '../permissions/shell/reader.ts';
import { setValue } from '../settings/setValue.ts';
import { withEnv } from '../settings/withEnv.ts';
import { findRipgrep } from '../util/ripgrep.ts';
import { openProject } from './openProject.ts';
import { openUsage } from './openUsage.ts';
import { planRemoval } from './planRemoval.ts';
import type { OpenedProject } from './projectParts.ts';
import { openTeamLogin } from './teamLogin.ts';

export type AssentWindow = {
  run(command: string, args: unknown[]): unknown;
  resolveView(view: vscode.WebviewView): void;
  restorePanel(panel: vscode.WebviewPanel, state: unknown): void;
  restorePage(type: PageType, panel: vscode.WebviewPanel, state: unknown): Promise<void>;
  openUri(uri: vscode.Uri): Promise<void>;
  authentication: vscode.AuthenticationProvider;
  /** Ends every conversation and the processes it started. */
  dispose(): Promise<void>;
};

/** By then a question that is decided anew has been asked. */
const RELEASE_MS = 5_000;
const waitingState = z.array(z.object({ root: z.string(), session: z.uuid() }));

/** The conversations that waited for an answer when the window was closed. */
function waitingBefore(context: vscode.ExtensionContext): Array<{ root: string; session: string }> {
  return waitingState.safeParse(context.workspaceState.get(WAITING_KEY)).data ?? [];
}

export function composeWindow(context: vscode.ExtensionContext, log: Log, statusBar: StatusBar): AssentWindow {
  const configDir = path.resolve(process.env['CLAUDE_CONFIG_DIR'] || path.join(homedir(), '.claude'));
  const userSettings = path.join(configDir, 'settings.json');
  const keys = createStoredKeys(context.secrets);
  const selection = watchSelection();
  const plans = createPlanDocuments();
  const setting = (name: string) => vscode.workspace.getConfiguration('assent').get(name, false);
  const mirror = createTerminalMirror(() => setting('terminal.mirror'));
  const notes = createModelNotes(context.workspaceState);
  const workspace = createWorkspace({ edits: editFunctions, writeAtomically });
  const ripgrep = once(() =>
    findRipgrep({
      appRoot: vscode.env.appRoot,
      platform: process.platform,
      arch: process.arch,
      searchPath: process.env['PATH'] ?? '',
      notFrom: (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath),
    }),
  );

  const shell = lazyShellReader(
    {
      runtime: context.asAbsolutePath('dist/web-tree-sitter.wasm'),
      grammar: context.asAbsolutePath('dist/tree-sitter-bash.wasm'),
    },
    (cause) => log.error('The parsers of shell commands could not be loaded: every command is asked about', cause),
  );

  const usage = openUsage(context, log);

  const pending = createPendingChanges({
    edits: editFunctions,
    workspace,
    store: createPendingStore(path.join((context.storageUri ?? context.globalStorageUri).fsPath, 'pending')),
    recorder: async (root) => (await projectOf(root)).recorder,
    note: notes.add,
    log,
    key: (file) => vscode.Uri.file(file).fsPath,
  });
  pending.onChanged(() => void context.workspaceState.update(PENDING_KEY, pending.conversations().length > 0));
  pending.load().catch((cause: unknown) => log.error('Changes of an earlier window could not be taken up', cause));

  const teamLogin = openTeamLogin({
    context,
    configDir,
    log,
    changed: () => {
      for (const project of projects.values()) {
        project
          .then((one) => one.reload())
          .catch((cause: unknown) => log.error('A folder did not hear of the accounts', cause));
      }
    },
  });
  const editorModels = createEditorModels();
  const projects = new Map<string, Promise<OpenedProject>>();
  const projectChanged = new vscode.EventEmitter<string>();
  const projectOf = (root: string): Promise<OpenedProject> => {
    const known = projects.get(root);
    if (known !== undefined) return known;
    const opening = openProject(root, {
      context,
      login: teamLogin.of,
      redirects: teamLogin.redirects,
      configDir,
      keys,
      log,
      workspace,
      ripgrep,
      shell,
      usage,
      editorModels,
      edits: editFunctions,
      notes: async (conversation) => {
        await pending.tellTakenBack(conversation);
        return notes.take(conversation);
      },
      watchWrites: pending.recorder,
    });
    projects.set(root, opening);
    opening.then(
      (project) => project.onChanged(() => projectChanged.fire(root)),
      // A root that could not be opened is tried again.
      () => projects.delete(root),
    );
    return opening;
  };

  const conversations = new OpenConversations(projectOf, log);
  const review = createReviewEditor({
    edits: editFunctions,
    storage: path.join((context.storageUri ?? context.globalStorageUri).fsPath, 'reviews'),
    log,
    answer: (conversation, question, answer) =>
      conversations.get(conversation)?.conversation.answer(question, answer) ?? false,
    seen: () => (pages.current().visible ? pages.current().open?.conversation.id : undefined),
  });
  const pendingEditor = createPendingEditor({
    pending,
    log,
    reviews: review.commands,
    reviewWaits: review.waits,
    seen: () => (pages.current().visible ? pages.current().open?.conversation.id : undefined),
  });
  let commands: Commands = {};
  const pages = new ChatPages(
    {
      conversations,
      selection,
      review,
      pending: pendingEditor,
      log,
      platform: process.platform === 'darwin' ? 'mac' : 'other',
      onProjectChanged: projectChanged.event,
      onSpent: usage.onChanged,
      findMentions: async (project: Project, query, current) => {
        const { files } = await projectOf(project.root);
        const [found, resources] = await Promise.all([
          findMentions(query, { root: project.root, list: files, judge: project.judge, current }),
          project.serverOffers.mentions(query),
        ]);
        // What was begun with the name of a server means its resources.
        return resources.some(({ label }) => query !== '' && label.startsWith(query))
          ? [...resources, ...found]
          : [...found, ...resources];
      },
      openPlan: (open, plan) => plans.open(open.conversation.id, plan),
      runCommand: (command, argument) => runForPage(commands, command, pages, argument),
    },
    context,
  );
  const questions: Questions = watchQuestions({
    conversations,
    isVisible: (conversation) => pages.isVisible(conversation),
    reveal: async (open) => {
      await pages.reveal(open);
    },
    current: () => pages.current().open,
    acceptAll: (id) => review.acceptAll(id),
    changed: ({ waiting, running }) => {
      pages.mark(waiting);
      statusBar.show({ waiting: waiting.length, running });
      void context.workspaceState.update(
        WAITING_KEY,
        waiting.map(({ open }) => ({ root: open.project.root, session: open.conversation.id })),
      );
    },
  });
  const permissions = new PermissionsView({
    extension: context.extensionUri,
    log,
    openProject: projectOf,
    conversations,
    current: () => pages.current().open,
    actionsOf: (tool, input, cwd) => describeCall(tool, input, { cwd, home: homedir(), platform: process.platform }),
    planRemoval,
  });
  const usageView = usage.view(() => pages.current().open);
  const serversView = new McpView({
    extension: context.extensionUri,
    log,
    openProject: projectOf,
    current: () => pages.current().open,
    faultOf: entryFault,
  });
  const statusView = new StatusView({
    extension: context.extensionUri,
    log,
    current: async () => {
      const project = await currentProject();
      const model = pages.current().open?.conversation.state.model ?? project?.defaultModel();
      return project && model !== undefined ? { status: project.status, model } : undefined;
    },
    onChanged: projectChanged.event,
    userSettings,
    home: homedir(),
  });
  const tabs = {
    [PERMISSIONS_TYPE]: permissions,
    [USAGE_TYPE]: usageView,
    [MCP_TYPE]: serversView,
    [STATUS_TYPE]: statusView,
  };
  const undo = createUndoCommands({ pages, conversations, notes });
  commands = {
    ...createCommands({
      pages,
      permissions,
      usage: usageView,
      servers: serversView,
      status: statusView,
      questions,
      log,
      signIn: {
        keys,
        project: async () => currentProject(),
        projects: () => Promise.all(projects.values()),
        userSettings,
        withEnv,
        setEnv: (name, value) => setValue(userSettings, ['env', name], value),
        teamLogin: teamLogin.authentication,
        editorModels: editorModelsWay({
          models: editorModels,
          setDefault: (id) => setValue(userSettings, 'model', id),
          current: () => pages.current().open?.conversation,
        }),
      },
    }),
    ...pendingEditor.commands,
    ...undo.commands,
  };

  const showReview = async (conversation: string, question: ReviewQuestion) => {
    await review.show(conversation, question);
    const [first] = question.review.changes;
    if (setting('review.openDiff') && first) await review.open(question.review.id, first.path, { focus: false });
  };

  const currentProject = async () => {
    const root = pages.current().open?.project.root ?? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    return root === undefined ? undefined : projectOf(root);
  };

  context.subscriptions.push(
    conversations.onEvent(({ open, event }) => {
      mirror.show(event);
      if (event.type === 'finished') pages.finished(open);
      if (event.type === 'asked' && event.question.type === 'plan') {
        plans.update(open.conversation.id, event.question.plan);
      }
      if (event.type === 'asked' && event.question.type === 'review') {
        void showReview(open.conversation.id, event.question);
      }
      if (event.type === 'answered' && event.question.type === 'review') {
        review.settled(event.question.review.id).catch((cause: unknown) => log.error('A review did not close', cause));
      }
    }),
  );

  // A question that waited when the window closed waits again, whether or not its page is shown.
  for (const { root, session } of waitingBefore(context)) {
    const holder = {};
    conversations
      .resume(root, session, holder)
      .then((open) => open && setTimeout(() => conversations.release(open.conversation.id, holder), RELEASE_MS))
      .catch((cause: unknown) => log.error(`The conversation ${session} could not be opened again`, cause));
  }

  return {
    run: (command, args) => {
      const run = commands[command];
      if (run === undefined) throw new Error(`No command ${command}`);
      return run(...args);
    },
    resolveView: (view) => pages.resolveView(view),
    restorePanel: (panel, state) => pages.restorePanel(panel, state),
    restorePage: async (type, panel, state) => tabs[type].restore(panel, state),
    authentication: teamLogin.authentication,
    openUri: async (uri) => {
      if (isRedirect(uri.path)) return void teamLogin.redirects.openUri(uri.query);
      const request = parseOpenUri(uri.path, uri.query);
      if (request === undefined) return;
      await pages.focusView();
      const page = pages.view.page;
      if (request.session !== undefined) await pages.resume(page, request.session);
      if (request.prompt !== '') await pages.current().insert(request.prompt);
    },
    dispose: async () => {
      permissions.dispose();
      usageView.dispose();
      serversView.dispose();
      statusView.dispose();
      usage.dispose();
      questions.dispose();
      mirror.dispose();
      plans.dispose();
      undo.dispose();
      selection.dispose();
      teamLogin.dispose();
      editorModels.dispose();
      await conversations.dispose();
      pages.dispose();
      pendingEditor.dispose();
      review.dispose();
      for (const project of projects.values()) {
        await project
          .then((one) => one.dispose())
          .catch((cause: unknown) => log.error('A folder could not be closed', cause));
      }
      projectChanged.dispose();
    },
  };
}

/** Asks once; a failure is asked again. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= ask().catch((error: unknown) => {
      answer = undefined;
      throw error;
    });
    return answer;
  };
}
