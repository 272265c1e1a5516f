// A server wants an answer of a model. Somebody pays for it, so a person says yes, to each or to a number of them.
import type { SampleAnswer, SampleBlock, SampleRequest } from '../../contracts/mcp.ts';
import type { Media, Message, Text } from '../../contracts/message.ts';
import type { StopReason } from '../../contracts/provider.ts';
import type { SideRequest, ToolState } from '../../contracts/tool.ts';
import { textOf } from '../../util/history.ts';
import { sayInEnglish } from '../../util/phrases.ts';
import { nameInTools } from '../approval.ts';
import { shownImage } from '../shownImage.ts';
import { type OpenCall, type OpenCalls, QUESTIONS } from './openCalls.ts';

/** What a yes for the conversation covers: so many answers, and tokens that may be asked for with them. */
const MORE = { requests: 10, tokens: 40_000 };
/** Of one answer. */
const TOKENS = 8_192;
const CHARACTERS = 200_000;
const PICTURES = 10;
/** Texts and pictures, of all messages. */
const BLOCKS = 500;

export type SamplingParts = {
  calls: Pick<OpenCalls, 'of' | 'ask' | 'inTurn'>;
  newId(): string;
};

/** Rejects with a readable reason, which the server is told. */
export function createSampling({ calls, newId }: SamplingParts) {
  const granted = new WeakMap<ToolState, Map<string, { requests: number; tokens: number }>>();

  /** Takes from what was allowed; false where that is not enough. */
  function take(state: ToolState, server: string, maxTokens: number): boolean {
    const left = granted.get(state)?.get(server);
    if (left === undefined || left.requests < 1 || left.tokens < maxTokens) return false;
    left.requests--;
    left.tokens -= maxTokens;
    return true;
  }

  async function allowed(server: string, { judge, context: { state, decision } }: OpenCall): Promise<void> {
    const name = nameInTools(server);
    const { kind, because } = await judge({
      tool: `mcp__${name}__sampling`,
      input: {},
      actions: [{ kind: 'mcp', server: name, tool: 'sampling', input: {} }],
      mode: decision?.record.mode ?? 'default',
      cwd: state.cwd,
    });
    if (kind === 'deny') throw new Error(`Answers of a model are denied here: ${sayInEnglish(because)}`);
  }

  return async (server: string, request: SampleRequest, signal: AbortSignal): Promise<SampleAnswer> => {
    const open = calls.of(server);
    const sideModel = open?.context.sideModel;
    if (open === undefined || sideModel === undefined)
      throw new Error('Answers of a model are given while a call of this server runs only.');
    const { context } = open;
    const messages = messagesOf(request);
    const maxTokens = Math.max(1, Math.min(request.maxTokens, TOKENS));
    const which = modelFor(request.modelHints);
    const model = sideModel(which);
    // One after the other, as they came: the yes to one may be for the next, too.
    await calls.inTurn(server, open, async () => {
      await allowed(server, open);
      if (take(context.state, server, maxTokens)) return;
      if (++open.questions > QUESTIONS) throw new Error('It asked too often in one call.');
      const question = {
        type: 'sample' as const,
        id: newId(),
        server,
        ...(request.system === undefined ? {} : { system: request.system }),
        messages: shown(messages),
        model: model.name,
        maxTokens,
        more: MORE,
      };
      const answer = await calls.ask(server, open, (call) => ({ ...question, call: call.context.call }), signal);
      if (answer?.type !== 'sample' || answer.allow === 'no') throw new Error('The person did not allow it.');
      if (answer.allow === 'once') return;
      const servers = granted.get(context.state) ?? new Map<string, { requests: number; tokens: number }>();
      servers.set(server, { requests: MORE.requests - 1, tokens: MORE.tokens - maxTokens });
      granted.set(context.state, servers);
    });
    if (open.ended.aborted || signal.aborted) throw new Error('The call is over.');
    context.progress(`${model.name} answers for the server.\n`);
    let stop: StopReason = 'endTurn';
    // A server that no longer wants the answer is not given more of it.
    const said = await context.askModel(
      {
        purpose: 'sampling',
        model: which,
        system: request.system ?? '',
        text: '',
        messages,
        maxTokens,
        stopped: (why) => {
          stop = why;
        },
      },
      signal,
    );
    return { model: model.id, text: textOf(said), stopReason: stopOf(stop) };
  };
}

/** The last message of several of one role is theirs together, as it is everywhere here. */
function messagesOf({ messages, system = '' }: SampleRequest): Message[] {
  if (messages.length + messages.flatMap(({ content }) => content).length > BLOCKS)
    throw new Error(`At most ${BLOCKS} messages and their parts are passed on.`);
  let characters = system.length;
  let pictures = 0;
  const read = (block: SampleBlock): Text | Media => {
    if (block.type === 'text') {
      characters += block.text.length;
      return { type: 'text', text: block.text };
    }
    if (block.type === 'audio') throw new Error('The model cannot listen: send text or pictures.');
    const image = shownImage(block.data);
    if (image === undefined) throw new Error('The model cannot be shown this picture.');
    pictures++;
    return image;
  };
  const made = messages.map(({ role, content }): Message => ({ role, blocks: content.map(read) }));
  if (made.at(-1)?.role !== 'user') throw new Error('The last message has to be one of the user.');
  if (characters > CHARACTERS || pictures > PICTURES)
    throw new Error(`At most ${CHARACTERS} characters and ${PICTURES} pictures are passed on.`);
  return made;
}

/** Names are a wish. Whoever asks for a small model gets the small one. */
function modelFor(hints: readonly string[]): SideRequest['model'] {
  return /haiku|mini|small|flash|nano/i.test(hints[0] ?? '') ? 'small' : 'main';
}

function shown(messages: readonly Message[]): Array<{ role: 'user' | 'assistant'; text: string; pictures: number }> {
  return messages.map((message) => ({
    role: message.role,
    text: textOf(message),
    pictures: message.blocks.filter(({ type }) => type === 'image').length,
  }));
}

function stopOf(stop: StopReason): SampleAnswer['stopReason'] {
  if (stop === 'maxTokens' || stop === 'contextWindow') return 'maxTokens';
  return stop === 'stopSequence' ? 'stopSequence' : 'endTurn';
}
