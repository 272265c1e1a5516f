// Headers that a team's command prints, such as a token that lives for an hour.
import * as z from 'zod/mini';
import type { RunHelper } from '../../contracts/helper.ts';
import type { ServerDefinition } from '../../contracts/mcp.ts';
import { readableError } from '../../util/readableError.ts';
import { ServerFault } from '../connection/serverFault.ts';

const TIMEOUT_MS = 10_000;
/** What a command that came with the repository is not told. */
const SECRET = /TOKEN|SECRET|PASS|PWD|KEY|AUTH|CREDENTIAL|COOKIE|SESSION|PRIVATE/i;
const Headers = z.record(z.string().check(z.regex(/^[\w!#$%&'*+.^`|~-]+$/)), z.string().check(z.regex(/^[^\r\n\0]*$/)));

export type HelperParts = {
  run: RunHelper;
  root: string;
  env(): Readonly<Record<string, string | undefined>>;
};

/** Rejects with a `ServerFault`. Nothing of what the command says is in it but the last line of its error output. */
export async function runHeadersHelper(
  { name, scope, transport }: ServerDefinition,
  parts: HelperParts,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  if (transport.type === 'stdio' || transport.headersHelper === undefined) return {};
  const isOfRepository = scope === 'project' || scope === 'editor';
  const env = Object.entries(parts.env()).filter(([variable]) => !isOfRepository || !SECRET.test(variable));
  const fault = (code: string, args = {}) =>
    new ServerFault({ code: `mcp.config.${code}`, args: { server: name, ...args } });
  const own = { CLAUDE_CODE_MCP_SERVER_NAME: name, CLAUDE_CODE_MCP_SERVER_URL: transport.url };
  const said = await parts
    .run(
      {
        command: transport.headersHelper,
        env: { ...Object.fromEntries(env), ...own },
        cwd: parts.root,
        timeoutMs: TIMEOUT_MS,
      },
      signal,
    )
    .catch((error: unknown) => {
      if (signal.aborted) throw error;
      throw fault('helperFailed', { reason: readableError(error) });
    });
  if (said.timedOut) throw fault('helperSlow', { seconds: String(TIMEOUT_MS / 1000) });
  if (said.code !== 0) throw fault('helperStatus', { status: String(said.code) });
  let value: unknown;
  try {
    value = JSON.parse(said.stdout);
  } catch {
    throw fault('helperText');
  }
  const headers = Headers.safeParse(value);
  if (!headers.success) throw fault('helperText');
  return headers.data;
}
