// The settings of one root folder: read under the trust of the moment, and again whenever one of their files, trust or
// the organisation's policy may have changed.
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Rule } from '../contracts/permission.ts';
import type { Settings } from '../contracts/settings.ts';
import { cleanEnvironment } from '../host/environment.ts';
import { LOGIN_KEY } from '../host/ids.ts';
import { createTrustStore } from '../host/trustStore.ts';
import { underLogin } from '../providers/vendorOf.ts';
import { editorMcpFile, mcpFile } from '../settings/mcpServers.ts';
import { changedSince, watchSettings } from '../settings/watch.ts';
import { withRuleProblems } from './judgeOptions.ts';
import type { ProjectParts, ProjectPlaces } from './projectParts.ts';
import { createTrustedSettings } from './trustedSettings.ts';

type Env = Readonly<Record<string, string | undefined>>;

export type FollowedSettings = {
  now(): Settings;
  /** What VS Code was started with, and what settings add. */
  env(): Env;
  /** The same for requests: programs are not told of the login. */
  modelEnv(): Env;
  /** The root and what settings add to it, by their real paths. */
  workingDirectories(): string[];
  /** Reads them at once; one reading at a time, and `onRead` before it resolves. Rejects with a readable reason. */
  reload(): Promise<void>;
  /** Accepts values of the repository, by their ids, and reads the settings again. */
  accept(ids: readonly string[]): Promise<void>;
  /** Of these ids, those that are held. */
  acceptHeld(ids: readonly string[]): Promise<void>;
  /** Rules that were written to a file because the person wished it: they are accepted with that, and hold at once. */
  acceptRules(file: string, rules: readonly string[]): Promise<void>;
  /** A person took this rule out of its file, or put it back: an allow rule that returns by another hand is held. */
  ruleRemoved(rule: Rule, removed: boolean): Promise<void>;
  onRead: vscode.Event<void>;
  /** For whoever listens by now: reads again if something changed while nobody watched yet. */
  catchUp(): void;
  dispose(): void;
};

/** What the system keeps of the organisation's settings tells nobody that it changed. */
const POLICY_POLL_MS = 30 * 60_000;

/** Rejects with a readable reason when they cannot be read. */
export async function followSettings(
  places: ProjectPlaces,
  { context, keys, log, login }: Pick<ProjectParts, 'context' | 'keys' | 'log' | 'login'>,
): Promise<FollowedSettings> {
  const { root } = places;
  const trusted = createTrustedSettings(
    {
      ...places,
      trusted: () => vscode.workspace.isTrusted,
      // What cannot be read may well be a key.
      keepsKey: () =>
        keys.list().then(
          (list) => list.length > 0 || context.globalState.get(LOGIN_KEY) === true,
          () => true,
        ),
      env: process.env,
    },
    createTrustStore(context.globalState),
  );
  // An account that cannot be read is one all the same: nothing else is used in its place.
  const hasLogin = async (config: Settings['login']) =>
    config !== undefined &&
    login(config)
      .accounts()
      .then(
        (accounts) => accounts.length > 0,
        () => true,
      );
  const read = async () => {
    const settings = withRuleProblems(await trusted.load());
    return {
      settings,
      signedIn: await hasLogin(settings.login),
      directories: await realPaths([root, ...settings.additionalDirectories]),
    };
  };

  const readingFrom = Date.now();
  let current = await read();
  const onRead = new vscode.EventEmitter<void>();
  const watchedFiles = () =>
    // A key of the registry is no file.
    [...current.settings.sources.map((source) => source.file), mcpFile(root), editorMcpFile(root)].filter((file) =>
      path.isAbsolute(file),
    );
  let watched = watchedFiles();
  let watcher = watchSettings(watched, () => reloadLater());
  let reading: Promise<void> = Promise.resolve();
  /** One at a time: an older reading must not win over a newer one. Whoever asked for a reading hears of its failure. */
  const reload = () => {
    reading = reading
      .catch(() => {})
      .then(async () => {
        current = await read();
        const now = watchedFiles();
        if (now.join('\n') !== watched.join('\n')) {
          watcher.dispose();
          watched = now;
          watcher = watchSettings(now, () => reloadLater());
          // Something may have changed before the new watch began.
          current = await read();
        }
        onRead.fire();
      });
    return reading;
  };
  const reloadLater = () => {
    reload().catch((cause: unknown) => log.error(`The settings of ${root} could not be read again`, cause));
  };
  const policyPoll = setInterval(reloadLater, POLICY_POLL_MS);
  policyPoll.unref();
  const trustGranted = vscode.workspace.onDidGrantWorkspaceTrust(reloadLater);

  const env = () => ({ ...cleanEnvironment(process.env), ...current.settings.env });
  const accept = async (ids: readonly string[]) => {
    await trusted.accept(ids);
    await reload();
  };
  return {
    now: () => current.settings,
    env,
    modelEnv: () => (current.signedIn ? underLogin(env(), current.settings.login?.baseUrl) : env()),
    workingDirectories: () => current.directories,
    reload,
    accept,
    acceptHeld: (ids) => {
      const held = current.settings.loosening.filter(({ id, state }) => state === 'held' && ids.includes(id));
      return accept(held.map(({ id }) => id));
    },
    acceptRules: async (file, rules) => {
      await trusted.acceptRules(file, rules);
      await reload();
    },
    ruleRemoved: async ({ behavior, file, text }, removed) => {
      if (behavior !== 'allow' || file === undefined) return;
      await (removed ? trusted.withdrawRules(file, [text]) : trusted.acceptRules(file, [text]));
    },
    onRead: onRead.event,
    catchUp: () => {
      if (changedSince(watched, current.settings.sources, readingFrom)) reloadLater();
    },
    dispose: () => {
      watcher.dispose();
      clearInterval(policyPoll);
      trustGranted.dispose();
      onRead.dispose();
    },
  };
}

async function realPaths(folders: readonly string[]): Promise<string[]> {
  // A folder that does not exist (yet) stands for itself.
  return Promise.all(folders.map((folder) => realpath(folder).catch(() => folder)));
}
