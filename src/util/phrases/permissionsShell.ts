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
  'permissions.shell.tooComplex': 'The command has too many parts to be read.',
  'permissions.shell.noParser':
    'Shell commands cannot be read, so each is asked about: {detail} Install the extension anew.',
  'permissions.shell.failed': 'The command could not be read: {detail}',
};
