// Sentences of providers.
export const providers: Readonly<Record<string, string>> = {};
