// Sentences of the language models of VS Code: what went wrong there, and what to do next.
export const editorModels: Readonly<Record<string, string>> = {
  'editorModels.noPermissions':
    'Assent may not use the language model {model} of VS Code. Allow it with “Accounts: Manage Language Model Access”, and send the message again.',
  'editorModels.blocked':
    '{vendor} does not answer for the moment: a quota is used up, or the account is blocked. Look at its status in VS Code, wait, or choose another model.',
  'editorModels.notFound':
    'VS Code has no language model {model} now. Sign in to the extension that offers it, or choose another model.',
  'editorModels.failed':
    'The language model {model} of VS Code reported an error. Send the message again, or choose another model.',
  'editorModels.empty':
    'The language model {model} of VS Code gave an empty answer. Send the message again, or choose another model.',
  'editorModels.noWebSearch': 'The language models of VS Code cannot search the web. Choose another model for that.',
};
