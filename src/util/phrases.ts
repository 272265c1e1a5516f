// What every code of `Because` says in English, with `{name}` for its arguments. The page and `host/` translate the
// sentence by VS Code's own bundle (the English sentence is the key); the CLI prints it as it stands.
import type { Because } from '../contracts/permission.ts';
import type { Failure } from '../contracts/provider.ts';
import { agent } from './phrases/agent.ts';
import { bedrock } from './phrases/bedrock.ts';
import { credentials } from './phrases/credentials.ts';
import { editorModels } from './phrases/editorModels.ts';
import { edits } from './phrases/edits.ts';
import { foundry } from './phrases/foundry.ts';
import { host } from './phrases/host.ts';
import { instructions } from './phrases/instructions.ts';
import { journal } from './phrases/journal.ts';
import { login } from './phrases/login.ts';
import { mcp } from './phrases/mcp.ts';
import { mcpConfig } from './phrases/mcpConfig.ts';
import { mcpOAuth } from './phrases/mcpOAuth.ts';
import { network } from './phrases/network.ts';
import { permissions } from './phrases/permissions.ts';
import { permissionsShell } from './phrases/permissionsShell.ts';
import { permissionsView } from './phrases/permissionsView.ts';
import { policy } from './phrases/policy.ts';
import { becauseOfFailure, providers } from './phrases/providers.ts';
import { settings } from './phrases/settings.ts';
import { status } from './phrases/status.ts';
import { tools } from './phrases/tools.ts';
import { transcript } from './phrases/transcript.ts';
import { undo } from './phrases/undo.ts';
import { usage } from './phrases/usage.ts';
import { vertex } from './phrases/vertex.ts';

/** One table for all parts, so that a sentence is written, translated and tested once. */
export const PHRASES: Readonly<Record<string, string>> = {
  ...permissions,
  ...permissionsShell,
  ...permissionsView,
  ...policy,
  ...mcp,
  ...mcpOAuth,
  ...mcpConfig,
  ...login,
  ...settings,
  ...providers,
  ...bedrock,
  ...network,
  ...credentials,
  ...editorModels,
  ...foundry,
  ...vertex,
  ...agent,
  ...tools,
  ...host,
  ...edits,
  ...instructions,
  ...journal,
  ...transcript,
  ...undo,
  ...usage,
  ...status,
};

/** The sentence of a code, or the code itself when it is unknown, so that nothing is ever silent. */
export function phraseOf(because: Because): string {
  return PHRASES[because.code] ?? because.code;
}

/** Fills `{name}` with the arguments; a missing argument stays visible as `{name}`. */
export function fill(sentence: string, args: Record<string, string>): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => args[name] ?? whole);
}

export function sayInEnglish(because: Because): string {
  return fill(phraseOf(because), because.args);
}

/** Why a request failed, for those who are told in English: a model, a log. The service's own words where there are any. */
export function failureInEnglish(failure: Failure): string {
  return failure.detail || sayInEnglish(becauseOfFailure(failure)).trim();
}
