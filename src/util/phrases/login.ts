// Sentences about signing in with a team's identity provider.
export const login: Readonly<Record<string, string>> = {
  'login.notFromHere':
    '“login” in {file} (line {line}) is not used: only the organisation’s settings and your own may say where you sign in. Move it there if you trust it.',
  'login.notConfigured':
    'No identity provider is configured. Put “login” into “assent” of your own settings file, or ask whoever keeps the settings of your organisation.',
  'login.notAnAddress':
    '“{name}” of assent.login is not an address that can be used. It has to begin with https://. Correct it in the settings, then sign in again.',
  'login.badParameter':
    '“{name}” in “parameters” of assent.login is set by Assent itself. Take it out, then sign in again.',
  'login.badRedirect':
    '“redirectUri” of assent.login, {address}, leads to another program. Use an address of this machine such as http://127.0.0.1/callback, or {own}.',
  'login.unreachable':
    '{host} cannot be reached ({detail}). Check the network, the proxy and its certificates, then try again.',
  'login.noMetadata':
    '{issuer} does not publish how to sign in ({detail}). Check “issuer” of assent.login in the settings, then sign in again.',
  'login.otherIssuer':
    'The metadata of {issuer} name another issuer. Correct “issuer” of assent.login in the settings, then sign in again.',
  'login.badMetadata':
    'The metadata of {host} cannot be used: {detail}. Ask those who run it to correct it, then sign in again.',
  'login.noPkce':
    '{host} does not offer PKCE with S256, without which others could use the answer of the browser. Ask those who run it to turn it on for the client {client}.',
  'login.noWay':
    '{host} offers neither a sign-in page nor device codes to this client. Check “issuer” of assent.login in the settings.',
  'login.portTaken':
    'Port {port}, to which the browser is to come back, is used by another program. End that program, or register and set another “redirectUri”.',
  'login.timeout': 'Nobody came back from the sign-in page in {minutes} minutes. Sign in again.',
  'login.cancelled': 'Signing in was stopped. Nothing has changed.',
  'login.denied': '{host} did not let you in: it was denied. Sign in again, with another account if need be. {detail}',
  'login.unknownClient':
    '{host} does not accept the client {client} without a secret. Check “clientId” of assent.login, and that it is registered as a public (native) application. {detail}',
  'login.badScope':
    '{host} does not give what was asked for. Check “scopes” and “audience” of assent.login in the settings. {detail}',
  'login.refused': '{host} refused ({error}). Sign in again; if this repeats, ask those who run it. {detail}',
  'login.codeRefused':
    '{host} did not accept the answer of the browser: it was used before, or is too old. Sign in again. {detail}',
  'login.otherAnswer':
    'The answer of the browser does not belong to this sign-in, and was not used. Close other sign-in pages, then sign in again.',
  'login.badAnswer':
    '{host} answered with something that is not a token ({detail}). Try again; if this repeats, ask those who run it.',
  'login.clock':
    'What {host} issued is not valid at the time this machine shows. Correct its date and time, then sign in again.',
  'login.codeExpired': 'The code has expired before it was entered. Sign in again to get another.',
  'login.ended':
    'You are no longer signed in at {host}: the session has expired or was taken back. Run “Assent: Sign In”, then send the message again.',
  'login.notStored':
    'The tokens could not be kept in the secret storage of VS Code ({detail}). Unlock the keychain of your system, then sign in again.',
  'login.notGranted':
    'Only what the settings name in “scopes” of assent.login can be asked for, and {scope} is not among it.',
};
