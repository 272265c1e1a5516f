// The tools whose calls are commands: one on each machine, named after what its commands are written in.

export type CommandTool = 'Bash' | 'PowerShell';

export function isCommandTool(tool: string): tool is CommandTool {
  return tool === 'Bash' || tool === 'PowerShell';
}
