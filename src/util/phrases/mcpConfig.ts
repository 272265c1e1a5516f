// Sentences about how servers of tools are configured.
export const mcpConfig: Readonly<Record<string, string>> = {
  'mcp.config.unreadable': 'The file {file} cannot be read ({reason}). Its servers are left out.',
  'mcp.config.fileKind': 'The file {file} is too large, or no ordinary file. Its servers are left out.',
  'mcp.config.notJson': 'The file {file} is not valid JSON (line {line}, column {column}). Correct it and save.',
  'mcp.config.noServers': 'In {file}, {key} has to be an object with a member for each server.',
  'mcp.config.wrongKey.mcpServers':
    'The file {file} names its servers in servers, as VS Code’s own file does. Call it mcpServers here.',
  'mcp.config.wrongKey.servers':
    'The file {file} names its servers in mcpServers. VS Code’s own file calls it servers.',
  'mcp.config.reserved': 'The name {server} is reserved. Give the server another one.',
  'mcp.config.hiddenName':
    'The name of the server {server} is empty or holds characters that do not show. Give it another one.',
  'mcp.config.noObject': 'The entry of the server {server} has to be an object.',
  'mcp.config.name': 'In names of tools {server} is written {part}. Letters, digits, - and _ stay as they are.',
  'mcp.config.type': 'The type of the server {server} is not known. Use stdio, http, sse or ws.',
  'mcp.config.noType':
    'The server {server} has a url but no type. Add "type": "http", or "type": "sse" for an older server.',
  'mcp.config.noCommand': 'The server {server} has no command. Add the program to start, or a type and a url.',
  'mcp.config.noUrl': 'The server {server} is not configured: its url is empty.',
  'mcp.config.url': 'The url of the server {server} is no address. Check it, and the variables in it.',
  'mcp.config.scheme': 'The url of the server {server} has to begin with one of {schemes}',
  'mcp.config.header':
    'The header {header} of the server {server} cannot be sent: its name or its value is not allowed.',
  'mcp.config.field.command': 'The command of the server {server} has to be a text.',
  'mcp.config.field.args': 'The args of the server {server} have to be a list of texts.',
  'mcp.config.field.env': 'The env of the server {server} has to be an object whose values are texts.',
  'mcp.config.field.cwd': 'The cwd of the server {server} has to be a text.',
  'mcp.config.field.envFile': 'The envFile of the server {server} has to be a text.',
  'mcp.config.field.url': 'The url of the server {server} has to be a text.',
  'mcp.config.field.headers': 'The headers of the server {server} have to be an object whose values are texts.',
  'mcp.config.field.headersHelper': 'The headersHelper of the server {server} has to be a text.',
  'mcp.config.field.oauth':
    'The oauth of the server {server} has to be an object with clientId, callbackPort, scopes or authServerMetadataUrl (https).',
  'mcp.config.field.alwaysLoad': 'The alwaysLoad of the server {server} has to be true or false.',
  'mcp.config.blank':
    'In {field} of the server {server} there is a blank at the beginning or the end. It is used as it stands.',
  'mcp.config.hidden': 'In {field} of the server {server} there are characters that do not show.',
  'mcp.config.timeout': 'The timeout of the server {server} is not used: it has to be 1000 milliseconds or more.',
  'mcp.config.sse': 'The type sse of the server {server} is outdated. Use http if the server offers it.',
  'mcp.config.shadows': 'A server {server} stands in {file}, too. It is not used.',
  'mcp.config.variable': 'The variable {variable} of the server {server} is not set. It is left as it stands.',
  'mcp.config.envFile': 'The envFile {file} of the server {server} cannot be read.',
  'mcp.config.inputs': 'The server {server} needs values that only you can give: {inputs}.',
  'mcp.config.managed': 'Your organisation has chosen the servers: {server} of {file} is not started.',
  'mcp.config.denied':
    'Settings deny the server {server} (deniedMcpServers). If you need it, ask those who keep these settings.',
  'mcp.config.notAllowed':
    'The server {server} is not among those that settings allow (allowedMcpServers). If you need it, ask those who keep these settings.',
  'mcp.config.disabled': 'The server {server} is switched off for this folder.',
  'mcp.config.helperFailed':
    'The headersHelper of the server {server} could not be started: {reason}. Check the command.',
  'mcp.config.helperSlow': 'The headersHelper of the server {server} did not end within {seconds} s.',
  'mcp.config.helperStatus':
    'The headersHelper of the server {server} ended with status {status}. Run it in a terminal to see why.',
  'mcp.config.helperText': 'The headersHelper of the server {server} has to print one JSON object of texts.',
  'mcp.config.waiting': 'Servers of tools wait for your approval: {servers}. Nothing of them runs before.',
  'mcp.config.faults':
    'Files that name servers have faults: {count}. Their servers are left out until they are corrected.',
  'mcp.config.show': 'Show servers',
  'mcp.config.nul':
    '{field} of the server {server} has a NUL character in it, which no program can be given. Remove it.',
  'mcp.config.tooManyNames':
    'The entry of the server {server} in {file} names more than can be looked at, so it is not started. Shorten its arguments, or put them into a file.',
  'mcp.config.toolNew': 'The tool {tool} was not there when its server was approved.',
  'mcp.config.toolChanged': 'What the server says of {tool} has changed since it was approved.',
  'mcp.config.gone': 'The server {server} is no longer what you saw. Look at it again.',
  'mcp.config.rejectedElsewhere':
    'The server {server} is also rejected in another settings file. Take it out of disabledMcpjsonServers there.',
  'mcp.config.nameTaken': 'There is a server {server} in {file} already. Choose another name.',
  'mcp.config.secretInFile':
    'What stands in {field} looks like a secret, and {file} is shared. Put it into an environment variable and write {reference} here.',
  'mcp.config.notWritten': 'The file {file} could not be written ({reason}).',
  'mcp.config.noFolder': 'Open a folder first.',
  'mcp.config.noSignIn': 'The server {server} offers no sign-in.',
  'mcp.config.messageRefused': 'The page sent something that is not understood. Close it and open it again.',
};
