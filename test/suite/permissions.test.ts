// The permissions page through its messages: real settings files, the real judge, a webview that nobody draws.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { planRemoval } from '../../src/compose/planRemoval.ts';
import type { ToolCall } from '../../src/contracts/message.ts';
import type { Decision, Rule } from '../../src/contracts/permission.ts';
import type { PastCall } from '../../src/contracts/ruleUse.ts';
import { OpenConversations } from '../../src/host/openConversations.ts';
import { PermissionsView } from '../../src/host/permissionsView.ts';
import type { OpenProject, Project } from '../../src/host/project.ts';
import { describeCall } from '../../src/permissions/describeCall.ts';
import { createJudge } from '../../src/permissions/judge.ts';
import type { RuleRow, ToPermissions } from '../../src/permissionsProtocol.ts';
import { loadSettings } from '../../src/settings/load.ts';
import { FakePanel } from './fakePanel.ts';
import { FakeConversation, fakeProject, quietLog, until } from './fakes.ts';

suite('permissions page', () => {
  const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const base = realpathSync(mkdtempSync(path.join(tmpdir(), 'assent-permissions-')));
  const folder = path.join(base, 'project');
  const local = path.join(folder, '.claude/settings.local.json');
  const project = path.join(folder, '.claude/settings.json');
  const managed = path.join(base, 'managed');
  const LOCAL =
    '{\n  "permissions": {\n    "allow": [\n      "Bash(npm test)",\n      "Bash(npm run build)"\n    ]\n  }\n}\n';
  const made: Array<{ dispose(): unknown }> = [];

  setup(() => {
    for (const [file, text] of [
      [local, LOCAL],
      [project, '{"permissions":{"ask":["Bash(git push:*)"],"allow":["Bash(npm test)"]}}'],
      [path.join(managed, 'managed-settings.json'), '{"permissions":{"deny":["Bash(curl:*)"]}}'],
    ] as const) {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  });
  teardown(async () => {
    for (const one of made.splice(0)) one.dispose();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  suiteTeardown(() => rmSync(base, { recursive: true, force: true }));

  async function projectOf(past: PastCall[] = []): Promise<Project> {
    const load = () =>
      loadSettings({
        root: folder,
        home: base,
        configDir: path.join(base, 'config'),
        managedDir: managed,
        trusted: true,
        env: {},
      });
    let settings = await load();
    const judgeWith = (session: readonly Rule[]) =>
      createJudge(() => ({
        rules: [...settings.rules, ...session],
        root: folder,
        additionalDirectories: [],
        trusted: true,
        degraded: false,
        disableBypass: false,
      }));
    return {
      ...fakeProject(folder),
      settings: () => settings,
      judgeWith,
      lint: async () => {
        const [rule] = settings.rules;
        return rule ? [{ level: 'warning', because: { code: 'x', args: {} }, rule }] : [];
      },
      reload: async () => {
        settings = await load();
      },
      decisions: {
        recent: async () => past,
        uses: async (rules) =>
          rules.map((rule) => ({ rule, count: past.length, calls: past, ...(past[0] && { lastUsed: past[0].at }) })),
        known: () => past,
      },
    };
  }

  /** The page as VS Code brings a tab back; the folder it names is that of the window, whose project is ours here. */
  async function restored(own: Project, openProject: OpenProject) {
    const conversations = new OpenConversations(async () => own, quietLog);
    const open = await conversations.start(folder, {});
    assert.ok(open.conversation instanceof FakeConversation);
    const panel = new FakePanel<ToPermissions>();
    const view = new PermissionsView({
      extension: vscode.Uri.file('/nowhere'),
      log: quietLog,
      openProject,
      conversations,
      current: () => open,
      actionsOf: (tool, input, cwd) => describeCall(tool, input, { cwd, home: base, platform: process.platform }),
      planRemoval,
    });
    made.push(view, conversations);
    await view.restore(panel as unknown as vscode.WebviewPanel, { root });
    panel.say({ type: 'ready' });
    return { panel, view, conversation: open.conversation };
  }

  async function shown(past: PastCall[] = [], over: Partial<Project> = {}) {
    const own = { ...(await projectOf(past)), ...over };
    const { panel, view, conversation } = await restored(own, async () => own);
    const { state } = await panel.next('state');
    const row = (text: string, file?: string): RuleRow => {
      const found = state.rules.find((one) => one.rule.text === text && (file === undefined || one.rule.file === file));
      assert.ok(found, text);
      return found;
    };
    return { panel, view, state, row, conversation };
  }

  test('shows every rule with its place, and which the organisation set', async () => {
    const past: PastCall[] = [
      {
        at: 5,
        session: 's',
        call: 'c',
        tool: 'Bash',
        subject: 'npm test',
        decision: 'allow',
        step: 'allow',
        actions: [],
        rules: [],
      },
    ];
    const { panel, state, row } = await shown(past);
    assert.equal(state.policySource, '(file)');
    assert.equal(state.trusted, vscode.workspace.isTrusted);
    assert.equal(row('Bash(curl:*)').fixed?.code, 'permissionsView.fixedManaged');
    assert.equal(row('Bash(npm test)', local).rule.line, 4);
    assert.equal(row('Bash(npm test)', local).fixed, undefined);
    const { uses, past: listed } = await panel.next('uses');
    assert.equal(uses[row('Bash(npm run build)').id]?.count, 1);
    assert.deepEqual(
      listed.map((one) => one.id),
      ['s/c'],
    );
    assert.equal((await panel.next('linted')).findings[0]?.severity, 'warning');
    assert.match(panel.webview.html, /permissions\.js/);
    assert.match(panel.webview.html, /default-src &#39;none&#39;|default-src 'none'/);
  });

  test('a rule is removed after its line was shown, and comes back with undo', async () => {
    const { panel, row } = await shown();
    const { id } = row('Bash(npm test)', local);
    panel.say({ type: 'askRemove', rule: id });
    const removal = await panel.next('removal');
    assert.deepEqual(removal.files, [
      { file: local, removed: [{ line: 4, text: '      "Bash(npm test)",' }], added: [] },
    ]);
    assert.deepEqual(removal.elsewhere, [project]);
    assert.equal(readFileSync(local, 'utf8'), LOCAL);
    panel.say({ type: 'remove', rule: id });
    const removed = await panel.next('removed');
    assert.equal(removed.file, local);
    assert.equal(readFileSync(local, 'utf8'), LOCAL.replace('      "Bash(npm test)",\n', ''));
    const gone = panel
      .of('state')
      .at(-1)
      ?.state.rules.some((one) => one.id === id);
    assert.equal(gone, false);
    panel.say({ type: 'undo', removal: removed.removal });
    await panel.next('undone');
    assert.equal(readFileSync(local, 'utf8'), LOCAL);
    assert.ok(
      panel
        .of('state')
        .at(-1)
        ?.state.rules.some((one) => one.id === id),
    );
  });

  test('nothing is removed unseen, nor from a file that changed since, nor of the organisation', async () => {
    const { panel, row } = await shown();
    panel.say({ type: 'remove', rule: row('Bash(npm run build)').id });
    assert.equal((await panel.next('failed')).because.code, 'permissionsView.lookFirst');
    panel.say({ type: 'askRemove', rule: row('Bash(npm run build)').id });
    await panel.next('removal');
    const changed = LOCAL.replace('Bash(npm test)', 'Bash(npm  test)');
    writeFileSync(local, changed);
    panel.say({ type: 'remove', rule: row('Bash(npm run build)').id });
    assert.equal((await panel.next('failed', 1)).because.code, 'settings.changedMeanwhile');
    assert.equal(readFileSync(local, 'utf8'), changed);
    panel.say({ type: 'askRemove', rule: row('Bash(curl:*)').id });
    assert.equal((await panel.next('failed', 2)).because.code, 'permissionsView.fixedManaged');
    panel.say({ type: 'askRemove', rule: 'no-such-row' });
    assert.equal((await panel.next('failed', 3)).because.code, 'permissionsView.ruleGone');
    assert.equal(panel.of('removed').length, 0);
  });

  test('a rule of the conversation is listed and goes from its memory only', async () => {
    const { panel, conversation } = await shown();
    const rule: Rule = { behavior: 'allow', text: 'Bash(make)', scope: 'session' };
    conversation.setSessionRule(rule, true);
    conversation.happen({ type: 'title', title: 'Build it' });
    await until(
      () =>
        panel
          .of('state')
          .at(-1)
          ?.state.rules.some((one) => one.conversation !== undefined) ?? false,
      'it',
    );
    const row = panel
      .of('state')
      .at(-1)
      ?.state.rules.find((one) => one.rule.text === 'Bash(make)');
    assert.ok(row);
    panel.say({ type: 'askRemove', rule: row.id });
    assert.deepEqual((await panel.next('removal')).files, []);
    panel.say({ type: 'remove', rule: row.id });
    const { removal, file } = await panel.next('removed');
    assert.equal(file, undefined);
    assert.deepEqual(conversation.sessionRules(), []);
    panel.say({ type: 'undo', removal });
    await panel.next('undone');
    assert.deepEqual(conversation.sessionRules(), [rule]);
  });

  test('explains what is typed by the judge of the moment, with the rules of the conversation', async () => {
    const { panel, conversation } = await shown();
    const explain = async (tool: string, text: string) => {
      const before = panel.of('explained').length;
      panel.say({ type: 'explain', tool, text });
      return (await panel.next('explained', before)).explained;
    };
    const denied = await explain('Bash', 'curl https://example.com');
    assert.equal(denied.decision.kind, 'deny');
    assert.equal(denied.decision.record.winner?.scope, 'managed');
    assert.equal(denied.past, undefined);
    assert.equal((await explain('Read', '/etc/passwd')).decision.kind, 'ask');
    assert.equal((await explain('mcp', 'mcp__github__create_issue')).decision.kind, 'ask');
    assert.equal((await explain('WebFetch', 'example.com')).subject, 'https://example.com');
    conversation.setSessionRule({ behavior: 'allow', text: 'mcp__github', scope: 'session' }, true);
    assert.equal((await explain('mcp', 'mcp__github__create_issue')).decision.kind, 'allow');
    panel.say({ type: 'explain', tool: 'mcp', text: 'Agent {"subagent_type"' });
    assert.equal((await panel.next('failed')).because.code, 'permissionsView.notJson');
  });

  test('explains a call of an open conversation by the record that was made before it', async () => {
    const { panel, view, conversation } = await shown();
    const call: ToolCall = { type: 'toolUse', id: 'call-7', name: 'Bash', input: { command: 'npm test' } };
    const decision = { kind: 'allow', because: { code: 'as it was', args: {} }, record: {} } as unknown as Decision;
    conversation.happen({ type: 'toolDecided', call, decision });
    panel.say({ type: 'explainPast', past: `${conversation.id}/call-7` });
    const { explained } = await panel.next('explained');
    assert.equal(explained.decision.because.code, 'as it was');
    assert.ok(explained.past);
    await view.explain({ kind: 'past', call: 'call-7' });
    assert.equal(panel.of('explained').length, 2);
    await view.explain({ kind: 'past', call: 'call-8' });
    assert.equal((await panel.next('failed')).because.code, 'permissionsView.callGone');
    await view.explain({ kind: 'box' });
    await panel.next('focusExplain');
  });

  test('what was taken out is new when it comes back by another hand, until undo puts it back', async () => {
    const told: string[] = [];
    const { panel, row } = await shown([], {
      ruleRemoved: async (rule, removed) => void told.push(`${rule.text} ${removed}`),
    });
    const { id } = row('Bash(npm test)', project);
    panel.say({ type: 'askRemove', rule: id });
    await panel.next('removal');
    panel.say({ type: 'remove', rule: id });
    const { removal } = await panel.next('removed');
    panel.say({ type: 'undo', removal });
    await panel.next('undone');
    assert.deepEqual(told, ['Bash(npm test) true', 'Bash(npm test) false']);
  });

  test('held values are accepted by their ids, and a folder that cannot be opened is said', async () => {
    const accepted: string[][] = [];
    const { panel } = await shown([], { acceptLoosening: async (ids) => void accepted.push([...ids]) });
    panel.say({ type: 'acceptLoosening', ids: ['a', 'b'] });
    await until(() => accepted.length === 1, 'the acceptance');
    assert.deepEqual(accepted, [['a', 'b']]);
    const broken = await restored(await projectOf(), () => Promise.reject(new Error('no such folder')));
    const { because } = await broken.panel.next('failed');
    assert.deepEqual(because, { code: 'permissionsView.failed', args: { reason: 'no such folder' } });
  });

  test('what happens while nobody looks is shown when the page is seen again, and nothing is read before', async () => {
    const { panel, conversation } = await shown();
    await panel.next('uses');
    const before = panel.messages.length;
    panel.show(false);
    conversation.happen({ type: 'title', title: 'Seen later' });
    await new Promise((resolve) => setTimeout(resolve, 150));
    assert.equal(panel.messages.length, before);
    panel.show(true);
    await until(() => panel.messages.length > before, 'a new state');
    await until(() => panel.of('uses').length === 2, 'the uses');
    assert.equal(panel.of('linted').length, 1, 'the same rules are looked at once');
  });

  test('a message that is none of the protocol does nothing and is said', async () => {
    const { panel, row } = await shown();
    panel.say({ type: 'remove', rule: row('Bash(npm test)', local).id, file: '/etc/passwd' });
    assert.equal((await panel.next('failed')).because.code, 'permissionsView.messageRefused');
    assert.equal(readFileSync(local, 'utf8'), LOCAL);
  });

  test('the commands open one tab, and explain a call that they are given', async () => {
    const ours = () =>
      vscode.window.tabGroups.all
        .flatMap((group) => group.tabs)
        .filter(
          (tab) => tab.input instanceof vscode.TabInputWebview && tab.input.viewType.endsWith('assent.permissions'),
        );
    await vscode.commands.executeCommand('assent.permissions');
    await until(() => ours().length === 1, 'a tab');
    await vscode.commands.executeCommand('assent.permissions');
    await vscode.commands.executeCommand('assent.explainPermission', { tool: 'Bash', input: { command: 'ls' } });
    await vscode.commands.executeCommand('assent.explainPermission');
    assert.equal(ours().length, 1);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await until(() => ours().length === 0, 'no tab');
    // As VS Code brings one back after a reload, before anyone looks at it.
    const undrawn = vscode.window.createWebviewPanel('assent.permissions', 'Permissions', vscode.ViewColumn.Active);
    let closed = false;
    undrawn.onDidDispose(() => {
      closed = true;
    });
    await until(() => ours().length === 1, 'a tab of the last window');
    await vscode.commands.executeCommand('assent.permissions');
    await until(() => closed && ours().length === 1, 'one tab in its place');
  });

  test('a tab that comes back when the page is there already goes', async () => {
    const own = await projectOf();
    const { panel, view } = await restored(own, async () => own);
    await panel.next('state');
    const second = new FakePanel<ToPermissions>();
    let gone = false;
    second.onDidDispose(() => {
      gone = true;
    });
    await view.restore(second as unknown as vscode.WebviewPanel, { root });
    assert.ok(gone);
    panel.say({ type: 'ready' });
    await panel.next('state', 1);
  });
});
