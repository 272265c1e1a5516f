// Between a conversation and every provider: counts what requests cost, stops before a cap would be exceeded, and notices
// when the cache of the service did not do what was to be expected. Nothing reaches a provider but through it.
import type { Because } from '../contracts/permission.ts';
import type { AnswerFacts, Failure, ModelEvent, ModelRequest, Provider, VendorId } from '../contracts/provider.ts';
import type { CapKind, CapUse, CostCap, Price, Spending, UsageRow } from '../contracts/usage.ts';
import { admit } from './admit.ts';
import { sayMissed, sayRebuild } from './cacheCause.ts';
import { estimateCost } from './cost.ts';
import { type Before, type Expectation, expectationOf, missed, rebuildCost } from './expectation.ts';
import type { Ledger } from './ledger.ts';
import { NOTHING_SPENT } from './monthTotals.ts';
import type { Prefix } from './prefix.ts';
import { createPrefixReader } from './prefixReader.ts';
import type { PrefixStore } from './prefixStore.ts';
import { sayCap, sayNear, stopFor } from './sayCap.ts';
import { type SessionState, sessionStates } from './sessionState.ts';
import { createTickets } from './tickets.ts';
import { watchLedger } from './watchLedger.ts';
import type { WireBody } from './wireBody.ts';

/** What counts in one root folder. All of it is read anew for every request. */
export type MeterFolder = {
  root: string;
  caps(): readonly CostCap[];
  /** USD; undefined when it is not known. */
  price(request: ModelRequest, vendor: VendorId): Price | undefined;
  /** The body as the service gets it. */
  wire(request: ModelRequest): WireBody;
  /** USD that building the cache anew may cost without a question. */
  rebuildLimit(): number | undefined;
  /** Whether a person wants to hear of a cap that is nearly reached. */
  warns(): boolean;
};

export type MeterParts = {
  ledger: Ledger;
  now(): number;
  /** Where the beginning of each conversation is known after a restart. */
  prefixes?: PrefixStore;
  /** Money was spent here. */
  spent?(): void;
  /** More than that was paid for nothing before anybody is told, USD. */
  smallUsd?: number;
};

export type FolderMeter = {
  /** The provider with the meter in front of it; `vendor` says whose service answers now. */
  metered(provider: Provider, vendor: () => VendorId): Provider;
  /** The turn of a session ended: what it cost counts no more for the cap on turns. */
  turnEnded(session: string): void;
  /** A session goes on that was stored; `usd` is what it had cost by its own transcript. */
  resumed(session: string, usd: number): void;
  spending(session?: string): Spending;
};

/** From this share of a cap on a person is warned. */
const NEARLY = 0.8;

/** What is going to be sent, beside what was sent before it. */
type Look = { prefix: Prefix; expected: Expectation };
type Admitted = {
  request: ModelRequest;
  price: Price | undefined;
  /** Looks once: before it is sent where something depends on it, otherwise while the answer comes. */
  look(): Look;
  state: SessionState;
  at: number;
  release(): void;
};

