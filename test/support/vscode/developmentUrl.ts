// Opens the checkout itself as the extension, as a debug session does: what VS Code calls a development host.
import { ROOT } from './root.ts';
import type { VsCode } from './startVsCode.ts';

/** The address of such a window. The server must have been started with `smokeTest`. `index`: tests to run in the host. */
export function developmentUrl({ url, port }: VsCode, index?: string): string {
  const authority = `vscode-remote://127.0.0.1:${port}`;
  const payload = [['extensionDevelopmentPath', `${authority}${ROOT}`]];
  if (index !== undefined) payload.push(['extensionTestsPath', `${authority}${index}`]);
  return `${url}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
}
