// A server asks people through the call of it that runs: there the question is seen, and with the call it goes.
import type { ElicitAnswer, ElicitRequest } from '../../contracts/mcp.ts';
import type { Judge } from '../../contracts/permission.ts';
import type { Answer, Question } from '../../contracts/question.ts';
import type { AnyTool, ToolContext } from '../../contracts/tool.ts';
import { contentFits, formFields } from '../../util/elicitForm.ts';
import type { OfferedTool } from '../tools/serverTools.ts';

/** Of one call; a server that asks more often is answered that nobody will. */
const QUESTIONS = 10;

/** A call of a server while it runs. `judge`: the conversation's own, which knows its rules. */
export type OpenCall = { context: ToolContext; judge: Judge; ended: AbortSignal; questions: number };

export type OpenCallsParts = {
  newId(): string;
  /** Opens an address in the browser after a yes; false when it could not be opened. */
  openAddress(url: string): Promise<boolean>;
  log(text: string): void;
};

export type OpenCalls = {
  /**
   * The same tool, whose calls are known while they run; the same object for the same tool, which is of one conversation
   * alone, as `judge` is.
   */
  watched(offered: OfferedTool, judge: Judge): OfferedTool;
  /** The newest call of the server that runs. */
  of(server: string): OpenCall | undefined;
  /** One thing of a server at a time: what it asked before comes to its end first. */
  inTurn<T>(server: string, work: () => Promise<T>): Promise<T>;
  /** In its turn, through that call; undefined when there is none, or the question was withdrawn. */
  ask(server: string, question: (call: OpenCall) => Question, signal: AbortSignal): Promise<Answer | undefined>;
  /** One question of a server at a time. Cancelled where no call runs, too. Never rejects. */
  elicit(server: string, request: ElicitRequest, signal: AbortSignal): Promise<ElicitAnswer>;
};

export function createOpenCalls(parts: OpenCallsParts): OpenCalls {
  const open = new Map<string, Set<OpenCall>>();
  const made = new WeakMap<AnyTool, OfferedTool>();
  const turns = new Map<string, Promise<unknown>>();
  /** Those that are being asked by a call: it ends after they are withdrawn, so that nothing waits for ever. */
  const asking = new WeakMap<OpenCall, Set<Promise<unknown>>>();

  const of = (server: string) => [...(open.get(server) ?? [])].at(-1);

  function watch({ tool, ...offered }: OfferedTool, judge: Judge): OfferedTool {
    const { server } = offered;
    const run: AnyTool['run'] = async (input, context, changes) => {
      const ended = new AbortController();
      const call: OpenCall = { context, judge, ended: ended.signal, questions: 0 };
      const calls = open.get(server) ?? new Set();
      open.set(server, calls.add(call));
      try {
        return await tool.run(input, context, changes);
      } finally {
        calls.delete(call);
        if (calls.size === 0) open.delete(server);
        ended.abort();
        await Promise.allSettled(asking.get(call) ?? []);
      }
    };
    return { ...offered, tool: { ...tool, run } };
  }

  /** One after the other, whatever they are about. */
  function inTurn<T>(server: string, work: () => Promise<T>): Promise<T> {
    const turn = (turns.get(server) ?? Promise.resolve()).then(work);
    turns.set(
      server,
      // Whoever asked hears of it.
      turn.catch(() => {}),
    );
    return turn;
  }

  async function ask(
    server: string,
    question: (call: OpenCall) => Question,
    signal: AbortSignal,
  ): Promise<Answer | undefined> {
    const call = of(server);
    if (call === undefined || signal.aborted) return undefined;
    const until = AbortSignal.any([signal, call.ended]);
    const asked = call.context.ask(question(call), until);
    const all = asking.get(call) ?? new Set();
    asking.set(call, all.add(asked));
    const answer = await asked.finally(() => all.delete(asked));
    return until.aborted ? undefined : answer;
  }

  async function elicit(server: string, request: ElicitRequest, signal: AbortSignal): Promise<ElicitAnswer> {
    const open = of(server);
    if (open === undefined || signal.aborted) return refused(server, 'no call of it runs');
    if (++open.questions > QUESTIONS) return refused(server, 'it asked too often in one call');
    const why = whyNot(request);
    if (why !== undefined) return refused(server, why);
    const id = parts.newId();
    const answer = await ask(
      server,
      ({ context: { call } }) => ({ type: 'elicit', id, call, server, request }),
      signal,
    );
    if (answer?.type !== 'elicit') return { action: 'cancel' };
    if (answer.action !== 'accept') return { action: answer.action };
    if (request.mode === 'url') {
      const opened = await parts.openAddress(request.url).catch(() => false);
      return { action: opened ? 'accept' : 'cancel' };
    }
    const { content = {} } = answer;
    // What the page sends is looked at once more: it decides nothing.
    return contentFits(formFields(request.schema) ?? [], content)
      ? { action: 'accept', content }
      : { action: 'cancel' };
  }

  function refused(server: string, why: string): ElicitAnswer {
    parts.log(`The server ${server} asked for something, and nobody was asked: ${why}.`);
    return { action: 'cancel' };
  }

  return {
    of,
    watched(offered, judge) {
      const known = made.get(offered.tool);
      if (known !== undefined) return known;
      const watched = watch(offered, judge);
      made.set(offered.tool, watched);
      return watched;
    },
    inTurn,
    ask,
    elicit: (server, request, signal) =>
      inTurn(server, () => elicit(server, request, signal)).catch(() => refused(server, 'it could not be shown')),
  };
}

/** Only what a person can see whole, and safely open. */
function whyNot(request: ElicitRequest): string | undefined {
  if (request.mode === 'form')
    return formFields(request.schema) === undefined ? 'no form can be made of what it asks for' : undefined;
  if (!URL.canParse(request.url)) return 'it names no address';
  const { protocol, hostname, username, password } = new URL(request.url);
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  if (username !== '' || password !== '') return 'its address carries a name or a password';
  return protocol === 'https:' || (protocol === 'http:' && local) ? undefined : 'its address is not one of https';
}
