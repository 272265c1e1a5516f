// A server asks people through the call of it that runs: there the question is seen, and with the call it goes.
import type { ElicitAnswer, ElicitRequest } from '../../contracts/mcp.ts';
import type { Judge } from '../../contracts/permission.ts';
import type { Answer, Question } from '../../contracts/question.ts';
import type { AnyTool, ToolContext, ToolState } from '../../contracts/tool.ts';
import { contentFits, formFields } from '../../util/elicitForm.ts';
import { cutEnd } from '../../util/truncate.ts';
import type { OfferedTool } from '../tools/serverTools.ts';

/** Of one call; a server that asks more often is answered that nobody will. */
export const QUESTIONS = 10;
/** Characters of what a person is shown of a question; of the schema of a form; of an address with its id. */
const MESSAGE = 10_000;
const FORM = 64 * 1024;
const ADDRESS = 4096;

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
  /** One thing of a server at a time in the call's conversation: what it asked there before comes to its end first. */
  inTurn<T>(server: string, call: OpenCall, work: () => Promise<T>): Promise<T>;
  /**
   * In its turn, through the newest call of that conversation; undefined when none runs any more, or the question was
   * withdrawn.
   */
  ask(
    server: string,
    call: OpenCall,
    question: (call: OpenCall) => Question,
    signal: AbortSignal,
  ): Promise<Answer | undefined>;
  /** One question of a server at a time in a conversation. Cancelled where no call runs, too. Never rejects. */
  elicit(server: string, request: ElicitRequest, signal: AbortSignal): Promise<ElicitAnswer>;
};

export function createOpenCalls(parts: OpenCallsParts): OpenCalls {
  const open = new Map<string, Set<OpenCall>>();
  const made = new WeakMap<AnyTool, OfferedTool>();
  /** Of a conversation, by server: a question that is open in another one is seen there alone, and holds up nobody here. */
  const turns = new WeakMap<ToolState, Map<string, Promise<unknown>>>();
  /** Those that are being asked by a call: it ends after they are withdrawn, so that nothing waits for ever. */
  const asking = new WeakMap<OpenCall, Set<Promise<unknown>>>();

  const of = (server: string) => [...(open.get(server) ?? [])].at(-1);
  const newestBeside = (server: string, { context }: OpenCall) =>
    [...(open.get(server) ?? [])].findLast((one) => one.context.state === context.state);

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
  function inTurn<T>(server: string, { context }: OpenCall, work: () => Promise<T>): Promise<T> {
    const ofServers = turns.get(context.state) ?? new Map<string, Promise<unknown>>();
    turns.set(context.state, ofServers);
    const turn = (ofServers.get(server) ?? Promise.resolve()).then(work);
    ofServers.set(
      server,
      // Whoever asked hears of it.
      turn.catch(() => {}),
    );
    return turn;
  }

  async function ask(
    server: string,
    through: OpenCall,
    question: (call: OpenCall) => Question,
    signal: AbortSignal,
  ): Promise<Answer | undefined> {
    const call = newestBeside(server, through);
    if (call === undefined || signal.aborted) return undefined;
    const until = AbortSignal.any([signal, call.ended]);
    const asked = call.context.ask(question(call), until);
    const all = asking.get(call) ?? new Set();
    asking.set(call, all.add(asked));
    const answer = await asked.finally(() => all.delete(asked));
    return until.aborted ? undefined : answer;
  }

  async function elicit(
    server: string,
    through: OpenCall,
    request: ElicitRequest,
    signal: AbortSignal,
  ): Promise<ElicitAnswer> {
    const open = newestBeside(server, through);
    if (open === undefined || signal.aborted) return refused(server, 'no call of it runs');
    if (++open.questions > QUESTIONS) return refused(server, 'it asked too often in one call');
    const asked = askable(request);
    if (typeof asked === 'string') return refused(server, asked);
    const id = parts.newId();
    const answer = await ask(
      server,
      open,
      ({ context: { call } }) => ({ type: 'elicit', id, call, server, request: asked }),
      signal,
    );
    if (answer?.type !== 'elicit') return { action: 'cancel' };
    if (answer.action !== 'accept') return { action: answer.action };
    if (asked.mode === 'url') {
      const opened = await parts.openAddress(asked.url).catch(() => false);
      return { action: opened ? 'accept' : 'cancel' };
    }
    const { content = {} } = answer;
    // What the page sends is looked at once more: it decides nothing.
    return contentFits(formFields(asked.schema) ?? [], content) ? { action: 'accept', content } : { action: 'cancel' };
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
    async elicit(server, request, signal) {
      const call = of(server);
      if (call === undefined) return refused(server, 'no call of it runs');
      const asked = inTurn(server, call, () => elicit(server, call, request, signal));
      return await asked.catch(() => refused(server, 'it could not be shown'));
    },
  };
}

/** Only what a person can see whole, and safely open, as it will be opened; otherwise why not. */
function askable(request: ElicitRequest): ElicitRequest | string {
  const message = cutEnd(request.message, MESSAGE);
  if (request.mode === 'form') {
    const fits = JSON.stringify(request.schema).length <= FORM && formFields(request.schema) !== undefined;
    return fits ? { ...request, message } : 'no form can be made of what it asks for';
  }
  if (!URL.canParse(request.url)) return 'it names no address';
  const { protocol, hostname, username, password, href } = new URL(request.url);
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  if (username !== '' || password !== '') return 'its address carries a name or a password';
  if (protocol !== 'https:' && !(protocol === 'http:' && local)) return 'its address is not one of https';
  if (href.length + request.id.length > ADDRESS) return 'its address is too long';
  // Letters that look like others, characters that do not show, breaks: written as the browser is going to read them.
  return { ...request, message, url: href };
}
