// One quiet line above the conversation about servers that wait for a yes, or for values.
import * as vscode from 'vscode';
import { type Banner, banner } from './banners.ts';
import { type ProjectServers, waitingServers } from './mcpServers.ts';

export function serverBanners(servers: Pick<ProjectServers, 'all'>): Banner[] {
  const names = waitingServers(servers);
  if (names.length === 0) return [];
  const because = { code: 'mcp.config.waiting', args: { servers: names.join(', '), count: String(names.length) } };
  // Other servers are another notice, so that one that was dismissed comes again for them.
  return [
    banner(`servers:${names.join(',')}`.slice(0, 180), 'info', because, {
      label: 'mcp.config.show',
      act: () => vscode.commands.executeCommand('assent.mcp'),
    }),
  ];
}
