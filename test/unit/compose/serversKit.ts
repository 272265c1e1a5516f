// A folder with servers, opened as a window does: real files, real settings, what VS Code keeps for the profile.
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach } from 'node:test';
import { createApprovedRecords } from '../../../src/compose/approvedRecords.ts';
import { type OpenedServers, openServers } from '../../../src/compose/mcpServers.ts';
import { createToolStore } from '../../../src/compose/mcpToolStore.ts';
import { createTrustedSettings } from '../../../src/compose/trustedSettings.ts';
import { createTrustStore } from '../../../src/host/trustStore.ts';
import { watchSettings } from '../../../src/settings/watch.ts';
import { RAW_SERVER } from '../../support/mcp/connections.ts';

const places: Array<{ folder: string; close(): Promise<void> }> = [];
afterEach(async () => {
  for (const place of places.splice(0)) {
    await place.close();
    rmSync(place.folder, { recursive: true, force: true });
  }
});

/** What VS Code keeps for the profile: every window has a copy, and writes all of it. */
export function profileState() {
  let stored = new Map<string, unknown>();
  const windows: Array<{ receive(): void }> = [];
  return {
    stored: () => JSON.stringify([...stored]),
    /** What was written in one window has come to the others. */
    deliver: () => {
      for (const one of windows) one.receive();
    },
    window: () => {
      let mine = new Map(stored);
      windows.push({
        receive: () => {
          mine = new Map(stored);
        },
      });
      return {
        keys: () => [...mine.keys()],
        get: <T>(key: string, other?: T) => (mine.get(key) as T | undefined) ?? other,
        update: async (key: string, value: unknown) => {
          mine.set(key, structuredClone(value));
          stored = new Map(mine);
        },
      };
    },
  };
}

export type Place = Awaited<ReturnType<typeof open>>;
export type More = { trusted?: boolean; env?: Record<string, string>; localWritten?(file: string): void };

/** `files` by their paths from the folder that holds `proj`, `home` and `managed`; objects are written as JSON. */
export async function open(files: Record<string, unknown>, more: More = {}) {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'assent-servers-')));
  const root = path.join(folder, 'proj');
  const home = path.join(folder, 'home');
  const configDir = path.join(home, '.claude');
  const managedDir = path.join(folder, 'managed');
  for (const one of [root, configDir, managedDir]) mkdirSync(one, { recursive: true });
  const write = (name: string, value: unknown) => {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
  };
  for (const [name, value] of Object.entries(files)) write(name, value);
  const state = profileState();
  const lines: string[] = [];
  let trusted = more.trusted ?? true;
  const inputs = new Map<string, string>();
  const env = { PATH: process.env['PATH'], ...more.env };

  /** One that `follows` reads settings again by itself when their files change. */
  const openWindow = async (follows: boolean) => {
    const settingsOf = createTrustedSettings(
      { root, home, configDir, managedDir, env, trusted: () => trusted, keepsKey: async () => false },
      createTrustStore(state.window()),
    );
    let settings = await settingsOf.load();
    const reloadSettings = async () => {
      settings = await settingsOf.load();
    };
    const servers = openServers({
      ...{ root, home, configDir, managedDir },
      trusted: () => trusted,
      settings: () => settings,
      startEnv: env,
      env: () => ({ ...env, ...settings.env }),
      programEnv: () => ({ ...env, ...settings.env }),
      workingDirectories: () => [root],
      accept: async (ids) => {
        await settingsOf.accept(ids);
        await reloadSettings();
      },
      reread: reloadSettings,
      records: createApprovedRecords(path.join(folder, 'approved')),
      inputs: {
        all: async () => Object.fromEntries(inputs),
        ask: async ({ id }) => `value of ${id}`,
        keep: async (values) => {
          for (const [id, value] of Object.entries(values)) inputs.set(id, value);
        },
      },
      toolStore: createToolStore(path.join(folder, 'store')),
      ...(more.localWritten === undefined ? {} : { localWritten: more.localWritten }),
      fetch,
      version: '0.0.0',
      log: { info: (text) => lines.push(text), error: (text, cause) => lines.push(`${text} ${String(cause)}`) },
    });
    const watcher = follows
      ? watchSettings(
          settings.sources.map(({ file }) => file),
          () => void reloadSettings().then(() => servers.settingsChanged()),
        )
      : undefined;
    await servers.reload();
    return {
      servers,
      reloadSettings,
      /** As on the page of permissions. */
      acceptAll: async () => {
        await settingsOf.accept(settings.loosening.map(({ id }) => id));
        await reloadSettings();
        await servers.settingsChanged();
      },
      close: async () => {
        watcher?.dispose();
        await servers.dispose();
      },
    };
  };
  let now = await openWindow(false);
  const others: Array<{ close(): Promise<void> }> = [];
  const place = {
    folder,
    root,
    write,
    state,
    lines,
    inputs,
    read: (name: string) => readFileSync(path.join(folder, name), 'utf8'),
    get servers(): OpenedServers {
      return now.servers;
    },
    trust: async (value: boolean) => {
      trusted = value;
      await now.reloadSettings();
      await now.servers.settingsChanged();
    },
    /** As after a pull. */
    reload: async () => {
      await now.reloadSettings();
      await now.servers.settingsChanged();
    },
    acceptAll: () => now.acceptAll(),
    /** The window is closed, and another opened. */
    again: async () => {
      await now.close();
      now = await openWindow(false);
    },
    /** A second window of the same profile, at the same time. */
    window: async (): Promise<{ servers: OpenedServers }> => {
      const other = await openWindow(true);
      others.push(other);
      return other;
    },
    close: async () => {
      await Promise.all([now, ...others].map((one) => one.close()));
    },
  };
  places.push(place);
  return place;
}

type Window = { servers: OpenedServers };

/** What has become of a server, and why. */
export function standing({ servers }: Window, name = 'docs'): string | undefined {
  const listed = servers.all().find((one) => one.listed.name === name)?.listed;
  return listed && `${listed.standing}${'because' in listed ? ` ${listed.because.code}` : ''}`;
}

/** As the button of the page does: for what is seen at this moment. */
export async function approve({ servers }: Window, name = 'docs', all = false): Promise<void> {
  const known = servers.all().find((one) => one.listed.name === name);
  const seen = servers.all().map((one) => ({ name: one.listed.name, fingerprint: one.fingerprint }));
  await servers.approve(name, known?.fingerprint ?? '', all && seen);
}

/** Resolves once the window shows that. What watches files keeps no process alive, so this does. */
export function shows(window: Window, wanted: string, name = 'docs'): Promise<void> {
  const alive = setInterval(() => {}, 1000);
  return new Promise<void>((resolve) => {
    if (standing(window, name) === wanted) return resolve();
    const listener = window.servers.onChanged(() => {
      if (standing(window, name) !== wanted) return;
      listener.dispose();
      resolve();
    });
  }).finally(() => clearInterval(alive));
}

export const raw = (script: object = {}) => ({ command: process.execPath, args: [RAW_SERVER, JSON.stringify(script)] });
export const project = (servers: object) => ({ 'proj/.mcp.json': { mcpServers: servers } });
export const NEW = 'pending mcp.server.new';
export const CHANGED = 'pending mcp.server.changed';
