// What package.json tells VS Code holds together: commands, texts, scopes.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { PAGE_TYPES, PANEL_TYPE, REVIEW_SCHEME, VIEW_ID } from '../../../src/host/ids.ts';

const ROOT = process.env['ASSENT_ROOT'] ?? process.cwd();
const read = (name: string): unknown => JSON.parse(readFileSync(path.join(ROOT, name), 'utf8'));

type Entry = { command: string; when?: string; key?: string };
type Manifest = {
  activationEvents: string[];
  capabilities: { untrustedWorkspaces: { supported: string; restrictedConfigurations: string[] } };
  contributes: {
    commands: Array<{ command: string; title: string; category: string }>;
    menus: Record<string, Entry[]>;
    keybindings: Entry[];
    views: Record<string, Array<{ id: string; type: string }>>;
    configuration: { properties: Record<string, { scope?: string }> };
  };
};
const manifest = read('package.json') as Manifest;
const { contributes } = manifest;

test('menus and keys name commands that exist', () => {
  const known = new Set(contributes.commands.map((entry) => entry.command));
  const used = [...Object.values(contributes.menus).flat(), ...contributes.keybindings].map((entry) => entry.command);
  assert.ok(used.length > 20);
  assert.deepEqual(
    used.filter((command) => command.startsWith('assent.') && !known.has(command)),
    [],
  );
});

test('every text of the manifest is there in English and in Korean', () => {
  const wanted = [...JSON.stringify(manifest).matchAll(/"%([\w.]+)%"/g)].map((match) => match[1] ?? '').sort();
  assert.ok(wanted.length > 30);
  for (const name of ['package.nls.json', 'package.nls.ko.json']) {
    const texts = read(name) as Record<string, string>;
    assert.deepEqual(Object.keys(texts).sort(), [...new Set(wanted)], name);
  }
});

test('a repository cannot choose the permission mode', () => {
  assert.equal(contributes.configuration.properties['assent.initialPermissionMode']?.scope, 'application');
  assert.equal(manifest.capabilities.untrustedWorkspaces.supported, 'limited');
});

test('VS Code knows our view, tabs and documents by the names the code uses', () => {
  assert.equal(contributes.views['assent']?.[0]?.id, VIEW_ID);
  assert.ok(manifest.activationEvents.includes(`onWebviewPanel:${PANEL_TYPE}`));
  for (const type of PAGE_TYPES) assert.ok(manifest.activationEvents.includes(`onWebviewPanel:${type}`), type);
  assert.ok(manifest.activationEvents.includes(`onFileSystem:${REVIEW_SCHEME}`));
});

test('a key that answers a question works in the chat alone, where the question can be seen', () => {
  const answering = contributes.keybindings.filter(
    (entry) => entry.command === 'assent.allow' || entry.command === 'assent.deny',
  );
  assert.equal(answering.length, 2);
  for (const { when } of answering) {
    assert.match(when ?? '', /assent\.questionWaiting/);
    assert.match(when ?? '', /assent\.chatFocused|activeWebviewPanelId/);
  }
});

test('no key of ours takes a character away from somebody who types with AltGr', () => {
  // Ctrl+Alt with a letter is AltGr on many keyboards.
  const taken = contributes.keybindings.filter((entry) => /^ctrl\+alt\+[a-z]$/.test(entry.key ?? ''));
  assert.deepEqual(
    taken.filter((entry) => entry.command !== 'assent.reviewChanges'),
    [],
  );
});
