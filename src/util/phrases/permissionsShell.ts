// Sentences about the text of shell commands that is not understood.
export const permissionsShell: Readonly<Record<string, string>> = {
  'permissions.shell.construct': 'Not understood at character {at}: {text}',
  'permissions.shell.expansion': 'What the variable at character {at} stands for is not understood: {text}',
  'permissions.shell.tilde': 'Which folder the ~ at character {at} stands for is not understood: {text}',
  'permissions.shell.hereDocument': 'Where the text that begins at character {at} ends is not clear: {text}',
  'permissions.shell.continuation':
    'The backslash at character {at} joins two words or hides a blank. Write the command on one line.',
  'permissions.shell.syntax': 'This is no complete shell command, from character {at} on: {text}',
  'permissions.shell.disagree': 'From character {at} on this can be read in two ways: {text}',
  'permissions.shell.tooSlow': 'Reading the command took too long. Try again.',
  'permissions.shell.tooComplex': 'The command has too many parts to be read.',
  'permissions.shell.noParser':
    'Shell commands cannot be read, so each is asked about: {detail} Install the extension anew.',
  'permissions.shell.failed': 'The command could not be read: {detail}',
  'permissions.shell.odd': '{word} can be read in two ways. Put it in quotes.',
  'permissions.shell.stream': 'What {word} hands over is not known.',
  'permissions.shell.variable': 'What {name} stands for is not known before the command runs.',
  'permissions.shell.unknownWord': 'What {word} becomes is not known before the command runs.',
  'permissions.shell.assignment': 'Setting {name} may change what the command does.',
  'permissions.shell.program': 'Which program {word} starts is not known before it runs.',
  'permissions.shell.target': 'Which file is opened is not known: {redirect}',
  'permissions.shell.folder': 'In which folder {path} would be is not known.',
  'permissions.shell.gitElsewhere': 'Git would run in another folder, whose settings may start programs.',
  'permissions.shell.patternOption': 'A file that matches {word} may be taken for an option. Write ./ in front of it.',
  'permissions.shell.pattern': 'Too many files, or hidden ones, may match {word}.',
  'permissions.shell.input': 'Which files {program} would be given is known only when it runs.',
  'permissions.shell.powershell': 'PowerShell commands are not read: only a few exact ones run without a question.',
};
