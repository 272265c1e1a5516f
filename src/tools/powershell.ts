// PowerShell: runs a command on a Windows without bash. A tool of its own, so that nobody can take its text for bash.
import type { Tool } from '../contracts/tool.ts';
import { type CommandInput, createCommandTool } from './commandTool.ts';
import type { ToolOptions } from './options.ts';

export function createPowerShell(options: ToolOptions): Tool<CommandInput> {
  return createCommandTool(
    {
      name: 'PowerShell',
      shell: 'powershell',
      description:
        'Runs a command with PowerShell on Windows, without a terminal and without input; there is no bash. Write what Windows PowerShell 5.1 knows: no && and no ||. Where scripts are disabled, npm.cmd and npx.cmd run in place of npm and npx. The exit code is that of the last program. The current folder carries over to the next command while it stays in the working folders; variables do not. Long output loses its middle. For files prefer Read, Edit, Glob and Grep; use run_in_background for servers and watchers.',
    },
    options,
  );
}
