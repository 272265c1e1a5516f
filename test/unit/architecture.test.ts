// Holds the table "Who may import whom" of docs/architecture.md: every import under src/ and webview/ points the right way,
// and no files need each other in a circle.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const ROOT = process.env['ASSENT_ROOT'] ?? process.cwd();

/** Whatever runs without VS Code. */
const BESIDE_VSCODE = [
  'policy',
  'mcp',
  'network',
  'contracts',
  'util',
  'permissions',
  'settings',
  'edits',
  'tools',
  'agent',
  'instructions',
  'transcript',
  'providers',
  'usage',
];

/** Which rooms a room may import from. A room is a folder under src/, one of its top-level files, or webview/. */
const ROOMS: Record<string, string[]> = {
  contracts: [],
  util: ['contracts (types)'],
  agent: ['contracts', 'util'],
  instructions: ['contracts', 'util'],
  transcript: ['contracts', 'util'],
  tools: ['contracts', 'util'],
  settings: ['contracts', 'util'],
  permissions: ['contracts', 'util'],
  edits: ['contracts', 'util'],
  usage: ['contracts', 'util'],
  login: ['contracts', 'util'],
  mcp: ['contracts', 'util'],
  providers: ['contracts', 'util'],
  network: ['contracts', 'util'],
  'protocol.ts': ['contracts (types)'],
  'permissionsProtocol.ts': ['contracts (types)'],
  'usageProtocol.ts': ['contracts (types)'],
  'mcpProtocol.ts': ['contracts (types)'],
  'statusProtocol.ts': ['contracts (types)'],
  host: [
    'contracts',
    'util',
    'protocol.ts',
    'permissionsProtocol.ts',
    'usageProtocol.ts',
    'mcpProtocol.ts',
    'statusProtocol.ts',
  ],
  webview: [
    'contracts (types)',
    'util',
    'protocol.ts (types)',
    'permissionsProtocol.ts (types)',
    'usageProtocol.ts (types)',
    'mcpProtocol.ts (types)',
    'statusProtocol.ts (types)',
  ],
  // Where the parts are introduced to one another.
  compose: ['*'],
  'extension.ts': ['*'],
  policy: ['contracts', 'util', 'permissions', 'settings'],
  cli: BESIDE_VSCODE,
  'cli.ts': ['cli', ...BESIDE_VSCODE],
};

/** A package is imported in one room, so that replacing it touches one folder. */
const PACKAGES: Record<string, string[]> = {
  vscode: ['host', 'compose', 'extension.ts'],
  '@anthropic-ai/sdk': ['providers'],
  '@anthropic-ai/bedrock-sdk': ['providers'],
  '@anthropic-ai/vertex-sdk': ['providers'],
  '@anthropic-ai/foundry-sdk': ['providers'],
  '@aws-sdk/credential-providers': ['providers'],
  '@smithy/core': ['providers'],
  '@azure/identity': ['providers'],
  'google-auth-library': ['providers'],
  'openid-client': ['login'],
  '@modelcontextprotocol/sdk': ['mcp'],
  'jsonc-parser': ['settings'],
  ignore: ['permissions'],
  'web-tree-sitter': ['permissions'],
  unbash: ['permissions'],
  diff: ['edits'],
  'iconv-lite': ['edits'],
  preact: ['webview'],
  '@preact/signals': ['webview'],
  '@vscode/webview-ui-toolkit': ['webview'],
  '@vscode/codicons': ['webview'],
  '@tanstack/virtual-core': ['webview'],
  'markdown-it': ['webview'],
  'highlight.js': ['webview'],
  undici: ['network'],
  htmlparser2: ['network'],
};
/** The schema library: wherever data comes in from outside. */
const NO_ZOD = [
  'contracts',
  'util',
  'agent',
  'webview',
  'protocol.ts',
  'permissionsProtocol.ts',
  'usageProtocol.ts',
  'mcpProtocol.ts',
  'statusProtocol.ts',
];

type Import = { file: string; from: string; target: string; typeOnly: boolean };

function filesUnder(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name));
}

function roomOf(file: string): string {
  const parts = path.relative(ROOT, file).split(path.sep);
  if (parts[0] === 'webview') return 'webview';
  return parts[1] ?? '';
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const found: Import[] = [];
  const statement = /^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm;
  for (const match of text.matchAll(statement)) {
    found.push({ file, from: roomOf(file), target: match[2] ?? '', typeOnly: match[1] !== undefined });
  }
  for (const match of text.matchAll(/\b(?:import|require)\(\s*'([^']+)'\s*\)/g)) {
    found.push({ file, from: roomOf(file), target: match[1] ?? '', typeOnly: false });
  }
  return found;
}

function fault(one: Import): string | undefined {
  const at = path.relative(ROOT, one.file);
  if (one.target.startsWith('.')) {
    const target = path.resolve(path.dirname(one.file), one.target);
    const to = roomOf(target);
    if (to === one.from) return undefined;
    const allowed = ROOMS[one.from];
    if (allowed === undefined) return `${at}: ${one.from} is not in the table`;
    if (allowed.includes('*') || allowed.includes(to)) return undefined;
    if (allowed.includes(`${to} (types)`) && one.typeOnly) return undefined;
    return `${at} imports ${one.target}: ${one.from} may not import ${to}${one.typeOnly ? '' : ' (but perhaps its types)'}`;
  }
  if (one.target.startsWith('node:')) {
    return one.from === 'webview' || one.from === 'contracts' || one.from === 'protocol.ts'
      ? `${at} imports ${one.target}: no Node in ${one.from}`
      : undefined;
  }
  const name = one.target
    .split('/')
    .slice(0, one.target.startsWith('@') ? 2 : 1)
    .join('/');
  if (name === 'zod') return NO_ZOD.includes(one.from) ? `${at} imports zod: not in ${one.from}` : undefined;
  const owners = PACKAGES[name];
  if (owners === undefined) return `${at} imports the package ${name}, which has no owner in the table`;
  return owners.includes(one.from) ? undefined : `${at} imports ${name}, which belongs to ${owners.join(', ')}`;
}

