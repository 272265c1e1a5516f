// Sentences of host.
export const host: Readonly<Record<string, string>> = {
  'host.noFolder': 'Open a folder to start: Assent works on the files of a folder.',
  'host.untrusted':
    'This folder is in Restricted Mode. Assent can chat and read files with your own settings; it runs nothing and writes nothing until you trust the folder.',
  'host.untrustedEnables':
    'This folder is in Restricted Mode. Assent can chat and read files with your own settings; it runs nothing and writes nothing until you trust the folder. Settings of the repository that would then hold: {count}.',
  'host.held':
    'Settings that came with the repository are new or have changed: {count}. They do not hold until you accept them.',
  'host.pendingUnreadable':
    '{path} is gone, or cannot be read as text now. Bring it back or make it readable, then answer again.',
  'host.folderGone': 'The folder {folder} no longer exists. Bring it back, or open another folder, and send again.',
  'host.startFailed':
    'The conversation could not be opened: {reason}. The log has more; try again with a new conversation.',
  'host.sessionGone': 'That conversation is not in the history of this folder any more. A new one was started.',
  'host.settingsBlocked':
    'Your organisation’s settings cannot be read, so no turn starts. {reason} Ask whoever manages them to correct the file.',
  'host.settingsDegraded': '{reason} Until then allow rules do not count, and only reading needs no question.',
  'host.removeRunning': 'This conversation is still at work. Stop it before you remove it.',
  'host.messageRefused':
    'The chat sent something that Assent does not know. Reload the window; if it happens again, report it with the log.',
  'host.pageFailed':
    'Something went wrong in the chat page. Reload the window if it looks wrong; the log has the details.',
  'host.actionFailed': 'That did not work: {reason}',
  'host.action.openFile': 'Open the file',
  'host.action.openFolder': 'Open a folder…',
  'host.action.manageTrust': 'Manage trust…',
  'host.action.showLoosening': 'Show these settings',
  'host.action.showLog': 'Show the log',
};
