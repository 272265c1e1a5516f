// The environment that the model client and child processes get: VS Code's own variables are no part of it.

/** What VS Code and its packaging put there for themselves; a child that inherits it may behave as a part of VS Code. */
const OWN = /^(?:VSCODE_|ELECTRON_|SNAP(?:_|$)|GDK_PIXBUF_|CHROME_|NODE_OPTIONS$|APPLICATION_INSIGHTS_)/;

export function cleanEnvironment(env: NodeJS.ProcessEnv): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !OWN.test(name)));
}
