// Sentences of settings.
export const settings: Readonly<Record<string, string>> = {};
