// One quiet line above the conversation about servers that wait for a yes, or for values.
import * as vscode from 'vscode';
import { type Banner, banner } from './banners.ts';
import { type ProjectServers, waitingServers } from './mcpServers.ts';

const SHOW = { label: 'mcp.config.show', act: () => vscode.commands.executeCommand('assent.mcp') };

export function serverBanners(servers: Pick<ProjectServers, 'all' | 'problems'>): Banner[] {
  // Other servers are another notice, so that one that was dismissed comes again for them.
  const about = (kind: string, names: readonly string[]) => `servers:${kind}:${names.join(',')}`.slice(0, 180);
  const names = waitingServers(servers);
  const args = { servers: names.join(', '), count: String(names.length) };
  const faults = servers.problems();
  const files = { count: String(faults.length) };
  return [
    ...(names.length === 0
      ? []
      : [banner(about('waiting', names), 'info', { code: 'mcp.config.waiting', args }, SHOW)]),
    ...(faults.length === 0
      ? []
      : [
          banner(
            about(
              'faults',
              faults.map(({ file }) => file),
            ),
            'warning',
            { code: 'mcp.config.faults', args: files },
            SHOW,
          ),
        ]),
  ];
}
