// Sentences about credentials: where one is looked for, and why it is not used.

export const credentials: Readonly<Record<string, string>> = {
  'credentials.helper.failing':
    'The apiKeyHelper script is failing: it ended with status {status}, {times} times. Nothing was sent. Run its command in a terminal to see why, correct it, and send the message again.',
  'credentials.helper.ended':
    'The apiKeyHelper script is failing: it was ended by the system, {times} times. Nothing was sent. Run its command in a terminal to see why, correct it, and send the message again.',
  'credentials.helper.timeout':
    'The apiKeyHelper script gave no key within {minutes} minutes and was stopped. Run its command in a terminal to see what it waits for, and send the message again.',
  'credentials.helper.notStarted':
    'The apiKeyHelper script could not be started ({reason}). Correct “apiKeyHelper” in the settings, and send the message again.',
  'credentials.helper.empty':
    'The apiKeyHelper script printed nothing, so nothing was sent. It has to print the key on its standard output. Correct it, and send the message again.',
  'credentials.helper.notAKey':
    'The apiKeyHelper script printed something that is not a key, so nothing was sent. It may print the key only: one word of at most 16,384 letters, digits and signs, with no greeting and no log lines. Correct it, and send the message again.',
  'credentials.helper.refused':
    'The key that the apiKeyHelper script gives was not accepted. Correct the script, or ask who looks after it, and send the message again.',
  'credentials.helper.slow': 'The command of “{name}” has been running for {seconds} s. It may be waiting for you.',
  'credentials.helper.slowUnnamed': 'A command that fetches a credential has been running for {seconds} s.',

  'credentials.refused.login':
    'Your team’s sign-in was not accepted. Run “Assent: Sign In” to sign in again, and send the message again.',
  'credentials.refused.stored':
    'The key that you entered ({label}) was not accepted. Run “Assent: Sign In” to enter another, and send the message again.',
  'credentials.refused.variable':
    'The value of {name} was not accepted. Correct it where it is set (the settings, or the environment VS Code was started from), and send the message again.',

  'credentials.storeFailed':
    'The stored key could not be read. Unlock the keyring of your system, or run “Assent: Sign In” again. ({reason})',
  'credentials.otherHost':
    'The key that you entered ({label}) is for {host}, but requests go to {other} now. It was not sent. Run “Assent: Sign In” to enter one for {other}, or set ANTHROPIC_BASE_URL back.',
  'credentials.profile.incomplete':
    '{name} is set, but {missing} is not, so no token can be fetched. Set it, or unset {name}; no other account is used in its place.',
  'credentials.profile.notFound':
    '{name} names the profile “{profile}”, but {file} cannot be read. Correct {name}, or unset it; no other account is used in its place.',
  'credentials.profile.notSupported':
    '{name} names the profile “{profile}”, whose kind of sign-in ({kind}) Assent does not have. Use a profile of kind “oidc_federation”, or unset {name}; no other account is used in its place.',
  'credentials.profile.failed':
    'No token could be fetched with {name}. Check the identity token and the federation rule, or unset {name}; no other account is used in its place.',

  'credentials.force.chatAccount':
    'Your organisation allows only sign-in with a chat account of the vendor ({file}), which Assent does not have. Nothing was sent. Ask your administrator to allow “console” or “gateway”.',
  'credentials.force.notTyped':
    'Your organisation allows only keys that are entered by hand ({file}), and {name} is set. Nothing was sent. Unset {name}, and run “Assent: Sign In”.',
  'credentials.force.notLogin':
    'Your organisation allows only the sign-in to its gateway ({file}), and {name} would be used. Nothing was sent. Run “Assent: Sign In” and choose the sign-in of your team, or ask your administrator.',
  'credentials.force.otherGateway':
    'Your organisation allows only its gateway at {url} ({file}), and requests would go to {other}. Nothing was sent. Ask your administrator to set the same address for the sign-in.',
  'credentials.force.editor':
    'Your organisation says how to sign in ({file}), so the language models of VS Code are not used. Nothing was sent. Choose another model.',
  'credentials.force.noLogin':
    'Your organisation allows only the sign-in to its gateway ({file}), but no sign-in is set up. Ask your administrator to set “assent.login”.',
  'credentials.force.organization':
    'Your organisation allows only keys of certain organisations ({file}), and {name} does not say whose it is. Nothing was sent. Unset {name}, and run “Assent: Sign In” with a key of your organisation.',
  'credentials.force.otherOrganization':
    'The key belongs to an organisation that yours does not allow ({file}). The conversation was not sent. Run “Assent: Sign In” with a key of your organisation.',
  'credentials.force.unproven':
    'Your organisation allows only keys of certain organisations ({file}), and {host} does not say whose this key is. The conversation was not sent. Try again later, or ask your administrator.',

  'credentials.trial.unknownHost': 'nobody here knows the host {host}; check the address and the network ({code})',
  'credentials.trial.notLookedUp': 'the host {host} could not be looked up now; check the network ({code})',
  'credentials.trial.refused': '{host} refuses connections; check the address, and whether the service runs ({code})',
  'credentials.trial.brokenOff': '{host} broke off the connection; check the network and the proxy ({code})',
  'credentials.trial.unreachable': '{host} cannot be reached from this network ({code})',
  'credentials.trial.late': '{host} did not answer in time; check the network and the proxy ({code})',
};
