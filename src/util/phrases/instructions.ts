// Sentences of instructions.
export const instructions: Readonly<Record<string, string>> = {};
