// Sentences of the permissions page.
export const permissionsView: Readonly<Record<string, string>> = {
  'permissionsView.fixedManaged': 'Set by your organisation. Only whoever manages its settings can remove it.',
  'permissionsView.fixedBuiltin': 'Part of Assent. It cannot be removed.',
  'permissionsView.failed': 'That did not work: {reason}',
  'permissionsView.ruleGone': 'This rule is not there any more. The list was read again.',
  'permissionsView.lookFirst': 'Look at what would be removed first, then confirm.',
  'permissionsView.notExplained': 'This cannot be explained: {reason}',
  'permissionsView.notJson':
    'What follows the name of the tool is not valid JSON. Write the input as JSON, or the name alone.',
  'permissionsView.notAddress': '{text} is not an address. Write it whole, such as https://example.com/.',
  'permissionsView.callGone':
    'The record of this call is not to be found. Its conversation was removed, or the call was not decided yet.',
  'permissionsView.messageRefused':
    'The page sent something that Assent does not know. Close it and open it again; if it happens again, report it with the log.',
};
