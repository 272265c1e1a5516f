// Taking rules away: first what would go is worked out and shown, then exactly that goes, and can come back.
import { randomUUID } from 'node:crypto';
import type { Rule } from '../contracts/permission.ts';
import type { RemovedLines } from '../permissionsProtocol.ts';
import type { OpenConversations } from './openConversations.ts';
import type { Entry } from './permissionsState.ts';

/** What is to become of a file; whoever made it knows what is in it. */
export type RemovalPlan = { lines: RemovedLines; carryOut(): Promise<void>; undo(): Promise<void> };
/** Rejects with a reason for the person when the rule cannot be taken out of its file. */
export type PlanRemoval = (rule: Rule) => Promise<RemovalPlan>;

type Step = { entry: Entry; carryOut(): Promise<void>; undo(): Promise<void> };

export class Removals {
  readonly #plan: PlanRemoval;
  readonly #conversations: Pick<OpenConversations, 'get'>;
  /** What was shown last, by the id of the row: a yes is for that and nothing else. */
  readonly #shown = new Map<string, Step>();
  readonly #done = new Map<string, Step>();

  constructor(plan: PlanRemoval, conversations: Pick<OpenConversations, 'get'>) {
    this.#plan = plan;
    this.#conversations = conversations;
  }

  /** The lines that would go; none for a rule that is kept in memory only. */
  async show(row: string, entry: Entry): Promise<RemovedLines[]> {
    const { rule, conversation } = entry;
    if (conversation === undefined) {
      const plan = await this.#plan(rule);
      this.#shown.set(row, { ...plan, entry });
      return [plan.lines];
    }
    const set = async (on: boolean) => this.#conversations.get(conversation)?.conversation.setSessionRule(rule, on);
    this.#shown.set(row, { entry, carryOut: () => set(false), undo: () => set(true) });
    return [];
  }

  /** Does what was shown; resolves to the id of the removal, or to undefined when nothing was shown. */
  async carryOut(row: string): Promise<string | undefined> {
    const step = this.#shown.get(row);
    if (step === undefined) return undefined;
    this.#shown.delete(row);
    await step.carryOut();
    const removal = randomUUID();
    this.#done.set(removal, step);
    return removal;
  }

  /** Resolves to what came back; to undefined when there is no such removal, or it was undone before. */
  async undo(removal: string): Promise<Entry | undefined> {
    const step = this.#done.get(removal);
    if (step === undefined) return undefined;
    await step.undo();
    this.#done.delete(removal);
    return step.entry;
  }
}
