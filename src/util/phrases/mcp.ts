// Sentences about servers of other programs.
export const mcp: Readonly<Record<string, string>> = {
  'mcp.server.rejected':
    'The server {server} is rejected in the settings. Take it out of disabledMcpjsonServers to use it.',
  'mcp.server.untrusted': 'The server {server} of {file} starts only after the workspace is trusted.',
  'mcp.server.changed':
    'The server {server} of {file} has changed since it was approved. Look at it and approve it again.',
  'mcp.server.new': 'The server {server} of {file} was not approved yet. Look at what it would start before you do.',
  'mcp.tool.hiddenText': 'The description of {tool} holds characters that do not show.',
  'mcp.tool.changed': 'What {tool} says it does has not been approved, or has changed since.',
  'mcp.tool.serverChanged': 'The server of {tool} is not the one that was approved.',
};
