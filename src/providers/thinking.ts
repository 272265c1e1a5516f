// How a wish for thinking and effort is said to a given model: what one model requires, another answers with a 400.
import type { ModelInfo, ModelRequest } from '../contracts/provider.ts';
import { isOn, numberFrom } from '../util/envValue.ts';
import { knownModel, modelInfo } from './models.ts';

type Env = Readonly<Record<string, string | undefined>>;

export type ThinkingParameter =
  | { type: 'adaptive'; display: 'summarized' }
  | { type: 'enabled'; budget_tokens: number }
  | { type: 'disabled' };

const EFFORTS = ['low', 'medium', 'high', 'xhigh', 'max'];
const MINIMUM_BUDGET = 1024;
const DEFAULT_BUDGET = 16_000;

/** The two parameters as the body carries them; absent means that the model's own default stands. */
export function thinkingParameters(
  request: Pick<ModelRequest, 'model' | 'thinking' | 'effort'>,
  maxTokens: number,
  env: Env,
): { thinking?: ThinkingParameter; effort?: string } {
  const info = modelInfo(request.model);
  const thinking = thinkingOf(request, info, maxTokens, env);
  const effort = effortOf(wantedEffort(request.effort, env), info, thinking);
  return { ...(thinking ? { thinking } : {}), ...(effort ? { effort } : {}) };
}

/** Whether thinking between the calls of one answer needs the beta header: older models with a budget. */
export function needsInterleavedBeta(model: string, thinking: ThinkingParameter | undefined, env: Env): boolean {
  if (isOn(env['DISABLE_INTERLEAVED_THINKING']) || thinking?.type !== 'enabled') return false;
  return /^claude-(opus|sonnet)-4-5\b/.test(model);
}

function thinkingOf(
  request: Pick<ModelRequest, 'model' | 'thinking'>,
  info: ModelInfo,
  maxTokens: number,
  env: Env,
): ThinkingParameter | undefined {
  const limit = numberFrom(env['MAX_THINKING_TOKENS']);
  const off = isOn(env['CLAUDE_CODE_DISABLE_THINKING']) || limit === 0 || request.thinking === 'off';
  if (off) return info.thinking === 'adaptive' && info.thinkingDefault ? { type: 'disabled' } : undefined;

  const adaptive: ThinkingParameter = { type: 'adaptive', display: 'summarized' };
  if (info.thinking === 'always' || info.thinking === 'adaptive') return adaptive;
  if (info.thinking === 'both' && !isOn(env['CLAUDE_CODE_DISABLE_ADAPTIVE_THINKING'])) return adaptive;

  const asked =
    limit !== undefined && limit > 0
      ? limit
      : typeof request.thinking === 'object'
        ? request.thinking.budgetTokens
        : undefined;
  // A model we know nothing of is not asked to think unless someone named a budget.
  if (asked === undefined && !knownModel(request.model)) return undefined;
  const budget = Math.min(Math.max(Math.floor(asked ?? DEFAULT_BUDGET), MINIMUM_BUDGET), maxTokens - 1);
  return budget >= MINIMUM_BUDGET ? { type: 'enabled', budget_tokens: budget } : undefined;
}

function wantedEffort(wish: string | undefined, env: Env): string | undefined {
  const fromEnv = env['CLAUDE_CODE_EFFORT_LEVEL']?.trim().toLowerCase();
  return fromEnv && EFFORTS.includes(fromEnv) ? fromEnv : wish;
}

/** The highest level the model knows that is not above the wish. */
function effortOf(wish: string | undefined, info: ModelInfo, thinking: ThinkingParameter | undefined) {
  if (wish === undefined || info.efforts.length === 0) return undefined;
  // Switched-off thinking and the two highest levels exclude each other.
  const ceiling = thinking?.type === 'disabled' ? EFFORTS.indexOf('high') : EFFORTS.length;
  const rank = Math.min(EFFORTS.indexOf(wish), ceiling);
  return info.efforts.filter((level) => EFFORTS.indexOf(level) <= rank).at(-1);
}

/** `1`, `true`, `yes` and `on` set a switch. */
