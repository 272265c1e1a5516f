// How a wish for thinking and effort is said to a given model: what one model requires, another answers with a 400.
import { EFFORT_LEVELS, type Effort, type ModelInfo, type ModelRequest } from '../contracts/provider.ts';
import { isOn, numberFrom } from '../util/envValue.ts';
import { nearestEffort } from '../util/nearestEffort.ts';
import { knownModel, modelInfo } from './models.ts';

type Env = Readonly<Record<string, string | undefined>>;

export type ThinkingParameter =
  | { type: 'adaptive'; display: 'summarized' }
  | { type: 'enabled'; budget_tokens: number }
  | { type: 'disabled' };

const MINIMUM_BUDGET = 1024;
const DEFAULT_BUDGET = 16_000;

/** The two parameters as the body carries them; absent means that the model's own default stands. */
export function thinkingParameters(
  request: Pick<ModelRequest, 'model' | 'thinking' | 'effort' | 'info' | 'purpose'>,
  maxTokens: number,
  env: Env,
): { thinking?: ThinkingParameter; effort?: string } {
  const info = request.info ?? modelInfo(request.model, env);
  const thinking = thinkingOf(request, info, maxTokens, env);
  const effort = effortOf(wantedEffort(request.effort, env), info, thinking);
  return { ...(thinking ? { thinking } : {}), ...(effort ? { effort } : {}) };
}

/** Whether thinking between the calls of one answer needs the beta header: older models with a budget. */
export function needsInterleavedBeta(model: string, thinking: ThinkingParameter | undefined, env: Env): boolean {
  if (isOn(env['DISABLE_INTERLEAVED_THINKING']) || thinking?.type !== 'enabled') return false;
  const known = knownModel(model)?.id;
  return known === 'claude-opus-4-5' || known === 'claude-sonnet-4-5';
}

function thinkingOf(
  request: Pick<ModelRequest, 'thinking' | 'purpose'>,
  info: ModelInfo,
  maxTokens: number,
  env: Env,
): ThinkingParameter | undefined {
  if (info.thinking === 'none') return undefined;
  const limit = numberFrom(env['MAX_THINKING_TOKENS']);
  const aside = request.purpose !== 'main' && request.purpose !== 'summary';
  const told = thinkingByEnv(env)?.on;
  // Small work does without, whatever is wished for the conversation.
  const on = told === false || (aside && request.thinking === 'off') ? false : (told ?? request.thinking !== 'off');
  if (!on) return info.thinking === 'adaptive' && info.thinkingDefault ? { type: 'disabled' } : undefined;

  const adaptive: ThinkingParameter = { type: 'adaptive', display: 'summarized' };
  if (info.thinking === 'always' || info.thinking === 'adaptive') return adaptive;
  if (info.thinking === 'both' && !isOn(env['CLAUDE_CODE_DISABLE_ADAPTIVE_THINKING'])) return adaptive;

  const asked =
    limit !== undefined && limit > 0
      ? limit
      : typeof request.thinking === 'object'
        ? request.thinking.budgetTokens
        : undefined;
  if (asked === undefined && info.thinking === 'asked') return undefined;
  const budget = Math.min(Math.max(Math.floor(asked ?? DEFAULT_BUDGET), MINIMUM_BUDGET), maxTokens - 1);
  return budget >= MINIMUM_BUDGET ? { type: 'enabled', budget_tokens: budget } : undefined;
}

/** What a variable says of thinking, whatever a person chose; undefined when none says anything. */
export function thinkingByEnv(env: Env): { variable: string; on: boolean } | undefined {
  if (isOn(env['CLAUDE_CODE_DISABLE_THINKING'])) return { variable: 'CLAUDE_CODE_DISABLE_THINKING', on: false };
  const limit = numberFrom(env['MAX_THINKING_TOKENS']);
  return limit === undefined || limit < 0 ? undefined : { variable: 'MAX_THINKING_TOKENS', on: limit > 0 };
}

/** The effort that a variable names, whatever a person chose. */
export function effortByEnv(env: Env): Effort | undefined {
  const named = env['CLAUDE_CODE_EFFORT_LEVEL']?.trim().toLowerCase();
  return EFFORT_LEVELS.find((level) => level === named);
}

function wantedEffort(wish: string | undefined, env: Env): string | undefined {
  return effortByEnv(env) ?? wish;
}

/** The highest level the model knows that is not above the wish. */
export function effortOf(
  wish: string | undefined,
  info: Pick<ModelInfo, 'efforts'>,
  thinking?: ThinkingParameter,
): string | undefined {
  if (wish === undefined || info.efforts.length === 0) return undefined;
  // Switched-off thinking and the two highest levels exclude each other.
  const level = EFFORT_LEVELS.find((one) => one === wish);
  if (level === undefined) return undefined;
  const high = EFFORT_LEVELS.indexOf(level) > EFFORT_LEVELS.indexOf('high');
  return nearestEffort(high && thinking?.type === 'disabled' ? 'high' : level, info.efforts);
}
