// A walk to the model, step by step, on the very way that requests take: the network first, then one request of one token.
import type { HopName, Network } from '../contracts/network.ts';
import type { Because } from '../contracts/permission.ts';
import type { AnswerFacts, Failure, FailureCode, ModelRequest, Provider } from '../contracts/provider.ts';
import type { CheckEvent } from '../host/statusView.ts';
import type { CheckedHop, Remedy } from '../statusProtocol.ts';
import { HOPS } from '../util/hops.ts';
import { becauseOfFailure } from '../util/phrases/providers.ts';
import { usd } from '../util/usd.ts';
import type { Place } from './statusPlaces.ts';

export type CheckParts = {
  probe: Network['probe'];
  /** The one of every conversation, with its meter and caps. */
  provider: Provider;
  place: Place;
  model: string;
  /** The bundled rehearsal model answers. */
  rehearsal: boolean;
  /** A gateway adds the credential. */
  withoutCredential: boolean;
  /** Why no turn may start. */
  blocked: Because | undefined;
  newId(): string;
  now(): number;
};
/** Every hop once; after one that failed the others are skipped. Ends early, without them, when it is stopped. */
export async function* statusCheck(parts: CheckParts, signal: AbortSignal): AsyncGenerator<CheckEvent> {
  const told = new Set<HopName>();
  for await (const hop of steps(parts, signal)) {
    if (signal.aborted) return;
    if ('cost' in hop) {
      yield { type: 'cost', cost: hop.cost };
      continue;
    }
    told.add(hop.hop);
    yield { type: 'hop', hop };
    if (hop.state === 'failed') break;
  }
  if (signal.aborted) return;
  for (const hop of HOPS.filter((name) => !told.has(name))) {
    yield { type: 'hop', hop: skipped(hop, 'notReached') };
  }
}

type Step = CheckedHop | { cost: Because };

async function* steps(parts: CheckParts, signal: AbortSignal): AsyncGenerator<Step> {
  const { place, model, blocked } = parts;
  if (place.fault !== undefined) {
    yield failed('name', place.fault, 0, ['settings', 'log']);
    return;
  }
  if (place.url === undefined) {
    for (const hop of HOPS.slice(0, -1)) yield skipped(hop, 'byEditor', { model });
  } else {
    for await (const hop of parts.probe(place.url, signal)) {
      yield { ...hop, remedies: hop.state === 'failed' ? ofNetwork(hop.hop, hop.because) : [] };
      if (hop.state === 'failed') return;
    }
  }
  if (blocked === undefined) yield* ask(parts, signal);
  else {
    if (place.url !== undefined) yield skipped('authentication', 'notSent');
    yield failed('model', blocked, 0, ['settings', 'log']);
  }
}

/** The last two steps: what the service says of the credential, and then of the model. */
async function* ask(parts: CheckParts, signal: AbortSignal): AsyncGenerator<Step> {
  const { provider, place, model, rehearsal, now } = parts;
  const began = now();
  let since = began;
  let accepted = place.url === undefined;
  const accept = function* (): Generator<Step> {
    if (accepted) return;
    accepted = true;
    const because = said(parts.withoutCredential ? 'withoutCredential' : 'accepted');
    yield { hop: 'authentication', state: 'ok', because, durationMs: now() - since, remedies: [] };
    since = now();
  };
  for await (const event of provider.stream(request(parts), signal)) {
    if (event.type !== 'failed') {
      yield* accept();
      if (event.type !== 'done') continue;
      const because = rehearsal ? said('rehearsal') : said('answered', { model });
      yield { hop: 'model', state: 'ok', because, durationMs: now() - since, remedies: [] };
      yield { cost: costOf(event.facts) };
      return;
    }
    const { failure } = event;
    const hop = accepted ? 'model' : hopOf(failure);
    if (!accepted && hop === 'model') yield skipped('authentication', isUnsent(failure) ? 'notSent' : 'notTold');
    yield failed(hop, becauseOfFailure(failure), now() - since, ofFailure(failure.code, hop));
    return;
  }
}

function request({ model, newId }: CheckParts): ModelRequest {
  return {
    model,
    system: '',
    tools: [],
    messages: [{ role: 'user', blocks: [{ type: 'text', text: 'Answer with OK.' }] }],
    maxTokens: 1,
    thinking: 'off',
    purpose: 'check',
    session: newId(),
  };
}

const OF_CREDENTIAL: ReadonlySet<FailureCode> = new Set(['noCredential', 'authentication', 'billing', 'permission']);
const UNSENT: ReadonlySet<FailureCode> = new Set(['capReached', 'modelExcluded']);
/** The way was free a moment ago, so it is another host that cannot be reached: the one that hands out credentials. */
const OF_TOKENS =
  /^(credentials|login|bedrock\.(credentials|expired|export|refresh)|vertex\.(token|refresh)|foundry\.entra)/;

function hopOf({ code, because }: Failure): 'authentication' | 'model' {
  if (OF_CREDENTIAL.has(code)) return 'authentication';
  return because !== undefined && OF_TOKENS.test(because.code) ? 'authentication' : 'model';
}

function isUnsent({ code }: Failure): boolean {
  return UNSENT.has(code);
}

function ofNetwork(hop: HopName, { args }: Because): Remedy[] {
  return args['source']?.startsWith('http.')
    ? ['editorSettings', 'log']
    : hop === 'name' || hop === 'connection'
      ? ['settings', 'editorSettings', 'log']
      : ['settings', 'log'];
}

function ofFailure(code: FailureCode, hop: HopName): Remedy[] {
  if (code === 'capReached') return ['usage', 'log'];
  if (code === 'modelExcluded' || code === 'notFound') return ['model', 'settings', 'log'];
  if (code === 'permission') return ['model', 'signIn', 'settings', 'log'];
  if (hop === 'authentication') return ['signIn', 'settings', 'log'];
  return ['model', 'log'];
}

function costOf({ usage, costUsd }: AnswerFacts): Because {
  const { inputTokens, cacheWriteTokens, cacheReadTokens, outputTokens } = usage;
  const tokens = String(inputTokens + cacheWriteTokens + cacheReadTokens + outputTokens);
  if (costUsd === undefined) return said('costUnknown', { tokens });
  return said('cost', { tokens, usd: usd(costUsd) });
}

function said(code: string, args: Record<string, string> = {}): Because {
  return { code: `status.check.${code}`, args };
}

function skipped(hop: HopName, code: string, args: Record<string, string> = {}): CheckedHop {
  return { hop, state: 'skipped', because: said(code, args), durationMs: 0, remedies: [] };
}

function failed(hop: HopName, because: Because, durationMs: number, remedies: Remedy[]): CheckedHop {
  return { hop, state: 'failed', because, durationMs, remedies };
}
