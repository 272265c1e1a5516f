// Sentences about servers of other programs.
export const mcp: Readonly<Record<string, string>> = {
  'mcp.server.rejected':
    'The server {server} is rejected in the settings. Take it out of disabledMcpjsonServers to use it.',
  'mcp.server.untrusted': 'The server {server} of {file} starts only after the workspace is trusted.',
  'mcp.server.changed':
    'The server {server} of {file} has changed since it was approved. Look at it and approve it again.',
  'mcp.server.filesChanged':
    'The server {server} is started from files of the repository that have changed since it was approved: {files}. Look at them and approve it again.',
  'mcp.server.filesChangedRunning':
    'The server {server} runs from files of the repository that have changed since: {files}. Its next start asks you.',
  'mcp.server.new': 'The server {server} of {file} was not approved yet. Look at what it would start before you do.',
  'mcp.tool.hiddenText': 'The description of {tool} holds characters that do not show.',
  'mcp.tool.changed': 'What {tool} says it does has not been approved, or has changed since.',
  'mcp.tool.serverChanged': 'The server of {tool} is not the one that was approved.',
  'mcp.connection.notStarted': 'The server {server} could not be started: {command}: {reason}. Check its command.',
  'mcp.connection.exited':
    'The program of the server {server} ended with status {code}. If its last lines do not say why, run its command in a terminal.',
  'mcp.connection.killed': 'The program of the server {server} was ended by {signal}.',
  'mcp.connection.closed': 'The connection to the server {server} was closed.',
  'mcp.connection.ended': 'The server {server} was switched off.',
  'mcp.connection.slow':
    'The server {server} was not ready within {seconds} s. Reconnect it, or set MCP_TIMEOUT to more milliseconds.',
  'mcp.connection.noAnswer':
    'The server {server} did not begin to answer within {seconds} s. If this repeats, ask those who run it.',
  'mcp.connection.late.total':
    'The server {server} did not finish {method} within {seconds} s. Give it a longer timeout if it needs one.',
  'mcp.connection.late.idle':
    'The server {server} sent neither an answer nor progress to {method} for {seconds} s. CLAUDE_CODE_MCP_TOOL_IDLE_TIMEOUT sets how long is waited.',
  'mcp.connection.signIn': 'The server {server} asks for a sign-in.',
  'mcp.connection.headerRefused':
    'The server {server} refused the Authorization header that is configured for it (status {status}). Check its value.',
  'mcp.connection.notFound': 'There is no server at the address of {server} (status 404). Check its url.',
  'mcp.connection.status': 'The server {server} answered with status {status}. If this repeats, ask those who run it.',
  'mcp.connection.unreachable':
    'The server {server} cannot be reached ({reason}). Check its url, the network and the proxy.',
  'mcp.connection.noWay': 'The server {server} cannot be reached: {reason}',
  'mcp.connection.sessionLost': 'The server {server} no longer knows the session.',
  'mcp.connection.elsewhere':
    'The server {server} wants something done in the browser first; the address was opened. Call again once it is done.',
  'mcp.connection.elsewhereDeclined':
    'The server {server} wants something done in the browser first, and the person did not open the address.',
  'mcp.connection.answered': 'The server {server} answered with an error: {reason}',
  'mcp.connection.failed': 'The server {server}: {reason}',
  'mcp.connection.flood': 'The server {server} sent far more messages than can be read, and was disconnected.',
  'mcp.connection.garbage':
    'The server {server} sent too much that is no message, and was disconnected. Its output may hold messages alone.',
  'mcp.connection.endless': 'The server {server} sent a line without end, and was disconnected.',
  'mcp.connection.tooLarge': 'The server {server} sent a message that is too large to be read.',
  'mcp.connection.tooDeep': 'The server {server} sent a message that is nested too deeply to be read.',
  'mcp.connection.noSocket': 'The server {server} is reached by WebSocket, which is not available here. Use type http.',
  'mcp.connection.socket': 'The WebSocket of the server {server} could not be opened. Check its url.',
  'mcp.connection.socketClosed': 'The WebSocket of the server {server} was closed (code {code}).',
  'mcp.connection.list': 'The list of {list} of the server {server} could not be read: {reason}',
  'mcp.connection.entry': 'The entry {name} in the list of {list} of the server {server} cannot be used: {reason}',
  'mcp.connection.listTooLong': 'The answer of {server} to {list} is too long: the first {count} entries are used.',
  'mcp.connection.listTurns': 'The answer of {server} to {list} does not end: the first {count} entries are used.',
  'mcp.tool.nameTaken':
    'The tool {tool} of the server {server} is left out: its name would be the same as that of the tool {other}.',
  'mcp.tool.serverNameTaken':
    'The server {server} is left out: in the names of tools it reads like {other}. Rename one of them.',
  'mcp.tool.serverNameLong':
    'The server {server} is left out: its name leaves no room for names of tools. Give it one of at most {most} characters.',
  'mcp.tool.schema': 'The tool {tool} of the server {server} is left out: its input cannot be described ({reason}).',
  'mcp.tool.cut': 'The description of the tool {tool} of the server {server} is longer than 2 KB and was cut.',
  'mcp.tool.gone': 'The server {server} does not offer {tool} any more. Nothing was called.',
  'mcp.tool.notTheSame':
    'The server {server} changed what it says of {tool} since this call was decided. Nothing was called; call it again if it is still wanted.',
  'mcp.tool.interaction': 'The server {server} wants to be asked about {tool} each time.',
  'mcp.task.cancelled': 'The server {server} gave {tool} up before it was done.',
  'mcp.task.other': 'The server {server} answered for another call than that of {tool}. Its answer was not used.',
  'mcp.task.silent':
    'The server {server} wants an answer for {tool}, and does not say to what. Ask those who run the server.',
  'mcp.task.lost':
    'What became of {tool} of the server {server} cannot be told: {reason} It may have been done. Look before you call it again.',
  'mcp.editorTools.cancelled':
    'The call of {tool} was cancelled in VS Code: its extension asked the person itself and was told no, or gave up. Do not call it again unless the person wants it.',
  'mcp.editorTools.managed':
    'Your organisation has chosen the servers: tools of other extensions are not offered (assent.mcp.editorTools).',
  'mcp.prompt.failed': 'The prompt {prompt} of the server {server} could not be had: {reason} Nothing was sent.',
};
