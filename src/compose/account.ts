// How a model is reached, and which there are to choose from, as the page shows them.
import * as vscode from 'vscode';
import type { Account, ModelChoice } from '../protocol.ts';
import { findCredential } from '../providers/credentials.ts';
import { listModels, modelInfo } from '../providers/models.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The rehearsal model is known by its id, wherever it runs (decisions 36). */
export const REHEARSAL = 'assent-rehearsal';

export async function accountOf(env: Env, stored: () => Promise<string | undefined>, model: string): Promise<Account> {
  const credential = await findCredential({ env, stored });
  const host = hostOf(env['ANTHROPIC_BASE_URL']);
  const where = host === undefined ? {} : { host };
  if (credential === undefined || credential.source === 'rehearsal') return { state: 'none', ...where };
  if (model === REHEARSAL) return { state: 'rehearsal' };
  return { state: 'ready', source: credential.source, vendor: 'anthropic', ...where };
}

/** The known models, and those in use that are not among them. */
export function modelChoices(inUse: readonly string[]): ModelChoice[] {
  const known = listModels();
  const others = [...new Set(inUse)].filter((id) => !known.some((model) => model.id === id)).map((id) => modelInfo(id));
  return [...others, ...known].map(({ id, name, contextWindow }) => ({
    id,
    name,
    description: vscode.l10n.t('{0} k tokens of context', Math.round(contextWindow / 1_000)),
  }));
}

function hostOf(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) ? new URL(url).host : undefined;
}
