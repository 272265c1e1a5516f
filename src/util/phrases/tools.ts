// Sentences of tools.
export const tools: Readonly<Record<string, string>> = {};
