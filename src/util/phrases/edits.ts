// Sentences of edits.
export const edits: Readonly<Record<string, string>> = {};
