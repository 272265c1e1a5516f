// Whether a value of a settings file takes effect: real files, read by the product, and a call that would show it.
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Rule } from '../../../src/contracts/permission.ts';
import type { Settings } from '../../../src/contracts/settings.ts';
import { decide } from '../../../src/permissions/decide.ts';
import { describeCall } from '../../../src/permissions/describeCall.ts';
import { lookUpFacts } from '../../../src/permissions/facts.ts';
import { witnessesOf } from '../../../src/permissions/lint/witness.ts';
import { loadSettings } from '../../../src/settings/load.ts';
import { shellReader } from '../shellReader.ts';
import { type Row, strictest, textOf, type Verdict } from './row.ts';

export async function settings(row: Row): Promise<Verdict> {
  const { event } = row.action;
  if (event === 'settings-load') return withFolder((base) => loaded(row, base));
  const program = row.action['program'];
  return decided(
    row,
    event === 'spawn' && typeof program === 'string' ? ['Bash', { command: program }] : [String(event), row.action],
  );
}

/** What is started on the way, or is no call at all, comes before the one decision function too. */
async function decided({ context }: Row, [tool, input]: [string, object]): Promise<Verdict> {
  const { cwd, home, platform, trusted = true } = context;
  const actions = describeCall(tool, input, { cwd, home, platform });
  const place = { cwd, root: cwd, home, platform, workingDirectories: [], symlinks: {} };
  const facts = await lookUpFacts({ ...place, tool, input, actions, trusted, shell: await shellReader() });
  return decide(facts, [], 'default').kind;
}

async function loaded({ action, context }: Row, base: string): Promise<Verdict> {
  const key = textOf(action['key'], 'key');
  const value: unknown = action['value'];
  const [root, home, managedDir] = ['proj', 'home', 'managed'].map((name) => path.join(base, name)) as [
    string,
    string,
    string,
  ];
  await mkdir(path.join(root, '.claude'), { recursive: true });
  await mkdir(path.join(home, '.claude'), { recursive: true });
  await mkdir(managedDir);
  if (context.managed !== undefined)
    await writeFile(path.join(managedDir, 'managed-settings.json'), JSON.stringify(managedText(context.managed)));
  const files: Record<string, string> = {
    project: path.join(root, '.claude/settings.json'),
    local: path.join(root, '.claude/settings.local.json'),
    user: path.join(home, '.claude/settings.json'),
    managed: path.join(managedDir, 'managed-settings.json'),
  };
  // A source that is not read takes no effect.
  const file = files[String(action['source'])] ?? path.join(base, 'elsewhere.json');
  const load = (trusted: boolean, accepted?: ReadonlySet<string>) =>
    loadSettings({ root, home, managedDir, trusted, accepted, env: {}, platform: 'linux' });

  const trusted = context.trusted ?? true;
  await writeFile(file, '{}');
  const before = await load(trusted);
  // What was there when the folder was trusted, and what came later.
  if (!context.changedSinceTrust) await writeFile(file, JSON.stringify(textWith(key, value)));
  const accepted = new Set((await load(true)).loosening.map(({ id }) => id));
  await writeFile(file, JSON.stringify(textWith(key, value)));
  const now = await load(trusted, trusted ? accepted : undefined);

  const effect = await effectOf(key, value, now, before, context);
  if (effect !== undefined) return effect;
  if (now.loosening.some(({ state }) => state !== 'inForce')) return 'ask';
  const later = await effectOf(key, value, await load(true), before, context);
  return later === undefined ? 'deny' : strictest('ask', later);
}

