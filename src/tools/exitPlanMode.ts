// ExitPlanMode: puts a plan before the person; the conversation leaves plan mode when it is approved.
import * as z from 'zod/mini';
import type { Tool } from '../contracts/tool.ts';
import { errorOutput, textOutput } from './output.ts';
import { text, toSchema } from './schema.ts';

const INPUT = z.strictObject({ plan: text('The plan as Markdown') });
type Input = z.infer<typeof INPUT>;

export const exitPlanMode: Tool<Input> = {
  name: 'ExitPlanMode',
  description:
    'In plan mode, once you know what to do: shows the plan to the user for approval. Name the files and steps. Not for questions and not for research alone.',
  kind: 'interact',
  input: toSchema(INPUT),
  actions: () => [{ kind: 'interact' }],
  subject: (input) => input.plan,

  async run(input, context) {
    const answer = await context.ask({
      type: 'plan',
      id: `${context.call.id}:plan`,
      call: context.call,
      plan: input.plan,
    });
    if (answer.type === 'deny') {
      const words = answer.feedback ? ` Their comments:\n${answer.feedback}` : '';
      return errorOutput(`The user wants to keep planning; change nothing yet.${words}`);
    }
    if (answer.type !== 'plan') throw new Error(`A plan was shown, but the answer is of type ${answer.type}.`);
    const edits =
      answer.mode === 'acceptEdits' ? 'Edits are accepted without asking.' : 'Each edit is reviewed by the user.';
    if (answer.plan === input.plan) return textOutput(`The user approved the plan. ${edits} Start now.`);
    return textOutput(`The user changed the plan and approved it as follows. ${edits} Start now.\n\n${answer.plan}`);
  },
};
