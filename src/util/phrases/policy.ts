// Sentences about rules as they are written, and about a team's expected decisions.
export const policy: Readonly<Record<string, string>> = {
  'policy.misspelt': '{rule} matches nothing: there is no tool {tool}. Did you mean {near}?',
  'policy.unknownTool': '{rule} names the tool {tool}, which is not known here. Check its name.',
  'policy.mcpName':
    '{rule} matches no tool of a server. Write {instead}, with two underscores before and after the server.',
  'policy.blank': '{rule} matches nothing as it stands: take the blanks inside the parentheses away.',
  'policy.colonStar': '{rule} matches nothing useful: only at the end does :* stand for more words. Write {instead}.',
  'policy.gluedStar': '{rule} also covers longer words, such as {example}. Write {instead} for the word alone.',
  'policy.windowsPath':
    '{rule} matches nothing: a path that starts at a drive is written with slashes. Write {instead}.',
  'policy.variable':
    '{rule} matches nothing: {variable} is not replaced in a rule. Use ~ for the home folder, or // and the path.',
  'policy.anchor':
    '{rule} means {meant}. For a path that starts at the root of the disk or at the home folder write {instead}.',
  'policy.managedOnly':
    '{rule} does not count: your organisation keeps all allow rules to itself. Ask for it there, or remove it.',
  'policy.parentFolder':
    '{rule} does not count: of a folder above the start folder only deny and ask rules hold. Move it to the start folder.',
  'policy.denied': '{rule} has no effect: {other} ({source}) denies all that it covers. Remove one of the two.',
  'policy.asked': '{rule} has no effect: {other} ({source}) asks about all that it covers. Remove one of the two.',
  'policy.covered': '{rule} adds nothing: {other} ({source}) covers it.',
  'policy.duplicate': '{rule} stands here a second time (first: {source}). Remove one.',
  'policy.neverMatches': '{rule} never matches a call. Check how it is written.',
  'policy.guarded': '{rule} has no effect: {example} is asked about whatever the rules say. Remove it.',
  'policy.notUnderstood':
    '{rule} allows nothing: a command like {example} is not understood and is asked about each time. Write plain commands.',
  'policy.severalCommands':
    '{rule} matches nothing: the commands of a line are looked at one by one. Write a rule for each of them.',
  'policy.allowsNothing': '{rule} allows nothing: {example} is asked about all the same. Check how it is written.',
  'policy.runsAnything':
    '{rule} would let any program run without a question, for example: {example}. Name the sub-command or the script that is needed.',
  'policy.sendsAnything':
    '{rule} would let files be sent anywhere without a question, for example: {example}. Name the address or the sub-command that is needed.',
  'policy.removesAnything':
    '{rule} would let work be lost without a question, for example: {example}. Name what may be removed.',
  'policy.writesAnywhere':
    '{rule} would let files outside the project be changed without a question, for example {example}. Name the folder that is needed.',
  'policy.readsAnywhere':
    '{rule} would let any file be read without a question, keys and passwords too, for example {example}. Name the folder that is needed.',
  'policy.anyHost':
    '{rule} would let any host be contacted without a question, for example {example}. Name the hosts that are needed.',
  'policy.committedSecret':
    '{name} holds a secret, and this file is shared with everyone who may read the repository. Put it into your own settings, or run “Assent: Sign In”, and withdraw the secret if it was committed.',
  'policy.unexpected': '{name}: expected {expect}, but it is {decision}.',
  'policy.unexpectedRule': '{name}: expected {expect}, but the rule {rule} makes it {decision}.',
  'policy.badCase': 'This case cannot be tried. {detail}',
  'policy.badCases': 'The cases cannot be read. Write a JSON list, or one JSON object a line. {detail}',
};
