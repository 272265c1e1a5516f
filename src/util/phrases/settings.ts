// Sentences of settings.
export const settings: Readonly<Record<string, string>> = {
  'settings.notJson': 'The settings file {file} is not valid JSON (line {line}, column {column}). Correct it and save.',
  'settings.comment':
    'The settings file {file} holds a comment, which JSON does not know (line {line}, column {column}). Take it out and save.',
  'settings.trailingComma':
    'In the settings file {file} a comma follows the last entry (line {line}, column {column}). Take it out and save.',
  'settings.notAnObject':
    'The settings file {file} must hold one JSON object (line {line}, column {column}). Correct it and save.',
  'settings.keyTwice': 'The key {key} stands twice in {file} (line {line}, column {column}). Keep one of them.',
  'settings.wrongValue': 'In {file}, line {line}, column {column}: {key} must be {expected}. Correct it and save.',
  'settings.badRule': 'In {file}, line {line}, column {column}: {rule} is not a permission rule and was skipped.',
  'settings.unreadable': 'The settings file {file} cannot be read: {detail}. Check its permissions.',
  'settings.notRemembered':
    'The rule was not saved: {file} is not valid (line {line}, column {column}). Correct it, then answer again.',
  'settings.leadsOut':
    'The rule was not saved: {file} is a link to {target}, outside the project. Replace the link by a file.',
  'settings.notAFile': 'The settings file {file} is no file of a usual size. Replace it by one, or remove it.',
  'settings.notWritten': 'The rule was not saved: {file} cannot be written: {detail}.',
};
