// Sentences of edits: what is said when a file cannot be written as approved. The model reads them too.
export const edits: Readonly<Record<string, string>> = {
  'edits.cannotEncode':
    'The text cannot be written as {encoding} without losing characters: {encoding} has no {character}. Nothing was written. Use other characters, or save the file in UTF-8 first.',
  'edits.notACharacter':
    'The new text holds {character}, which no text file can hold (NUL or half of a character). Nothing was written. Leave it out.',
  'edits.unknownEncoding':
    'The encoding {encoding} is not known. Nothing was written. Save the file in UTF-8 first, then repeat the edit.',
  'edits.encodingUnclear':
    'The file is not in UTF-8, and its encoding is not known: it may be {choices}. It can be read but is not edited. Set "files.encoding" to the right one for this file or folder, or open the file and choose "Reopen with Encoding"; then read it again.',
  'edits.encodingStateful':
    'The file is in an encoding with shift sequences (ISO-2022), which is not edited because the meaning of its bytes depends on those before them. Convert it to UTF-8 first.',
  'edits.undecodable':
    'The file holds bytes that are no text in any known encoding; they are shown as replacement characters. It can be read but is not edited. Correct those bytes first, or change the file with a command that knows its format.',
  'edits.notProved':
    'It could not be proved that an edit of {path} leaves the rest of the file as it is, byte for byte. Nothing was written. Read the file again and repeat the edit.',
  'edits.movedPath':
    '{path} leads somewhere else than when the edit was approved. Nothing was written. Read the file again and repeat the edit.',
  'edits.hardLinks':
    '{path} has {count} names (hard links), which a safe replacement would separate. Nothing was written. Open the file in the editor and repeat the edit: the editor saves it under all its names. Or make it a file of its own by copying it over itself.',
  'edits.lossyUnsaved':
    '{path} has unsaved changes in the editor, which shows it in an encoding that does not fit the file. Nothing was written. Revert the file, choose "Reopen with Encoding", then repeat the edit.',
  'edits.setReadOnly':
    '{path} is read-only by the setting files.readonlyInclude. Nothing was written. Leave the file as it is, or change the setting and repeat the edit.',
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
  'edits.shownAsSaved':
    'The file has unsaved changes in an editor that cannot be reached; this is the text as it was last saved. It is not edited before those changes are saved or reverted.',
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
