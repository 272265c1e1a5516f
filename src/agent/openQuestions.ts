// The questions of a conversation that wait for the person.
import type { Answer, Question } from '../contracts/question.ts';

type Waiting = { question: Question; answered: Promise<Answer>; settle: (answer: Answer) => void };

export class OpenQuestions {
  /** Kept until the asker has its answer, so that an answer may come before anyone waits for it. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #open = new Map<string, Question>();
  /** A question may be announced only after its asker gave up; it must not open again then. */
  readonly #over = new Set<string>();

  /** Questions without an answer, oldest first. */
  list(): Question[] {
    return [...this.#open.values()];
  }

  /** Opens the question, once. */
  add(question: Question): void {
    if (!this.#over.has(question.id)) this.#enter(question);
  }

  async ask(question: Question, signal: AbortSignal): Promise<Answer> {
    const waiting = this.#enter(question);
    const stop = () => waiting.settle({ type: 'deny' });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    try {
      return await waiting.answered;
    } finally {
      signal.removeEventListener('abort', stop);
      this.#open.delete(question.id);
      this.#waiting.delete(question.id);
      this.#over.add(question.id);
    }
  }

  /** False when it is not open, or when this is no answer to it. */
  answer(id: string, answer: Answer): boolean {
    const question = this.#open.get(id);
    if (!question || !fits(question, answer)) return false;
    this.#open.delete(id);
    this.#waiting.get(id)?.settle(answer);
    return true;
  }

  #enter(question: Question): Waiting {
    const known = this.#waiting.get(question.id);
    if (known) return known;
    let settle: Waiting['settle'] = () => {};
    const answered = new Promise<Answer>((resolve) => {
      settle = resolve;
    });
    const waiting = { question, answered, settle };
    this.#waiting.set(question.id, waiting);
    this.#open.set(question.id, question);
    return waiting;
  }
}

/** The page chooses among what was offered; anything else is not an answer. */
function fits(question: Question, answer: Answer): boolean {
  if (answer.type === 'deny') return true;
  if (question.type === 'permission')
    return answer.type === 'allow' && offered([question.decision.offers], answer.remember);
  if (question.type === 'review') {
    if (answer.type === 'allow')
      return offered(
        question.decisions.map((decision) => decision.offers),
        answer.remember,
      );
    return answer.type === 'review';
  }
  return answer.type === question.type;
}

function offered(offers: Array<readonly unknown[] | undefined>, remember: number | undefined): boolean {
  return (
    remember === undefined || offers.find((list) => list !== undefined && list.length > 0)?.[remember] !== undefined
  );
}
