// A folder as a window opens it, with everything real but the model, which follows a script.
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { openProject } from '../../src/compose/openProject.ts';
import { openUsage } from '../../src/compose/openUsage.ts';
import type { OpenedProject } from '../../src/compose/projectParts.ts';
import type { Conversation } from '../../src/contracts/conversation.ts';
import type { AgentEvent, Finish } from '../../src/contracts/event.ts';
import type { Answer, Question } from '../../src/contracts/question.ts';
import { editFunctions } from '../../src/edits/functions.ts';
import { writeAtomically } from '../../src/edits/writeAtomically.ts';
import { createEditorModels } from '../../src/host/editorModels.ts';
import { createStoredKeys } from '../../src/host/secrets.ts';
import { createWorkspace } from '../../src/host/workspace.ts';
import { lazyShellReader } from '../../src/permissions/shell/reader.ts';
import { type Rehearsal, startRehearsal } from '../support/rehearsal/server.ts';
import { rehearsalEnvironment } from '../support/vscode/environment.ts';
import { quietLog } from './fakes.ts';

export type RealProject = {
  root: string;
  project: OpenedProject;
  rehearsal: Rehearsal;
  /** All that went to the log. */
  logged: string[];
  /** The person's own settings from now on; `env` on top of what leads to the rehearsal. */
  setSettings(values?: Record<string, unknown>): Promise<void>;
  /** Files of the organisation from now on. */
  setManaged(files: Record<string, unknown>): Promise<void>;
  end(): Promise<void>;
};

/** A turn of a conversation: how it ended, and what happened in it. */
export type TurnTaken = { finish: Finish; events: AgentEvent[]; questions: Question[] };

export async function openRealProject(): Promise<RealProject> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'assent-project-')));
  const at = (name: string) => path.join(folder, name);
  for (const name of ['root', 'config', 'managed', 'storage']) await mkdir(at(name));
  const rehearsal = await startRehearsal();
  const logged: string[] = [];
  const log = { ...quietLog };
  for (const level of ['info', 'warn', 'error'] as const)
    log[level] = (text: string, cause?: unknown) => void logged.push(`${text} ${cause ?? ''}`);

  const managedBefore = process.env['ASSENT_MANAGED_SETTINGS_DIR'];
  process.env['ASSENT_MANAGED_SETTINGS_DIR'] = at('managed');
  const writeSettings = async ({ env = {}, ...values }: Record<string, unknown> = {}) => {
    const settings = { ...values, env: { ...rehearsalEnvironment(rehearsal.url), ...(env as object) } };
    await writeFile(path.join(at('config'), 'settings.json'), JSON.stringify(settings));
  };
  await writeSettings();

  const extension = vscode.extensions.getExtension('assent.assent');
  if (extension === undefined) throw new Error('The extension is not there');
  const secrets: vscode.SecretStorage = {
    get: async () => undefined,
    store: async () => {},
    delete: async () => {},
    onDidChange: () => ({ dispose: () => {} }),
  };
  const context = {
    extension,
    extensionUri: extension.extensionUri,
    extensionMode: vscode.ExtensionMode.Test,
    subscriptions: [],
    globalState: memento(),
    workspaceState: memento(),
    secrets,
    globalStorageUri: vscode.Uri.file(at('storage')),
    storageUri: vscode.Uri.file(at('storage')),
    asAbsolutePath: (name: string) => path.join(extension.extensionPath, name),
  } as unknown as vscode.ExtensionContext;
  const usage = openUsage(context, log);
  const editorModels = createEditorModels();
  const never = (): never => {
    throw new Error('no login in this test');
  };
  const project = await openProject(at('root'), {
    context,
    configDir: at('config'),
    keys: createStoredKeys(secrets),
    log,
    workspace: createWorkspace({ edits: editFunctions, writeAtomically }),
    edits: editFunctions,
    login: never,
    redirects: { open: never, handle: () => false, dispose: () => {} } as never,
    ripgrep: never,
    usage,
    editorModels,
    shell: lazyShellReader(
      {
        runtime: context.asAbsolutePath('dist/web-tree-sitter.wasm'),
        grammar: context.asAbsolutePath('dist/tree-sitter-bash.wasm'),
      },
      (cause) => log.error('no parsers', cause),
    ),
  });
  return {
    root: at('root'),
    project,
    rehearsal,
    logged,
    setSettings: async (values) => {
      await writeSettings(values);
      await project.reload();
    },
    setManaged: async (files) => {
      await rm(at('managed'), { recursive: true });
      await mkdir(at('managed'));
      for (const [name, content] of Object.entries(files))
        await writeFile(path.join(at('managed'), name), JSON.stringify(content));
      await project.reload();
      await project.servers.reload();
    },
    end: async () => {
      await project.dispose();
      usage.dispose();
      editorModels.dispose();
      await rehearsal.close();
      if (managedBefore === undefined) delete process.env['ASSENT_MANAGED_SETTINGS_DIR'];
      else process.env['ASSENT_MANAGED_SETTINGS_DIR'] = managedBefore;
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Sends a prompt, and answers what is asked; resolves when the turn is over. */
export async function takeTurn(
  conversation: Conversation,
  text: string,
  answer: (question: Question) => Answer | Promise<Answer> = () => ({ type: 'deny' }),
): Promise<TurnTaken> {
  const events: AgentEvent[] = [];
  const questions: Question[] = [];
  const finish = await new Promise<Finish>((resolve, reject) => {
    const stop = conversation.listen((event) => {
      events.push(event);
      if (event.type === 'asked') {
        questions.push(event.question);
        Promise.resolve(event.question)
          .then(answer)
          .then((said) => conversation.answer(event.question.id, said))
          .catch(reject);
      }
      if (event.type !== 'finished') return;
      stop();
      resolve(event.finish);
    });
    conversation.send({ id: randomUUID(), text, attachments: [], atMs: Date.now() });
  });
  return { finish, events, questions };
}

function memento(): vscode.Memento & { setKeysForSync(): void } {
  const values = new Map<string, unknown>();
  return {
    keys: () => [...values.keys()],
    get: <T>(key: string, otherwise?: T) => (values.has(key) ? (values.get(key) as T) : otherwise) as T,
    update: async (key: string, value: unknown) => void values.set(key, value),
    setKeysForSync: () => {},
  };
}
