// AskUserQuestion: lets the person choose where only they can.
import * as z from 'zod/mini';
import type { Tool } from '../contracts/tool.ts';
import { errorOutput, textOutput } from './output.ts';
import { text, toSchema } from './schema.ts';

const INPUT = z.strictObject({
  questions: z
    .array(
      z.strictObject({
        question: text('The whole question'),
        header: text('Label of one or two words'),
        options: z
          .array(z.strictObject({ label: text('One to five words'), description: text('What choosing it means') }))
          .check(z.minLength(2), z.maxLength(4)),
        multiSelect: z.optional(z.boolean()),
      }),
    )
    .check(z.minLength(1), z.maxLength(4)),
});
type Input = z.infer<typeof INPUT>;

export const askUserQuestion: Tool<Input> = {
  name: 'AskUserQuestion',
  description:
    'Asks the user to choose when the request leaves a decision open that you cannot settle from the code. The user can always answer in their own words. Put the option you recommend first.',
  kind: 'interact',
  input: toSchema(INPUT),
  actions: () => [{ kind: 'interact' }],
  subject: (input) => input.questions.map((one) => one.question).join('\n'),

  async run(input, context) {
    const questions = input.questions.map((one) => ({ ...one, multiSelect: one.multiSelect ?? false }));
    const answer = await context.ask({
      type: 'choice',
      id: `${context.call.id}:choice`,
      call: context.call,
      questions,
    });
    if (answer.type === 'deny')
      return errorOutput(
        answer.feedback ? `The user did not choose, but said: ${answer.feedback}` : 'The user did not answer.',
      );
    if (answer.type !== 'choice') throw new Error(`A choice was asked for, but the answer is of type ${answer.type}.`);
    const lines = questions.map((one, i) => `${one.question}\n→ ${answer.answers[i]?.join(', ') || '(no answer)'}`);
    return textOutput(`The user answered:\n${lines.join('\n')}`);
  },
};