const all = [...filesUnder('src'), ...filesUnder('webview')].flatMap(importsOf);

test('every import points the way the table of the architecture says', () => {
  assert.ok(all.length > 100, `only ${all.length} imports found: the reader of imports is broken`);
  assert.deepEqual(
    all.map(fault).filter((text) => text !== undefined),
    [],
  );
});

/** A circle of files among these imports, types included: each file imports the next, the last one the first. */
function circleIn(imports: readonly Import[]): string[] | undefined {
  const targets = new Map<string, string[]>();
  for (const { file, target } of imports) {
    if (!target.startsWith('.')) continue;
    targets.set(file, [...(targets.get(file) ?? []), path.resolve(path.dirname(file), target)]);
  }
  const clear = new Set<string>();
  const search = (file: string, way: readonly string[]): string[] | undefined => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (clear.has(file)) return undefined;
    for (const next of targets.get(file) ?? []) {
      const circle = search(next, [...way, file]);
      if (circle !== undefined) return circle;
    }
    clear.add(file);
    return undefined;
  };
  for (const file of targets.keys()) {
    const circle = search(file, []);
    if (circle !== undefined) return circle.map((one) => path.relative(ROOT, one));
  }
  return undefined;
}

test('no files need each other in a circle, not even for their types', () => {
  assert.equal(circleIn(all), undefined);
  const back = { file: path.join(ROOT, 'src/contracts/edit.ts'), from: 'contracts', typeOnly: true };
  const found = circleIn([...all, { ...back, target: './tool.ts' }]);
  assert.deepEqual([...new Set(found)].sort(), ['src/contracts/edit.ts', 'src/contracts/tool.ts']);
});

test('the reader of imports sees what must not be there', () => {
  const wrong: Import[] = [
    { file: path.join(ROOT, 'src/agent/loop.ts'), from: 'agent', target: '../tools/bash.ts', typeOnly: false },
    { file: path.join(ROOT, 'src/agent/loop.ts'), from: 'agent', target: 'vscode', typeOnly: true },
    { file: path.join(ROOT, 'webview/state.ts'), from: 'webview', target: 'node:fs', typeOnly: false },
    {
      file: path.join(ROOT, 'webview/state.ts'),
      from: 'webview',
      target: '../src/contracts/event.ts',
      typeOnly: false,
    },
    { file: path.join(ROOT, 'src/util/paths.ts'), from: 'util', target: 'zod/mini', typeOnly: false },
  ];
  for (const one of wrong) assert.notEqual(fault(one), undefined, `${one.from} → ${one.target}`);
});

/** The lines that ask for VS Code's interface in a spelling that the build does not know: it would copy all of it for the file. */
function foreignSpellings(text: string): string[] {
  const known = /^import (type )?\* as vscode from 'vscode';$/;
  const asking = text.split('\n').filter((line) => /\b(from|import|require)\b\s*\(?\s*(['"`])vscode\2/.test(line));
  // The build rewrites the first of a file.
  return asking.filter((line, index) => index > 0 || !known.test(line));
}

test('VS Code’s interface is imported in the one spelling that the build takes as it is', () => {
  const files = filesUnder('src').map((file) => ({ file, text: readFileSync(file, 'utf8') }));
  const faults = files.flatMap(({ file, text }) =>
    foreignSpellings(text).map((line) => `${path.relative(ROOT, file)}: ${line}`),
  );
  assert.deepEqual(faults, []);
  assert.ok(files.filter(({ text }) => /^import \* as vscode from 'vscode';$/m.test(text)).length > 10);
  for (const other of [
    "import { window } from 'vscode';",
    "import {\n  window,\n} from 'vscode';",
    'import * as vscode from "vscode";',
    "import vscode from 'vscode';",
    "import * as code from 'vscode';",
    "const vscode = await import('vscode');",
    "export { Uri } from 'vscode';",
    "import * as vscode from 'vscode';\nimport type { Uri } from 'vscode';",
  ])
    assert.equal(foreignSpellings(other).length, 1, other);
});

test('UI components are registered in one file', () => {
  const users = all
    .filter((one) => one.target.startsWith('@vscode/webview-ui-toolkit'))
    .map((one) => path.relative(ROOT, one.file));
  assert.deepEqual([...new Set(users)], ['webview/toolkit.ts']);
});

test('the library of servers is one file, which is read with the first of them', () => {
  const atOnce =
    /^(?:import|export)\s+(?!type\b)(?:[^'";]*?\sfrom\s+)?'(?:@modelcontextprotocol\/[^']+|[^']*\/mcpSdk\.ts)'/m;
  const users = filesUnder('src').filter((file) => atOnce.test(readFileSync(file, 'utf8')));
  assert.deepEqual(
    users.map((file) => path.relative(ROOT, file)),
    ['src/mcp/connection/mcpSdk.ts'],
  );
});

test('@types/vscode is the floor of engines.vscode', () => {
  const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    engines: { vscode: string };
    devDependencies: Record<string, string>;
  };
  assert.equal(`^${manifest.devDependencies['@types/vscode']}`, manifest.engines.vscode);
});
