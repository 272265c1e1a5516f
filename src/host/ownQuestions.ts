// A page speaks for the conversation it shows, and for no other.
import type { ConversationState } from '../contracts/conversation.ts';
import type { FromWebview } from '../protocol.ts';
import { pendingReview } from './pendingState.ts';

/** False for an answer or a verdict to what this conversation does not ask, or asks no more. */
export function isOwn(
  message: FromWebview,
  conversation: Pick<ConversationState, 'id' | 'questions'> | undefined,
): boolean {
  const questions = conversation?.questions ?? [];
  if (message.type === 'answer') return questions.some((one) => one.id === message.question);
  if (message.type !== 'reviewVerdict') return true;
  if (conversation !== undefined && message.review === pendingReview(conversation.id)) return true;
  return questions.some((one) => one.type === 'review' && one.review.id === message.review);
}
