// Sentences of agent.
export const agent: Readonly<Record<string, string>> = {
  'agent.noTranscript':
    'This conversation cannot be stored ({reason}). It goes on, but will be gone when it is closed. Check the folder of the conversations and start a new one.',
  'agent.noContext':
    'Memory files and facts about the project could not be read ({reason}). The conversation goes on without them.',
  'agent.compactFailed':
    'The conversation could not be shortened ({reason}). Nothing was changed. Try again, or start a new conversation.',
  'agent.nothingToCompact': 'There is nothing to shorten yet, or shortening is switched off by DISABLE_COMPACT.',
  'agent.leftOut':
    'The model service could not take a picture or document ({what}), so the conversation goes on without it. It said: {detail}',
  'agent.bypassDisabled':
    'Bypass permissions is switched off by the settings (disableBypassPermissionsMode). The mode stays as it is.',
  'agent.changedSince': 'You said yes, but {what} is something else by now. Look at it again.',
  'agent.notRemembered':
    'The rule could not be added to {file} ({reason}). The call was allowed this once; add the rule to the file yourself, or choose another file next time.',
};
