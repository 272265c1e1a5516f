// A folder with settings files of a test's choice, and what is made of them.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import type { Settings } from '../../../src/contracts/settings.ts';
import { loadSettings, type SettingsPlaces } from '../../../src/settings/load.ts';

const base = realpathSync(mkdtempSync(path.join(tmpdir(), 'assent-settings-')));
after(() => rmSync(base, { recursive: true, force: true }));
let count = 0;

/** Names that stand for the usual places; any other is a path below the folder. */
const PLACES: Readonly<Record<string, string>> = {
  user: 'home/.claude/settings.json',
  project: 'proj/.claude/settings.json',
  local: 'proj/.claude/settings.local.json',
  mcp: 'proj/.mcp.json',
  managed: 'managed/managed-settings.json',
};

export type Place = ReturnType<typeof freshPlace>;

export function freshPlace(files: Record<string, unknown> = {}) {
  count += 1;
  const folder = path.join(base, String(count));
  const root = path.join(folder, 'proj');
  mkdirSync(root, { recursive: true });
  mkdirSync(path.join(folder, 'home'), { recursive: true });
  const file = (name: string) => path.join(folder, PLACES[name] ?? name);
  /** A text is written as it is, the rest as JSON. */
  const write = (name: string, content: unknown) => {
    mkdirSync(path.dirname(file(name)), { recursive: true });
    writeFileSync(file(name), typeof content === 'string' ? content : JSON.stringify(content, undefined, 2));
  };
  for (const [name, content] of Object.entries(files)) write(name, content);
  const env = { PATH: process.env['PATH'], HOME: path.join(folder, 'home') };
  const load = (more: Partial<SettingsPlaces> = {}): Promise<Settings> =>
    loadSettings({
      root,
      home: path.join(folder, 'home'),
      managedDir: path.join(folder, 'managed'),
      trusted: true,
      env,
      ...more,
    });
  const git = (...args: string[]) => {
    const ran = spawnSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
      cwd: root,
      encoding: 'utf8',
      env: { ...env, GIT_CONFIG_NOSYSTEM: '1' },
    });
    if (ran.status !== 0) throw new Error(`git ${args.join(' ')}: ${ran.stderr}`);
    return ran.stdout;
  };
  return { folder, root, home: path.join(folder, 'home'), env, file, write, load, git };
}

export const rulesOf = (settings: Settings) =>
  settings.rules.map((rule) => `${rule.scope} ${rule.behavior} ${rule.text}`).sort();
export const ids = (settings: Settings) => new Set(settings.loosening.map((one) => one.id));
/** `state kind name` of each. */
export const listed = (settings: Settings) =>
  settings.loosening.map((one) => `${one.state} ${one.kind} ${one.name}`).sort();
