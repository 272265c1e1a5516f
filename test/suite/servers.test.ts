// Servers of tools, as far as VS Code keeps something for them: values that were typed in, sign-ins of other windows, folders.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { openMcpSignIn } from '../../src/compose/mcpSignIn.ts';
import type { ServerDefinition } from '../../src/contracts/mcp.ts';
import { createStoredInputs } from '../../src/host/mcpInputs.ts';
import type { Connections } from '../../src/mcp/connection/connections.ts';
import { keptGrant } from '../../src/mcp/oauth/keptGrant.ts';
import { quietLog, until } from './fakes.ts';
import { openRealProject } from './realProject.ts';

/** As VS Code's: every window hears of a change. */
function fakeSecrets() {
  const entries = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.SecretStorageChangeEvent>();
  const secrets = {
    get: async (key: string) => entries.get(key),
    store: async (key: string, value: string) => {
      entries.set(key, value);
      changed.fire({ key });
    },
    delete: async (key: string) => {
      entries.delete(key);
      changed.fire({ key });
    },
    onDidChange: changed.event,
  } satisfies vscode.SecretStorage;
  return { entries, secrets };
}

suite('servers of tools', () => {
  test('values that a file wants are kept in the secret storage, each file’s apart, whatever they are called', async () => {
    const { entries, secrets } = fakeSecrets();
    const inputs = createStoredInputs('/one/.vscode/mcp.json', secrets);
    assert.deepEqual(await inputs.all(), {});
    await inputs.keep({ key: 'first' });
    await inputs.keep(JSON.parse('{"__proto__":"odd","other":"second"}'));
    const again = await createStoredInputs('/one/.vscode/mcp.json', secrets).all();
    assert.deepEqual(Object.entries(again).sort(), [
      ['__proto__', 'odd'],
      ['key', 'first'],
      ['other', 'second'],
    ]);
    assert.deepEqual(await createStoredInputs('/two/.vscode/mcp.json', secrets).all(), {});
    for (const key of entries.keys()) entries.set(key, 'broken');
    assert.deepEqual(await inputs.all(), {});
  });

  test('a value is asked for with what the file says of it; who gives up gives none', async () => {
    const inputs = createStoredInputs('/one/.vscode/mcp.json', fakeSecrets().secrets);
    const ended = async (asked: Promise<string | undefined>, command: string) => {
      let open = true;
      void asked.then(() => {
        open = false;
      });
      // A box that is only coming up hears no command.
      while (open) await vscode.commands.executeCommand(command);
      return asked;
    };
    const given = inputs.ask({ id: 'city', default: 'Bergen', password: false });
    assert.equal(await ended(given, 'workbench.action.acceptSelectedQuickOpenItem'), 'Bergen');
    const none = inputs.ask({ id: 'key', password: true });
    assert.equal(await ended(none, 'workbench.action.closeQuickOpen'), undefined);
  });

  test('a sign-in in another window connects what waits for it here, and nothing else', async () => {
    const { secrets } = fakeSecrets();
    const logins = openMcpSignIn({
      context: { secrets, globalStorageUri: vscode.Uri.file('/nowhere') },
      redirects: { receive: () => Promise.reject(new Error('nobody')), openUri: () => false },
      fetch: () => Promise.reject(new Error('no request')),
      env: () => ({}),
      clientMetadataUrl: () => undefined,
      log: quietLog,
    });
    const connected: string[] = [];
    const waits = (name: string, state: string) => ({
      definition: {
        ...{ name, scope: 'user', file: '', entry: {}, fingerprint: name, alwaysLoad: false },
        transport: { type: 'http', url: `https://${name}.example/mcp`, headers: {} },
      } satisfies ServerDefinition as ServerDefinition,
      state: () => ({ state }),
      connect: async () => void connected.push(name),
    });
    const all = [
      waits('tracker', 'needsAuthentication'),
      waits('wiki', 'needsAuthentication'),
      waits('here', 'connected'),
    ];
    const following = logins.follow({ all: () => all } as unknown as Connections);
    const grant = {
      issuer: 'https://id.example',
      metadata: {
        issuer: 'https://id.example',
        authorization_endpoint: 'https://id.example/authorize',
        token_endpoint: 'https://id.example/token',
        response_types_supported: ['code'],
      },
      client: { client_id: 'c' },
      scopes: [],
      tokens: { access: 'a-token' },
    };
    await secrets.store('of somebody else', 'x');
    for (const { definition } of [all[0], all[2]].flatMap((one) => one ?? []))
      await keptGrant(secrets, definition, `https://${definition.name}.example/mcp`).write(grant);
    await until(() => connected.length > 0, 'the connection');
    assert.deepEqual([...new Set(connected)], ['tracker']);
    following.dispose();
  });

  test('each folder has the servers that its own files name', async () => {
    const one = await openRealProject();
    const two = await openRealProject();
    try {
      for (const [{ root, project }, name] of [
        [one, 'ours'],
        [two, 'theirs'],
      ] as const) {
        await writeFile(path.join(root, '.mcp.json'), JSON.stringify({ mcpServers: { [name]: { command: 'x' } } }));
        await project.servers.reload();
      }
      const names = ({ project }: typeof one) =>
        project.servers.all().map(({ listed }) => [listed.name, listed.standing, path.dirname(listed.file)]);
      assert.deepEqual(names(one), [['ours', 'pending', one.root]]);
      assert.deepEqual(names(two), [['theirs', 'pending', two.root]]);
    } finally {
      await two.end();
      await one.end();
    }
  });
});
