// The page of servers through its messages: what the extension itself refuses, whatever the page has let through.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Because } from '../../src/contracts/permission.ts';
import { McpView } from '../../src/host/mcpView.ts';
import type { Open } from '../../src/host/openConversations.ts';
import type { Project } from '../../src/host/project.ts';
import { entryFault } from '../../src/mcp/entryFault.ts';
import type { ToMcp } from '../../src/mcpProtocol.ts';
import { FakePanel } from './fakePanel.ts';
import { fakeProject, quietLog } from './fakes.ts';

const SECRET = 'sk-test-0123456789abcdef';

suite('page of servers', () => {
  const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const { createWebviewPanel } = vscode.window;
  const made = (value: unknown) =>
    Object.defineProperty(vscode.window, 'createWebviewPanel', { configurable: true, value });
  const views: McpView[] = [];
  teardown(() => {
    made(createWebviewPanel);
    for (const view of views.splice(0)) view.dispose();
  });

  async function shown(more: Partial<Project['servers']> = {}) {
    const written: unknown[][] = [];
    const logged: string[] = [];
    const plain = fakeProject(root);
    const save: Project['servers']['save'] = async (...entry) => void written.push(entry);
    const project: Project = { ...plain, servers: { ...plain.servers, save, ...more } };
    const panel = new FakePanel<ToMcp>();
    made(() => panel);
    const view = new McpView({
      extension: vscode.Uri.file('/nowhere'),
      log: { ...quietLog, error: (text, cause) => void logged.push(`${text} ${cause ?? ''}`) },
      openProject: async () => project,
      current: () => ({ project }) as Open,
      faultOf: entryFault,
    });
    views.push(view);
    await view.show();
    panel.say({ type: 'ready' });
    await panel.next('state');
    /** Why the page is told that it was not saved. */
    const refusal = async (message: object): Promise<Because> => {
      const before = panel.of('failed').length;
      panel.say({ type: 'save', scope: 'project', name: 'tickets', ...message });
      return (await panel.next('failed', before)).because;
    };
    return { panel, written, logged, refusal };
  }

  test('an entry that its file would not be read with is not written, and no secret of it is told', async () => {
    const { panel, written, logged, refusal } = await shown();
    const env = { KEY: SECRET };
    for (const [code, message] of [
      ['noCommand', { entry: { env } }],
      ['field.args', { entry: { command: 'npx', args: SECRET } }],
      ['scheme', { entry: { type: 'ws', url: `https://a.example/?key=${SECRET}` } }],
      ['header', { entry: { type: 'http', url: 'https://a.example', headers: { 'a b': SECRET } } }],
      ['timeout', { entry: { command: 'npx', env, timeout: 10 } }],
      ['reserved', { name: 'vscode', entry: { command: 'npx', env } }],
      ['messageRefused', { scope: 'managed', entry: { command: 'npx', env } }],
      ['messageRefused', { entry: { command: 'npx', env }, approve: true }],
    ] as const)
      assert.equal((await refusal(message)).code, `mcp.config.${code}`);
    assert.deepEqual(written, []);
    assert.deepEqual(panel.of('saved'), []);
    assert.ok(!JSON.stringify([panel.messages, logged]).includes(SECRET));

    const entry = { command: 'npx', args: ['-y', 'tickets'] };
    panel.say({ type: 'save', scope: 'user', name: 'tickets', entry, replaces: 'old' });
    assert.deepEqual(await panel.next('saved'), { type: 'saved', name: 'tickets' });
    assert.deepEqual(written, [['user', 'tickets', entry, 'old']]);
  });

  test('what writing refuses is said on the page, and the page is not told that it was saved', async () => {
    const because = { code: 'mcp.config.nameTaken', args: { server: 'tickets', file: '/x' } };
    const { panel, refusal } = await shown({
      save: () => Promise.reject(Object.assign(new Error('taken'), { because })),
    });
    assert.deepEqual(await refusal({ entry: { command: 'npx' } }), because);
    assert.deepEqual(panel.of('saved'), []);
  });
});
