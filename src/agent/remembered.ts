// What a person's yes adds to the rules, beyond this one call.
import type { Because, Offer, Rule } from '../contracts/permission.ts';
import type { Answer, Question } from '../contracts/question.ts';
import { readableError } from '../util/readableError.ts';
import type { ConversationParts } from './conversationParts.ts';

/** Takes the offer that was picked: rules of this conversation go to `session`, others to their file. Resolves to what went wrong. */
export async function takeOffer(
  question: Question,
  answer: Answer,
  session: Rule[],
  { remember, ignore }: Pick<ConversationParts, 'remember' | 'ignore'>,
): Promise<Because | undefined> {
  const offer = chosenOffer(question, answer);
  if (!offer) return undefined;
  if (offer.scope === 'session') {
    session.push(...offer.rules.map((text): Rule => ({ behavior: 'allow', text, scope: 'session' })));
    return undefined;
  }
  try {
    await remember(offer);
    const asked = answer.type === 'allow' && answer.ignore === true;
    return asked && offer.ignore !== undefined ? await ignore?.(offer.ignore) : undefined;
  } catch (error) {
    return { code: 'agent.notRemembered', args: { file: offer.file ?? offer.scope, reason: readableError(error) } };
  }
}

/** Of a review, the offers of its first call that has any. */
function chosenOffer(question: Question, answer: Answer): Offer | undefined {
  if (answer.type !== 'allow' || answer.remember === undefined) return undefined;
  const decisions =
    question.type === 'permission' ? [question.decision] : question.type === 'review' ? question.decisions : [];
  return decisions.find((decision) => decision.offers && decision.offers.length > 0)?.offers?.[answer.remember];
}
