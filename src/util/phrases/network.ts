// Sentences about the way of requests out of this machine.
export const network: Readonly<Record<string, string>> = {
  'network.proxyMalformed':
    '{source} is not the address of an HTTP proxy. Correct it, for example http://proxy.example:8080; special characters of a password are written as %40 and the like.',
  'network.proxySocks':
    '{source} names a SOCKS proxy, which is not supported. Name an HTTP proxy, for example http://proxy.example:8080.',
  'network.proxyAway':
    'The proxy {proxy} ({source}) does not answer: {reason}. Check the address and whether this machine is in the proxy’s network, or take {source} away.',
  'network.proxyCertificate': 'The proxy {proxy} ({source}) cannot be trusted. {reason}',
  'network.proxyBrokeOff': 'The proxy {proxy} ({source}) broke off the connection. Check that it is an HTTP proxy.',
  'network.proxyNoProxy':
    'What answers at {proxy} ({source}) does not behave like an HTTP proxy. Correct the address and the port.',
  'network.proxyWantsPassword':
    'The proxy {proxy} ({source}) refused the request: it wants a user name and password (407). Put them into the address, as in http://user:password@proxy.example:8080.',
  'network.proxyWrongPassword':
    'The proxy {proxy} ({source}) refused the user name and password (407). Correct them where the proxy is set.',
  'network.proxyRefused':
    'The proxy {proxy} ({source}) refused the connection to {host} ({status}). Ask whoever runs the proxy to allow this host, or name the host in NO_PROXY if it can be reached directly.',
  'network.proxyCannotReach':
    'The proxy {proxy} ({source}) could not reach {host} ({status}). Check the name of the host; if only this machine knows it, name it in NO_PROXY.',

  'network.fileUnreadable':
    '{variable} names {file}, which cannot be read: {reason}. Correct the variable or the file.',
  'network.noCertificate':
    '{variable} names {file}, which holds no certificate in PEM form. Convert the file, or correct the variable.',
  'network.certStore':
    'CLAUDE_CODE_CERT_STORE has a value that is not known. Use bundled, system, or both, separated by a comma.',
  'network.storeEmpty':
    'No authority is trusted: the certificate store of the system is empty or was not found. Take CLAUDE_CODE_CERT_STORE away, or name a file of certificates in NODE_EXTRA_CA_CERTS.',
  'network.storeUnreadable':
    'The certificate store of the system could not be read: {reason}. Take CLAUDE_CODE_CERT_STORE away, or name a file of certificates in NODE_EXTRA_CA_CERTS.',
  'network.clientCert.keyAlone':
    'CLAUDE_CODE_CLIENT_KEY is set and CLAUDE_CODE_CLIENT_CERT is not. Set both, or neither.',
  'network.clientCert.certAlone':
    'CLAUDE_CODE_CLIENT_CERT names {file}, which holds no private key. Name the file of the key in CLAUDE_CODE_CLIENT_KEY.',
  'network.clientCert.noKey':
    '{variable} names {file}, which holds no private key in PEM form. Convert the file, or correct the variable.',
  'network.clientCert.otherKey':
    'The private key in {file} does not belong to the certificate that CLAUDE_CODE_CLIENT_CERT names. Correct CLAUDE_CODE_CLIENT_KEY.',
  'network.clientCert.passphraseMissing':
    'The private key in {file} is protected by a passphrase. Put it into CLAUDE_CODE_CLIENT_KEY_PASSPHRASE.',
  'network.clientCert.passphraseWrong':
    'The passphrase in CLAUDE_CODE_CLIENT_KEY_PASSPHRASE does not open the private key in {file}. Correct it.',

  'network.untrusted':
    'The certificate of {host} comes from “{issuer}”, an authority that is not trusted here ({code}). If your organisation inspects connections or has an authority of its own, name the PEM file of that authority in NODE_EXTRA_CA_CERTS, or add it to the certificate store of the system.',
  'network.untrustedNoStore':
    'The certificate of {host} comes from “{issuer}”, an authority that is not trusted here ({code}), and the certificate store of the system could not be read: {reason}. Name the PEM file of that authority in NODE_EXTRA_CA_CERTS.',
  'network.expired':
    'The certificate “{subject}” of {host} expired on {day}; today is {today}. Whoever runs the host or the proxy has to renew it, unless the clock of this machine is wrong.',
  'network.notYetValid':
    'The certificate “{subject}” of {host} is valid from {day} on; today is {today}. Check the clock of this machine.',
  'network.otherHost':
    'The certificate that was shown is for {names}, not for {host}. Check the address, and whether a proxy or a name server leads elsewhere.',
  'network.notEncrypted':
    'What answers at {host} does not speak TLS ({code}). Check the port, and whether the address should begin with http.',
  'network.handshakeRefused':
    '{host} refused the encrypted connection ({code}), as hosts do that want a client certificate. If yours does, name your files in CLAUDE_CODE_CLIENT_CERT and CLAUDE_CODE_CLIENT_KEY; otherwise ask whoever runs the host which version of TLS it wants.',
  'network.clientCertWanted':
    '{host} wants a client certificate ({code}). Name the files of yours in CLAUDE_CODE_CLIENT_CERT and CLAUDE_CODE_CLIENT_KEY.',
  'network.clientCertRefused':
    '{host} refused the client certificate “{subject}” in {file}, valid until {day} ({code}). Ask whoever runs the host which certificate it takes.',

  'network.hop.name': '{host} has the address {addresses}.',
  'network.hop.nameAddress': '{host} is an address, so no name is looked up.',
  'network.hop.nameByProxy': 'The proxy looks up {host}.',
  'network.hop.nameUnknown':
    'The name {host} cannot be looked up: {reason}. Check its spelling and the connection; if only a proxy knows it, set HTTPS_PROXY.',
  'network.hop.noProxy': 'No proxy is in use for {host}.',
  'network.hop.proxy': 'The proxy {proxy} ({source}) took the connection.',
  'network.hop.connection': 'Connected to {host} at {address}.',
  'network.hop.connectionByProxy': 'The proxy connected to {host}.',
  'network.hop.broken':
    'No connection to {host}: {reason}. Check the address, the network, and whether a proxy has to be set in HTTPS_PROXY.',
  'network.hop.notEncrypted': 'The connection to {host} is not encrypted, so no certificate is shown.',
  'network.hop.certificate': 'The certificate of {host} comes from “{issuer}” and is valid until {day}.',
  'network.hop.certificateUnread': 'The connection to {host} ended before its certificate could be checked.',
  'network.hop.clientCertificate':
    '{host} answers with the client certificate “{subject}” in {file} at hand, valid until {day}.',
  'network.hop.noClientCertificate': 'No client certificate is set, and {host} answers without one.',
  'network.hop.closedWithout':
    '{host} closed the encrypted connection without an answer, as hosts do that want a client certificate. If yours does, set CLAUDE_CODE_CLIENT_CERT and CLAUDE_CODE_CLIENT_KEY.',
  'network.hop.closedWith':
    '{host} closed the encrypted connection without an answer. If it refuses the client certificate “{subject}” in {file}, valid until {day}, ask whoever runs the host which certificate it takes.',
};
