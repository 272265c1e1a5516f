// VS Code's own settings of the network, and a request in the real extension host, whose network parts VS Code changes.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { editorNetwork, onEditorNetworkChanged } from '../../src/host/editorNetwork.ts';
import { createNetwork } from '../../src/network/network.ts';
import { makeAuthority, makeCertificate } from '../support/certificate.ts';
import { startConnectProxy } from '../support/connectProxy.ts';
import { until } from './fakes.ts';

suite('the network', () => {
  const http = () => vscode.workspace.getConfiguration('http');
  const set = (name: string, value: unknown) => http().update(name, value, vscode.ConfigurationTarget.Global);
  teardown(async () => {
    for (const name of ['proxy', 'noProxy', 'proxyAuthorization', 'proxyStrictSSL', 'proxySupport'])
      await set(name, undefined);
  });

  test('the settings are a plain value, and a change is told', async () => {
    const before = editorNetwork();
    assert.deepEqual(
      [before.proxy, before.noProxy, before.strictSsl, before.systemCertificates],
      [undefined, [], true, true],
    );
    let told = 0;
    const listener = onEditorNetworkChanged(() => told++);
    await set('proxy', 'http://proxy.example:8080');
    await set('noProxy', ['near.example']);
    await set('proxyAuthorization', 'Basic abc');
    await set('proxyStrictSSL', false);
    await until(() => told > 0, 'the change');
    assert.deepEqual(editorNetwork(), {
      proxy: 'http://proxy.example:8080',
      noProxy: ['near.example'],
      proxyAuthorization: 'Basic abc',
      strictSsl: false,
      systemCertificates: true,
    });
    await set('proxySupport', 'off');
    assert.equal(editorNetwork().proxy, undefined);
    listener.dispose();
  });

  test('a request goes through the proxy of VS Code, trusts the authority of the variable, and no other', async () => {
    const authority = makeAuthority('Authority of the test');
    const server = createServer(makeCertificate(['api.test'], { by: authority }), (_request, response) =>
      response.end('hello'),
    );
    server.on('tlsClientError', () => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const proxy = await startConnectProxy(port);
    const folder = await mkdtemp(path.join(tmpdir(), 'network-'));
    const ca = path.join(folder, 'ca.pem');
    await writeFile(ca, authority.cert);
    await set('proxy', proxy.url);
    const env: Record<string, string> = { NODE_EXTRA_CA_CERTS: ca };
    const network = createNetwork({ env: () => env, editor: editorNetwork });
    try {
      const response = await network.fetch(new Request(`https://api.test:${port}/`, { method: 'POST', body: 'x' }));
      assert.equal(await response.text(), 'hello');
      assert.ok(proxy.asked.includes(`api.test:${port}`), proxy.asked.join());
      delete env['NODE_EXTRA_CA_CERTS'];
      await assert.rejects(network.fetch(`https://api.test:${port}/`), ({ cause }: Error) =>
        /not trusted here/.test(String(cause)),
      );
    } finally {
      network.refresh();
      server.closeAllConnections();
      server.close();
      await proxy.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