/** Undefined: none. */
async function effectOf(
  key: string,
  value: unknown,
  now: Settings,
  before: Settings,
  context: Row['context'],
): Promise<Verdict | undefined> {
  const behavior = (['allow', 'ask', 'deny'] as const).find((candidate) => key === `permissions.${candidate}`);
  if (behavior === undefined) return essence(now) === essence(before) ? undefined : 'allow';
  const rule = now.rules.find((one) => one.behavior === behavior && one.text === value && one.scope !== 'managed');
  if (rule === undefined) return undefined;
  const verdicts = await Promise.all(
    witnessesOf(rule, { ...context, root: context.cwd }).map((witness) => verdictOn(witness, now.rules, context)),
  );
  // The organisation's rules stand above what the rule says.
  const said = strictest(...verdicts);
  return said === behavior ? 'allow' : behavior === 'allow' && said !== 'allow' ? said : 'deny';
}

async function verdictOn(
  { tool, input, actions }: ReturnType<typeof witnessesOf>[number],
  rules: readonly Rule[],
  { cwd, home, platform }: Row['context'],
): Promise<Verdict> {
  const place = { cwd, root: cwd, home, platform, workingDirectories: [], symlinks: {}, trusted: true };
  return decide(await lookUpFacts({ ...place, tool, input, actions, shell: await shellReader() }), rules, 'default')
    .kind;
}

/** What the parts receive, without where it came from. */
function essence({ sources: _, problems: __, loosening: ___, ...rest }: Settings): string {
  return JSON.stringify(pruned(rest));
}

/** A list without entries says nothing, nor does what is there for its entries alone. */
function pruned(value: unknown): unknown {
  if (Array.isArray(value)) {
    const entries = value.map(pruned).filter((entry) => entry !== undefined);
    return entries.length === 0 ? undefined : entries;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, entry]) => [key, pruned(entry)] as const);
  if (entries.some(([key, entry]) => key === 'hooks' && entry === undefined)) return undefined;
  const left = entries.filter(([, entry]) => entry !== undefined);
  return left.length === 0 ? undefined : Object.fromEntries(left);
}

function textWith(key: string, value: unknown): object {
  const [first = '', ...rest] = key.split('.');
  const inner = rest.join('.');
  const text = String(value);
  if (first === 'hooks' && typeof value === 'string') return { hooks: { [inner]: [hook(value)] } };
  if (first === 'enabledPlugins' && typeof value === 'string') return { enabledPlugins: { [value]: true } };
  if (first === 'extraKnownMarketplaces' && typeof value === 'string')
    return { extraKnownMarketplaces: { any: { source: { source: 'url', url: value } } } };
  if (inner === 'command') return { [first]: { type: 'command', command: value } };
  if (first === 'env') return { env: { [inner]: text } };
  const plain: unknown = /^(true|false|\d+)$/.test(text) ? JSON.parse(text) : value;
  const isList = !Array.isArray(plain) && LISTS.test(key);
  return [first, ...rest].reduceRight<unknown>(
    (below, name) => ({ [name]: below }),
    isList ? [plain] : plain,
  ) as object;
}

const LISTS =
  /^permissions\.(allow|ask|deny|additionalDirectories)$|^(enabled|disabled)McpjsonServers$|Excludes$|\.(allowedDomains|excludedCommands|allowWrite|allowRead|allowUnixSockets)$/;

function managedText(managed: Record<string, unknown>): object {
  const { allow, ask, deny, disableBypassPermissionsMode, hooks, ...others } = managed;
  const ruled = { allow, ask, deny, disableBypassPermissionsMode };
  const rules = Object.fromEntries(Object.entries(ruled).filter(([, list]) => list !== undefined));
  return {
    ...others,
    ...(Object.keys(rules).length === 0 ? {} : { permissions: rules }),
    ...(Array.isArray(hooks) ? { hooks: { PreToolUse: hooks.map((command) => hook(String(command))) } } : {}),
  };
}

function hook(command: string): object {
  return { matcher: '*', hooks: [{ type: 'command', command }] };
}

async function withFolder<T>(use: (base: string) => Promise<T>): Promise<T> {
  const base = await realpath(await mkdtemp(path.join(tmpdir(), 'assent-corpus-')));
  try {
    return await use(base);
  } finally {
    await rm(base, { recursive: true, force: true });
  }
}
