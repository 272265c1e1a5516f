// Sentences about signing in to servers of tools.
export const mcpOAuth: Readonly<Record<string, string>> = {
  'mcp.oauth.notForThis':
    'Nobody signs in to the server {server}: it is a program, or a header is configured for it. Only servers with an address have sign-ins.',
  'mcp.oauth.notEncrypted':
    'The server {server} is reached by http, where others could read a token. Give it an address that begins with https://.',
  'mcp.oauth.unsafeAddress':
    'The sign-in of the server {server} names an address that is not used: {address}. It has to be https, and inside your network only if the server is. Ask those who run the server.',
  'mcp.oauth.tooLarge':
    '{host} sent far more than a sign-in of the server {server} needs, and it was not read. Ask those who run it.',
  'mcp.oauth.unreachable':
    '{host}, where the server {server} lets people sign in, cannot be reached ({reason}). Check the network and the proxy, then try again.',
  'mcp.oauth.badMetadata':
    'What {host} publishes about the sign-in of the server {server} cannot be used: {detail}. Ask those who run it.',
  'mcp.oauth.noMetadata':
    '{host} does not publish how to sign in to the server {server}. If you know the address of its metadata, set oauth.authServerMetadataUrl of the server.',
  'mcp.oauth.otherIssuer':
    'What {host} publishes about the sign-in of the server {server} is by another issuer, {issuer}, and is not used. Ask those who run the server.',
  'mcp.oauth.otherResource':
    'The server {server} describes the sign-in of another one, {resource}, and it is not used. Check the url of the server.',
  'mcp.oauth.otherPage':
    'To sign in to the server {server}, {host} sends people to a page of somebody else, {page}. If your team knows why, set oauth.authServerMetadataUrl of the server.',
  'mcp.oauth.noPkce':
    '{host} does not offer PKCE with S256, without which others could use the answer of the browser. Ask those who run the server {server}.',
  'mcp.oauth.noClient':
    '{host} does not register programs by itself. Have one registered there, and set oauth.clientId of the server {server}; a secret goes into MCP_CLIENT_SECRET.',
  'mcp.oauth.notRegistered':
    '{host} did not register Assent as a client of the server {server}. Have one registered there, and set oauth.clientId. {detail}',
  'mcp.oauth.portTaken':
    'The browser cannot come back to port {port}: another program uses it. End that program, or change oauth.callbackPort of the server {server}.',
  'mcp.oauth.denied':
    '{host} did not let you in to the server {server}. Sign in again, with another account if need be. {detail}',
  'mcp.oauth.unknownClient':
    '{host} does not accept the client of the server {server}. Check its oauth.clientId and MCP_CLIENT_SECRET, or clear its authentication and sign in again. {detail}',
  'mcp.oauth.badScope': '{host} does not give what was asked for. Check oauth.scopes of the server {server}. {detail}',
  'mcp.oauth.refused':
    '{host} refused the sign-in to the server {server} ({error}). Sign in again; if this repeats, ask those who run it. {detail}',
  'mcp.oauth.badAnswer':
    '{host} answered with something that is no token for the server {server} ({detail}). Try again; if this repeats, ask those who run it.',
  'mcp.oauth.otherAnswer':
    'The answer of the browser does not belong to this sign-in to the server {server}, and was not used. Close other sign-in pages, then sign in again.',
  'mcp.oauth.scopesDeclined':
    'The server {server} wants more than it was given: {scopes}. You did not add it; signing in to the server again offers it once more.',
  'mcp.oauth.notStored':
    'The sign-in to the server {server} could not be kept in the secret storage of VS Code ({reason}). Unlock the keychain of your system, then sign in again.',
};
