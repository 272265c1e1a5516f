// Asks a model something apart from the conversation: no history, no tools of ours, and only the answer comes back.
import type { Message } from '../contracts/message.ts';
import type { AnswerFacts, ModelRequest, Provider } from '../contracts/provider.ts';
import type { SideRequest } from '../contracts/tool.ts';
import { appendMessage } from '../util/history.ts';
import { failureInEnglish } from '../util/phrases.ts';
import { readAnswer } from './readAnswer.ts';

const MOST_PAUSES = 10;

/** `request.model` is an id here. `used` is called for every answer that was paid for. Rejects with a readable reason. */
export async function askAside(
  provider: Provider,
  { system, text, messages: given, stopped, ...request }: Omit<SideRequest, 'model'> & { model: string },
  used: (facts: AnswerFacts) => void,
  signal: AbortSignal,
): Promise<Message> {
  let messages: readonly Message[] = given ?? [{ role: 'user', blocks: [{ type: 'text', text }] }];
  const blocks: Message['blocks'] = [];
  for (let pauses = 0; pauses <= MOST_PAUSES; pauses++) {
    const asked: ModelRequest = { ...request, system, tools: [], messages: [...messages], thinking: 'off' };
    const stream = readAnswer(provider, asked, signal);
    let step = await stream.next();
    while (!step.done) step = await stream.next();
    const { message, facts, failure } = step.value;
    if (facts) {
      used(facts);
      stopped?.(facts.stop);
    }
    if (failure) throw new Error(`The model could not be asked: ${failureInEnglish(failure)}`);
    if (facts?.stop === 'refusal') throw new Error('The model refused to answer this.');
    blocks.push(...(message?.blocks ?? []));
    if (facts?.stop !== 'pauseTurn' || !message) return { role: 'assistant', blocks };
    // What runs at the service takes longer: it goes on from where it paused.
    messages = appendMessage(messages, message);
  }
  throw new Error(`The model paused its answer more than ${MOST_PAUSES} times.`);
}
