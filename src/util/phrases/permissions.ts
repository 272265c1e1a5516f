// Sentences of permissions.
export const permissions: Readonly<Record<string, string>> = {};
