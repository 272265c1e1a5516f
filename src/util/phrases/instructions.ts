// Sentences of instructions.
export const instructions: Readonly<Record<string, string>> = {
  'instructions.external':
    'Memory files of this project point to files outside of it, which are not read: {files}. Copy what you need into the project, or import the files from your own CLAUDE.md.',
  'instructions.tooLarge': 'The memory file {file} is larger than 4 MB and is not read. Shorten it.',
  'instructions.denied': 'The memory file {file} is not read, because a rule denies reading it.',
  'instructions.unreadable': 'The memory file {file} cannot be read ({reason}). Correct its permissions, or remove it.',
};