/** One for a window: what is on its way counts for the cap of the day, whatever folder it comes from. */
export function createMeter({
  ledger,
  now,
  prefixes,
  spent = () => {},
  smallUsd,
}: MeterParts): (folder: MeterFolder) => FolderMeter {
  const tickets = createTickets();
  const states = sessionStates();
  const told = new Set<string>();
  const watched = watchLedger(ledger, spent);

  // What was spent today is shown before the first request.
  void watched.refresh().then(spent);

  return (folder) => {
    const read = createPrefixReader(folder.wire);

    const spentOn = (kind: CapKind, session: string) => {
      if (kind === 'day') return ledger.day(now()).usd;
      const state = states.of(session);
      return kind === 'turn' ? state.turnUsd : Math.max(ledger.session(session).usd, state.beforeUsd + state.hereUsd);
    };
    const capUses = (session: string): CapUse[] =>
      folder.caps().map((cap) => ({ ...cap, spent: spentOn(cap.kind, session) }));

    const admitted = async (
      request: ModelRequest,
      vendor: VendorId,
      signal: AbortSignal,
    ): Promise<Admitted | Failure> => {
      const session = request.session ?? '';
      const state = states.of(session);
      await state.loading;
      // Nothing more is sent before what was spent is written down.
      await watched.settled();
      const price = folder.price(request, vendor);
      const free = price !== undefined && price.input === 0 && price.output === 0;
      for (;;) {
        const caps = free ? [] : folder.caps();
        if (caps.some(({ kind }) => kind !== 'turn')) {
          await watched.refresh();
          const reason = watched.unreadable();
          if (reason !== undefined)
            return stopFor({ code: 'usage.cannotCount', args: { reason, folder: ledger.folder } });
        }
        const [cap] = caps;
        if (cap && !price)
          return stopFor({ code: 'usage.priceUnknown', args: { model: request.model, from: cap.from } });
        const at = now();
        let sent = request;
        let look = lookLater(request, state.before, at);
        let worst = 0;
        if (cap && price) {
          const wish = { maxTokens: request.maxTokens, maxSearches: request.webSearch?.maxUses ?? 0 };
          const verdictOn = () => admit(wish, look().expected, price, capUses(session), tickets.held(session));
          let verdict = verdictOn();
          if (verdict.kind === 'go' && verdict.maxTokens < wish.maxTokens) {
            // A shorter answer may change how thinking is asked for, and with that what the cache serves.
            look = lookLater(shortened(request, verdict), state.before, at);
            verdict = verdictOn();
          }
          if (verdict.kind === 'stop') {
            // What is on its way holds the room, and mostly costs less than it could.
            const next = verdict.cap.usd - verdict.cap.spent >= verdict.next ? tickets.next(signal) : undefined;
            if (next === undefined) return stopFor(sayCap(verdict.cap, verdict.next, at));
            await next;
            continue;
          }
          sent = shortened(request, verdict);
          worst = verdict.worst;
        }
        const rebuild = price && keeps(request) ? rebuildTooDear(look, price, state) : undefined;
        if (rebuild) return stopFor(rebuild);
        return { request: sent, price, look, state, at, release: tickets.hold(session, worst) };
      }
    };

    const lookLater = (request: ModelRequest, before: Before | undefined, at: number): (() => Look) => {
      let found: Look | undefined;
      return () => {
        if (found) return found;
        const prefix = read(request);
        found = { prefix, expected: expectationOf(keeps(request) ? before : undefined, prefix, at) };
        return found;
      };
    };

    /** Asked once: who sends again wants it. */
    const rebuildTooDear = (look: () => Look, price: Price, state: SessionState): Because | undefined => {
      const limit = folder.rebuildLimit();
      if (limit === undefined || state.summarised || state.rebuildAsked) return undefined;
      const { expected } = look();
      const { cause, kept, read } = expected;
      if (cause === undefined) return undefined;
      const extra = rebuildCost(expected, read, price);
      if (extra <= limit) return undefined;
      state.rebuildAsked = true;
      return sayRebuild({ cause, tokens: kept - read, usd: extra }, limit);
    };

    const record = async (
      admission: Admitted,
      facts: AnswerFacts,
      vendor: VendorId,
    ): Promise<Pick<AnswerFacts, 'costUsd' | 'notices'>> => {
      const { request, price, state, at } = admission;
      const { usage } = facts;
      const session = request.session ?? '';
      const usd = estimateCost(usage, price ? { price } : {});
      const seen = keeps(request) ? admission.look() : undefined;
      const lost = seen && missed(seen.expected, usage, price, smallUsd);
      const row: UsageRow = {
        at,
        session,
        root: folder.root,
        vendor,
        model: request.model,
        purpose: request.purpose,
        usage,
        ...(usd === undefined ? {} : { usd }),
        durationMs: Math.max(0, now() - at),
        ...(facts.requestId === undefined ? {} : { requestId: facts.requestId }),
        ...(seen && seen.expected.kept > 0 ? { expectedRead: seen.expected.kept } : {}),
        ...(lost ? { cacheCause: lost.cause } : {}),
      };
      state.turnUsd += usd ?? 0;
      state.hereUsd += usd ?? 0;
      await watched.write(row);
      const notices: Because[] = [];
      const tell = (key: string, because: Because) => {
        if (told.has(key)) return;
        told.add(key);
        notices.push(because);
      };
      const unwritten = watched.unwritten();
      if (unwritten) tell('ledger', unwritten);
      if (seen) {
        const deliberate = state.summarised;
        state.summarised = request.purpose === 'summary';
        state.before = { prefix: seen.prefix, usage, at };
        state.rebuildAsked = false;
        if (lost && !deliberate) tell(`${session} ${JSON.stringify(lost.cause)}`, sayMissed(lost));
      }
      const near = nearly(session);
      if (near)
        tell(`${near.kind} ${near.usd} ${near.kind === 'day' ? new Date(at).toDateString() : session}`, sayNear(near));
      spent();
      return { ...(usd === undefined ? {} : { costUsd: usd }), ...(notices.length === 0 ? {} : { notices }) };
    };

    const nearly = (session: string): CapUse | undefined =>
      folder.warns() ? capUses(session).find((cap) => cap.spent >= NEARLY * cap.usd) : undefined;

    return {
      metered: (provider, vendor) => ({
        ...provider,
        async *stream(request, signal): AsyncGenerator<ModelEvent> {
          const whose = vendor();
          const admission = await admitted(request, whose, signal);
          if ('code' in admission) {
            yield { type: 'failed', failure: admission };
            return;
          }
          try {
            for await (const event of provider.stream(admission.request, signal)) {
              if ((event.type !== 'done' && event.type !== 'failed') || !event.facts) {
                yield event;
                if (keeps(request)) admission.look();
                continue;
              }
              yield { ...event, facts: { ...event.facts, ...(await record(admission, event.facts, whose)) } };
            }
          } finally {
            admission.release();
          }
        },
      }),
      turnEnded: (session) => {
        const state = states.of(session);
        state.turnUsd = 0;
        // What other windows spent meanwhile.
        void watched.refresh().then(spent);
        if (state.before === undefined || state.before === state.keptBefore) return;
        state.keptBefore = state.before;
        void prefixes?.write(session, state.before);
      },
      resumed: (session, usd) => {
        const state = states.of(session);
        state.beforeUsd = usd;
        // A window that has it open knows better than what was kept.
        if (state.before === undefined)
          state.loading = prefixes?.read(session).then((before) => {
            state.before ??= before;
          });
      },
      spending: (session) => {
        const state = session === undefined ? undefined : states.of(session);
        const own = session === undefined ? NOTHING_SPENT : ledger.session(session);
        const warning = session === undefined ? undefined : nearly(session);
        const reason = watched.unreadable();
        const fault =
          reason === undefined
            ? watched.unwritten()
            : { code: 'usage.cannotRead', args: { reason, folder: ledger.folder } };
        return {
          session: { ...own, usd: Math.max(own.usd, (state?.beforeUsd ?? 0) + (state?.hereUsd ?? 0)) },
          today: ledger.day(now()),
          caps: session === undefined ? [] : capUses(session),
          ...(warning ? { warning } : {}),
          ...(fault ? { fault } : {}),
        };
      },
    };
  };
}

/** Of such requests the service keeps the beginning for the next. */
function keeps(request: ModelRequest): boolean {
  return request.purpose === 'main' || request.purpose === 'summary';
}

function shortened(request: ModelRequest, to: { maxTokens: number; maxSearches: number }): ModelRequest {
  const { webSearch } = request;
  return {
    ...request,
    maxTokens: to.maxTokens,
    ...(webSearch ? { webSearch: { ...webSearch, maxUses: to.maxSearches } } : {}),
  };
}
