// Sentences of transcript.
export const transcript: Readonly<Record<string, string>> = {};
