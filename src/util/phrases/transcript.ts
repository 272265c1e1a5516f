// Sentences of transcript.
export const transcript: Readonly<Record<string, string>> = {
  'transcript.unwritable':
    'The conversation could not be written to {file} ({reason}). It goes on, and writing is tried again with each step. Make room or correct the permissions of the folder.',
  'transcript.gone':
    'The file of this conversation, {file}, was deleted. What happens from now on is written to a new file there.',
  'transcript.forked':
    'Another program went on with this conversation at the same time. Nothing is lost: yours goes on as a conversation of its own, which the history lists too.',
  'transcript.apiError': 'The other program noted an error here: {text}',
};
