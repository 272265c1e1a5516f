// Sentences of settings.
export const settings: Readonly<Record<string, string>> = {
  'settings.notJson': 'The settings file {file} is not valid JSON (line {line}, column {column}). Correct it and save.',
  'settings.comment':
    'The settings file {file} holds a comment, which JSON does not know (line {line}, column {column}). Take it out and save.',
  'settings.trailingComma':
    'In the settings file {file} a comma follows the last entry (line {line}, column {column}). Take it out and save.',
  'settings.tooDeep':
    'The settings file {file} has too many brackets inside one another (line {line}, column {column}). What follows there was not read. Correct it and save.',
  'settings.notAnObject':
    'The settings file {file} must hold one JSON object (line {line}, column {column}). Correct it and save.',
  'settings.keyTwice': 'The key {key} stands twice in {file} (line {line}, column {column}). Keep one of them.',
  'settings.wrongValue': 'In {file}, line {line}, column {column}: {key} must be {expected}. Correct it and save.',
  'settings.badRule': 'In {file}, line {line}, column {column}: {rule} is not a permission rule and was skipped.',
  'settings.unreadable': 'The settings file {file} cannot be read: {detail}. Check its permissions.',
  'settings.policyUnreadable':
    'The settings of your organisation at {file} cannot be read: {detail}. Tell your administrator.',
  'settings.policyLost':
    'In {file}, line {line}, column {column}, {key} holds rules that cannot be read: it must be {expected}.',
  'settings.policyNotSupported':
    '{key} in {file} says that the policy comes from a program or a server, which Assent does not ask. Write the policy into a file instead.',
  'settings.notRemembered':
    'The rule was not saved: {file} is not valid (line {line}, column {column}). Correct it, then answer again.',
  'settings.leadsOut':
    'The rule was not saved: {file} is a link to {target}, outside the project. Replace the link by a file.',
  'settings.notAFile': 'The settings file {file} is no file of a usual size. Replace it by one, or remove it.',
  'settings.ruleGone':
    'The rule {rule} does not stand in the list “{list}” of {file} any more. The file was changed; look at the rules again.',
  'settings.changedMeanwhile':
    'Nothing was removed: {file} was changed after you looked at it. Choose to remove the rule again to see what would go now.',
  'settings.removeNotValid': 'Nothing was removed: {file} is not valid JSON. Correct it, then remove the rule.',
  'settings.removeLeadsOut':
    'Nothing was removed: {file} is a link to {target}, outside the project. Take the rule out there by hand.',
  'settings.notRemoved': 'Nothing was removed: {file} cannot be written: {detail}.',
  'settings.notIgnored':
    'Git was not told to ignore your local settings: {file} cannot be written: {detail}. Add the line to it yourself.',
  'settings.notWritten': 'The rule was not saved: {file} cannot be written: {detail}.',
};
