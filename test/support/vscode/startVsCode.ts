// Starts a real VS Code (code-server: VS Code's own server and workbench) on loopback and ends it without a trace.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isolatedEnvironment, personsEnvironment } from './environment.ts';
import { installedExtensions, withChatModels } from './extensions.ts';
import { endMarked, guard, MARK } from './processes.ts';
import { CODE_SERVER, NODE, VSIX } from './root.ts';
import { TEST_SETTINGS } from './settings.ts';

export type VsCodeOptions = {
  /** The folder to open, absolute. It must exist. */
  workspace: string;
  /** Profile folder: settings, logs, workspace state. Default: a temporary one that `stop` removes. */
  userData?: string;
  /** Variables for the server, the extension host and terminals, on top of the isolated or the person's own ones. */
  env?: Record<string, string | undefined>;
  /** User settings on top of `TEST_SETTINGS`; written before the start. `keep` leaves an existing file alone. */
  settings?: Record<string, unknown> | 'keep';
  /** The package to install; default the one `npm run package` made, `false` for none. */
  vsix?: string | false;
  /** Folder of installed extensions to use instead of a `vsix`. */
  extensions?: string;
  /** The extension of test/support/chatModels is installed, too. */
  chatModels?: boolean;
  /**
   * Workspace Trust: 'granted' (default) switches the feature off, so that every folder is trusted;
   * 'restricted' opens in Restricted Mode without a question; 'ask' shows VS Code's own start question.
   * With `settings: 'keep'` and any but 'granted', VS Code's own default holds.
   */
  trust?: 'granted' | 'restricted' | 'ask';
  /** Default: any free port. SecretStorage and trust are kept per origin, so a restart that needs them keeps the port. */
  port?: number;
  /** Let extension tests and `window.driver` in; a release build ignores both otherwise. */
  smokeTest?: boolean;
  /** False: home folder, credentials and proxy of the person who runs us. Default true: a home of its own below `userData`. */
  isolated?: boolean;
};

export type VsCode = {
  /** Opens the workspace: `http://127.0.0.1:PORT/?folder=…`. */
  url: string;
  port: number;
  workspace: string;
  userData: string;
  /** `HOME` of the extension host. */
  home: string;
  /** Its mark: `marked(mark)` lists all processes that belong to it. */
  mark: string;
  /** What the server has said so far. */
  logs(): string;
  /** The newest log of the extension host (`remoteexthost.log`), or of our own output channel. */
  extensionHostLog(): Promise<string>;
  outputLog(): Promise<string>;
  /** Writes user settings on top of those of the start. For windows that open later: an open one may not notice. */
  changeSettings(settings: Record<string, unknown>): Promise<void>;
  /** Runs first when `stop` is called; windows close themselves with it. */
  onStop(action: () => Promise<void>): void;
  /** Resolves when the server is gone, by `stop` or by itself. */
  ended: Promise<void>;
  /** Ends every process and removes what was temporary. May be called twice. */
  stop(): Promise<void>;
};

const TRUST_SETTINGS = {
  granted: {},
  restricted: { 'security.workspace.trust.startupPrompt': 'never' },
  ask: { 'security.workspace.trust.startupPrompt': 'always' },
} as const;

