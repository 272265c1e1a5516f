// What a person's yes adds to the rules, beyond this one call.
import type { Offer, Rule } from '../contracts/permission.ts';
import type { Answer, Question } from '../contracts/question.ts';

/** The offer that was picked; of a review, the offers of its first call that has any. */
export function chosenOffer(question: Question, answer: Answer): Offer | undefined {
  if (answer.type !== 'allow' || answer.remember === undefined) return undefined;
  const decisions =
    question.type === 'permission' ? [question.decision] : question.type === 'review' ? question.decisions : [];
  return decisions.find((decision) => decision.offers && decision.offers.length > 0)?.offers?.[answer.remember];
}

export function sessionRulesOf(offer: Offer): Rule[] {
  return offer.rules.map((text) => ({ behavior: 'allow', text, scope: 'session' }));
}
