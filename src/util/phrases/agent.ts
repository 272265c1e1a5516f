// Sentences of agent.
export const agent: Readonly<Record<string, string>> = {};
