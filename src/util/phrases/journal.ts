// Sentences of the journal: why something cannot be recorded, or cannot be taken back.
export const journal: Readonly<Record<string, string>> = {
  'journal.cannotKeep':
    'What {path} says now could not be kept for undo: {reason}. Nothing was written. Make room where VS Code keeps its data, or set fileCheckpointingEnabled to false to work without undo, and repeat the edit.',
  'journal.notRecorded':
    'A change was made, but undo does not know of it: {reason}. Make room where VS Code keeps its data.',
  'journal.unreadable': '{path} could not be read: {reason}. Save or close it if it is open, and try again.',
  'journal.notAFile': '{path} is a folder now. Move the folder away to get the file back.',
  'journal.tooLarge': '{path} is too large to be kept for undo. Use your version control or a backup.',
  'journal.tooMuch':
    'The command changed more than is kept for undo, {path} among it. Use your version control or a backup.',
  'journal.notKept': 'What {path} said then is not kept any more. Use your version control or a backup.',
  'journal.changedByCommand':
    'A command changed {path}, and what it said before is not known. Use your version control or a backup.',
  'journal.manyChanged':
    'A command changed more than {count} files, more than undo keeps track of. Use your version control to get them back.',
  'journal.interrupted':
    'The program ended while a command may have changed {path}. Compare it with your version control.',
  'journal.unconfirmed':
    'The program ended while {path} was made, so it may be yours. Delete it yourself if it is not wanted.',
  'journal.existsAgain': '{path} exists again with other content. Move it away to get the old file back.',
  'journal.goneSince': '{path} was deleted since. Undo the deletion first.',
  'journal.changedSinceMade': '{path} was changed since it was made. Delete it yourself if it is not wanted.',
  'journal.changedSince': '{path} was changed since, and its versions cannot be merged. Nothing of it is taken back.',
  'journal.changedInSamePlace':
    '{path} was changed since in the same lines. Undo the later changes first, or edit it by hand.',
  'journal.unsavedNow': '{path} has unsaved changes. Save or revert it, then try again.',
  'journal.leadsElsewhere': '{path} leads to another place now. Restore the folder or link it was in, and try again.',
  'journal.changedMeanwhile': '{path} was changed since this was shown. Look at the undo again.',
};
