// Signing in to servers, as the servers of one root folder use it.
import * as vscode from 'vscode';
import type { Fetch } from '../contracts/network.ts';
import type { Log } from '../host/log.ts';
import type { Redirects } from '../host/redirects.ts';
import { confirmServerSignIn, openServerSignIn } from '../host/serverSignIn.ts';
import type { Connections } from '../mcp/connection/connections.ts';
import { PREFIX } from '../mcp/oauth/keptGrant.ts';
import { createServerLogins, type ServerLogins } from '../mcp/oauth/serverLogins.ts';
import { inNotice } from '../util/plainLine.ts';
import { oneWindow } from './oneWindow.ts';

export type McpSignInParts = {
  context: Pick<vscode.ExtensionContext, 'secrets' | 'globalStorageUri'>;
  redirects: Redirects;
  fetch: Fetch;
  /** With what settings add: `MCP_CLIENT_SECRET` is read from it. */
  env(): Readonly<Record<string, string | undefined>>;
  /** Where the organisation describes its client, if it does. */
  clientMetadataUrl(): string | undefined;
  log: Log;
};

export type McpSignIn = ServerLogins & {
  /** Connects servers that wait for a sign-in once somebody has signed in, in whichever window. */
  follow(connections: Connections): { dispose(): void };
};

export function openMcpSignIn({ context, redirects, fetch, env, clientMetadataUrl, log }: McpSignInParts): McpSignIn {
  const { secrets, globalStorageUri } = context;
  const web = vscode.env.uiKind === vscode.UIKind.Web;
  // As a text: a Uri would write what is escaped in the query in another way.
  const openExternal = (address: string) => vscode.env.openExternal(address as unknown as vscode.Uri);

  const logins = createServerLogins({
    fetch,
    secrets,
    now: Date.now,
    env,
    alone: (name, work) =>
      oneWindow(globalStorageUri.fsPath, name, work, (cause) =>
        log.warn(`A token of a server is renewed without waiting for other windows: ${String(cause)}`),
      ),
    hide: log.hide,
    where: web ? 'web' : vscode.env.remoteName === undefined ? 'desktop' : 'remote',
    clientMetadataUrl,
    receive: redirects.receive,
    confirm: confirmServerSignIn,
    open: (page, redirect, request) => openServerSignIn(page, redirect, request, openExternal),
  });
  return {
    ...logins,
    clear: async (definition) => {
      const told = await logins.clear(definition);
      const text = vscode.l10n.t(
        'The sign-in to the server {0} is forgotten here, but who issued it could not be told. It can be ended on the account page there.',
        inNotice(definition.name),
      );
      if (!told) void vscode.window.showWarningMessage(text);
      return told;
    },
    follow: (connections) =>
      secrets.onDidChange(({ key }) => {
        if (!key.startsWith(PREFIX)) return;
        for (const connection of connections.all()) {
          const { definition } = connection;
          if (connection.state().state !== 'needsAuthentication') continue;
          logins
            .hasTokens(definition)
            .then((has) => (has ? connection.connect() : undefined))
            .catch((cause: unknown) => log.warn(`${definition.name}: ${String(cause)}`));
        }
      }),
  };
}
