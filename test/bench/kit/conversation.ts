// A conversation as the extension composes it, in plain Node: real provider, tools, decisions, context and transcript.
import { randomUUID } from 'node:crypto';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rgPath } from '@vscode/ripgrep';
import { startConversation } from '../../../src/compose/startConversation.ts';
import type { Finish } from '../../../src/contracts/event.ts';
import { editFunctions } from '../../../src/edits/functions.ts';
import { createJournal } from '../../../src/edits/journal/journal.ts';
import { writeAtomically } from '../../../src/edits/writeAtomically.ts';
import { createConnections } from '../../../src/mcp/connection/connections.ts';
import { createOpenCalls } from '../../../src/mcp/interaction/openCalls.ts';
import { createProvider } from '../../../src/providers/index.ts';
import { buildRequest } from '../../../src/providers/messagesRequest.ts';
import { createModelChoice } from '../../../src/providers/modelChoice.ts';
import { loadSettings } from '../../../src/settings/load.ts';
import { createTranscriptStore } from '../../../src/transcript/store.ts';
import { createLedger } from '../../../src/usage/ledger.ts';
import { createMeter } from '../../../src/usage/meter.ts';
import { connectionParts } from '../../support/mcp/connections.ts';
import { shellReader } from '../../support/shellReader.ts';
import { vendorParts } from '../../support/vendorParts.ts';
import { temporaryWorkspace } from '../../support/vscode/workspace.ts';
import { diskWorkspace } from './diskWorkspace.ts';

type Parts = Parameters<typeof startConversation>[0];

export type BenchConversation = {
  root: string;
  /** Sends a prompt and resolves when its turn is over: milliseconds. Rejects when it did not end well. */
  run(text: string): Promise<number>;
  end(): Promise<void>;
};

/** In the sample project, or in one with these files. Nothing personal is read: the home folder is an empty one. */
export async function startBenchConversation(url: string, files?: Record<string, string>): Promise<BenchConversation> {
  const workspace = await temporaryWorkspace(files);
  const root = workspace.folder;
  const home = await realpath(await mkdtemp(path.join(tmpdir(), 'assent-home-')));
  const configDir = path.join(home, '.claude');
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: 'bench',
    ANTHROPIC_MODEL: 'assent-rehearsal',
  };
  const managedDir = path.join(home, 'managed');
  const settings = await loadSettings({ root, home, configDir, trusted: true, env, managedDir });
  const ledger = createLedger(path.join(home, 'usage'), Date.now);
  const meter = createMeter({ ledger, now: Date.now })({
    root,
    caps: () => [],
    price: () => ({ input: 0, output: 0 }),
    wire: (request) => buildRequest(request, env).body,
    rebuildLimit: () => undefined,
    warns: () => false,
  });
  const connections = createConnections(connectionParts());
  const parts: Parts = {
    places: { root, home, configDir, managedDir },
    log: { info: () => {}, warn: () => {}, error: console.error, show: () => {}, hide: () => {}, dispose: () => {} },
    workspace: diskWorkspace,
    edits: editFunctions,
    recorder: createJournal({
      folder: path.join(home, 'journal'),
      edits: editFunctions,
      workspace: diskWorkspace,
      writeAtomically,
      env: () => env,
      trusted: () => true,
      enabled: () => true,
      openFiles: () => [],
      now: Date.now,
      log: console.error,
    }).recorder,
    ripgrep: async () => rgPath,
    provider: createProvider({ env: () => env, ...vendorParts(), metered: meter.metered }),
    models: createModelChoice({
      env: () => env,
      settings: () => ({ enforce: false, overrides: {}, fallback: [] }),
      listed: () => [],
    }),
    meter,
    fetchPage: () => Promise.reject(new Error('a bench fetches nothing')),
    transcripts: createTranscriptStore({
      configDir,
      version: '0.0.0',
      env: () => env,
      now: Date.now,
      newId: randomUUID,
    }),
    env: () => env,
    judgeOptions: (rules) => ({
      rules: [...settings.rules, ...rules],
      root,
      additionalDirectories: [],
      trusted: true,
      degraded: settings.degraded,
      disableBypass: settings.disableBypass,
      home,
      searchPath: env.PATH ?? '',
      shell: shellReader,
    }),
    settings: () => settings,
    workingDirectories: () => [root],
    shellKind: 'bash' as const,
    servers: { toolsFor: () => () => [], ready: async () => {}, all: () => [], connections },
    serverCalls: createOpenCalls({ newId: randomUUID, openAddress: async () => false, log: () => {} }),
    resourceWatch: { watch: () => {}, dispose: () => {} },
    editorTools: { toolsFor: () => () => [] },
    remembered: async () => {},
  };
  const conversation = await startConversation(parts, { mode: 'default', model: 'assent-rehearsal' });
  return {
    root,
    async run(text) {
      const startedAt = performance.now();
      const finish = await new Promise<Finish>((resolve, reject) => {
        const stop = conversation.listen((event) => {
          if (event.type === 'asked') reject(new Error(`A figure must not ask: ${JSON.stringify(event.question)}`));
          if (event.type !== 'finished') return;
          stop();
          resolve(event.finish);
        });
        conversation.send({ id: randomUUID(), text, attachments: [], atMs: Date.now() });
      });
      if (finish.reason !== 'done') throw new Error(`The turn ended with ${JSON.stringify(finish)}`);
      return performance.now() - startedAt;
    },
    async end() {
      await conversation.dispose();
      await workspace.remove();
      await rm(home, { recursive: true, force: true });
    },
  };
}
