// Sentences of host.
export const host: Readonly<Record<string, string>> = {};
