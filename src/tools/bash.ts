// Bash: runs a command with bash.
import type { Tool } from '../contracts/tool.ts';
import { type CommandInput, createCommandTool } from './commandTool.ts';
import type { ToolOptions } from './options.ts';

export function createBash(options: ToolOptions): Tool<CommandInput> {
  return createCommandTool(
    {
      name: 'Bash',
      shell: 'bash',
      description:
        'Runs a command with bash, without a terminal and without input. The current folder carries over to the next command while it stays in the working folders; variables do not. Long output loses its middle. For files prefer Read, Edit, Glob and Grep; use run_in_background for servers and watchers.',
    },
    options,
  );
}
