// What VS Code's own settings say about the network, as a plain value.
import * as vscode from 'vscode';
import * as z from 'zod/mini';
import type { EditorNetwork } from '../contracts/network.ts';

const Text = z.catch(z.string(), '');
/** A value of another type counts as not set, as it does for VS Code. */
const Http = z.object({
  proxy: Text,
  noProxy: z.catch(z.array(z.string()), []),
  proxyAuthorization: Text,
  proxyStrictSSL: z.catch(z.boolean(), true),
  proxySupport: Text,
  systemCertificates: z.catch(z.boolean(), true),
});

/** No workspace can set any of these: VS Code takes them from the user, the machine and the organisation alone. */
export function editorNetwork(): EditorNetwork {
  const http = vscode.workspace.getConfiguration('http');
  const named = Object.fromEntries(Object.keys(Http.shape).map((name) => [name, http.get(name)]));
  const { proxy, noProxy, proxyAuthorization, proxyStrictSSL, proxySupport, systemCertificates } = z.parse(Http, named);
  return {
    ...(proxy.trim() === '' || proxySupport === 'off' ? {} : { proxy: proxy.trim() }),
    ...(proxyAuthorization === '' ? {} : { proxyAuthorization }),
    noProxy,
    strictSsl: proxyStrictSSL,
    systemCertificates,
  };
}

export function onEditorNetworkChanged(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((change) => {
    if (change.affectsConfiguration('http')) listener();
  });
}
