// Sentences about an undo or a rewind that a person asked for: what came of it, and why it cannot be done.
export const undo: Readonly<Record<string, string>> = {
  'undo.done': 'Undone in {files}.',
  'undo.doneLeft': 'Undone in {files}. Left alone: {left}',
  'undo.rewound': 'Rewound: {files}.',
  'undo.rewoundLeft': 'Rewound: {files}. Left alone: {left}',
  'undo.rewoundConversation': 'The conversation is back before this prompt. Files stay as they are.',
  'undo.rewoundBoth': 'The conversation is back before this prompt, and so are {files}.',
  'undo.rewoundBothLeft': 'The conversation is back before this prompt, and so are {files}. Left alone: {left}',
  'undo.rewoundConversationLeft': 'The conversation is back before this prompt. No file could go back: {left}',
  'undo.putBack': 'Everything is as it was before.',
  'undo.nothingDone': 'Nothing was changed. {left}',
  'undo.noActions': 'This conversation has changed no file that undo knows of.',
  'undo.notOfCall': 'Undo knows of no change that this call made.',
  'undo.noPrompts': 'This conversation has no prompt yet to go back to.',
  'undo.promptGone':
    'The conversation cannot go back to this prompt: it is not in the stored conversation any more. The files can still be rewound.',
  'undo.conversationFailed': 'The conversation could not go back: {reason}. Files that went back stay so.',
  'undo.placeGone': 'The conversation cannot go back there: its file was changed. What came after is still in it.',
  'undo.noConversation': 'Open a conversation first.',
  'undo.action.undoRewind': 'Undo the rewind',
  'undo.action.putBack': 'Undo the undo',
};