/** Resolves when the server answers. Rejects with its output when it does not within 30 s. */
export async function startVsCode(options: VsCodeOptions): Promise<VsCode> {
  const temporary = options.userData === undefined;
  const userData = options.userData ?? (await mkdtemp(path.join(tmpdir(), 'assent-vscode-')));
  const isolated = options.isolated ?? true;
  const home = isolated ? path.join(userData, 'home') : (process.env['HOME'] ?? userData);
  if (isolated) await mkdir(path.join(home, '.claude'), { recursive: true });
  const trust = options.trust ?? 'granted';
  const settings = {
    ...TEST_SETTINGS,
    ...TRUST_SETTINGS[trust],
    ...(options.settings === 'keep' ? {} : options.settings),
  };
  if (options.settings !== 'keep') await writeSettings(userData, settings);
  const installed = options.extensions ?? (await extensionsFolder(options.vsix ?? VSIX, userData));
  const extensions = options.chatModels ? await withChatModels(installed, path.join(userData, 'both')) : installed;
  const port = options.port ?? (await freePort(0));
  const mark = randomUUID();

  const config = path.join(userData, 'code-server.yaml');
  await writeFile(config, 'auth: none\n');
  const watch = guard(mark);
  const server = spawn(
    NODE,
    [
      ...[CODE_SERVER, '--config', config, '--user-data-dir', userData, '--extensions-dir', extensions],
      ...['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, '--ignore-last-opened'],
      ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override', '--disable-proxy'],
      ...(trust === 'granted' ? ['--disable-workspace-trust'] : []),
      ...(options.smokeTest ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
    ],
    {
      cwd: options.workspace,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: Ctrl+C in the terminal reaches us alone, and we end it in order.
      detached: true,
      env: { ...(isolated ? isolatedEnvironment(home) : personsEnvironment()), ...options.env, [MARK]: mark },
    },
  );
  const output = collect(server, path.join(userData, 'code-server.log'));
  const ended = new Promise<void>((resolve) => server.once('close', () => resolve()));
  const atStop: Array<() => Promise<void>> = [];
  let stopping: Promise<void> | undefined;
  const end = async () => {
    for (const action of atStop) await action();
    await endMarked(mark);
    await watch.end();
    if (temporary) await rm(userData, { recursive: true, force: true, maxRetries: 5 });
  };
  const stop = () => {
    stopping ??= end();
    return stopping;
  };
  try {
    await ready(server, port, output);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: `http://127.0.0.1:${port}/?folder=${encodeURIComponent(options.workspace).replaceAll('%2F', '/')}`,
    port,
    workspace: options.workspace,
    userData,
    home,
    mark,
    logs: output,
    extensionHostLog: () => newestLog(userData, /remoteexthost\.log$/),
    outputLog: () => newestLog(userData, /assent\.assent[\\/].*\.log$/),
    changeSettings: async (more) => writeSettings(userData, Object.assign(settings, more)),
    onStop: (action) => atStop.push(action),
    ended,
    stop,
  };
}

/** The wanted port, or any for 0. Rejects with EADDRINUSE when it is taken. */
export async function freePort(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(wanted, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : wanted));
    });
  });
}

/** Writes the user's settings.json of a profile folder. */
export async function writeSettings(userData: string, settings: Record<string, unknown>): Promise<void> {
  await mkdir(path.join(userData, 'User'), { recursive: true });
  await writeFile(path.join(userData, 'User/settings.json'), `${JSON.stringify(settings, undefined, 2)}\n`);
}

async function extensionsFolder(vsix: string | false, userData: string): Promise<string> {
  if (vsix !== false) return installedExtensions(vsix);
  const empty = path.join(userData, 'extensions');
  await mkdir(empty, { recursive: true });
  return empty;
}

function collect(server: ChildProcess, file: string): () => string {
  const log = createWriteStream(file, { flags: 'a' });
  let text = '';
  const add = (chunk: Buffer) => {
    text += chunk.toString();
    log.write(chunk);
  };
  server.stdout?.on('data', add);
  server.stderr?.on('data', add);
  server.once('error', (error) => add(Buffer.from(`${error.message}\n`)));
  server.once('close', () => log.end());
  return () => text;
}

async function ready(server: ChildProcess, port: number, output: () => string): Promise<void> {
  for (const giveUpAt = Date.now() + 30_000; Date.now() < giveUpAt; ) {
    if (server.exitCode !== null || server.signalCode !== null || server.pid === undefined) break;
    // Its own words first: on a port that somebody else took meanwhile, the other one would answer.
    if (output().includes(`listening on http://127.0.0.1:${port}`) && (await answers(port))) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`VS Code did not start on port ${port}. It said:\n${output()}`);
}

async function answers(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/healthz`).then(
    (answer) => answer.ok,
    () => false,
  );
}

async function newestLog(userData: string, name: RegExp): Promise<string> {
  const folder = path.join(userData, 'logs');
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  // The first folder's name is the time of the start, so the last one in order is the newest.
  const newest = files
    .filter((file) => name.test(file))
    .sort()
    .at(-1);
  return newest === undefined ? '' : readFile(path.join(folder, newest), 'utf8');
}
