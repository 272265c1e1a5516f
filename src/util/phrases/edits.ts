// Sentences of edits: what is said when a file cannot be written as approved. The model reads them too.
export const edits: Readonly<Record<string, string>> = {
  'edits.cannotEncode':
    'The text cannot be written as {encoding} without losing characters. Nothing was written. Use other characters, or save the file in UTF-8 first.',
  'edits.changed':
    '{path} was changed since it was read, in the same lines. Nothing was written. Read the file again and repeat the edit.',
  'edits.exists': '{path} exists by now. Nothing was written. Read the file first, then edit it.',
  'edits.gone':
    '{path} does not exist any more. Nothing was written. Create it with its whole content if it is still wanted.',
  'edits.folder': '{path} is a folder. Nothing was written. Name a file.',
  'edits.notText':
    '{path} cannot be read as text without loss. Nothing was written. Save it in UTF-8 first if it is a text file.',
  'edits.mixedUnsaved':
    '{path} has unsaved changes in the editor and several kinds of line endings, which the editor cannot keep. Nothing was written. Save or revert the file, then repeat the edit.',
  'edits.notebookUnsaved':
    'The notebook {path} has unsaved changes in the editor. Nothing was written. Save or revert it, then repeat the edit.',
  'edits.unsavedOutOfReach':
    '{path} has unsaved changes in an editor that cannot be reached. Nothing was written. Save or revert it, then repeat the edit.',
  'edits.busy': '{path} keeps changing while it is written. Nothing was written. Repeat the edit in a moment.',
  'edits.notRegular': '{path} is not a regular file. Nothing was written.',
  'edits.noSpace':
    'There is no space left to write {path}. The file is as it was. Free some space and repeat the edit.',
  'edits.notPermitted':
    'Writing {path} is not permitted ({code}). The file is as it was. Change its permissions, or those of its folder, and repeat the edit.',
  'edits.readOnlyDisk': '{path} is on a read-only file system. The file is as it was.',
  'edits.parentNotFolder':
    'A part of the path {path} is a file, not a folder. Nothing was written. Choose another path.',
  'edits.writeFailed': 'Writing {path} failed: {detail}. The file is as it was.',
};
