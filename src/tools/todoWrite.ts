// TodoWrite: the list of steps that a person watches while the agent works.
import * as z from 'zod/mini';
import type { Tool } from '../contracts/tool.ts';
import { textOutput } from './output.ts';
import { text, toSchema } from './schema.ts';

const INPUT = z.strictObject({
  todos: z.array(
    z.strictObject({
      content: text('The step, as an order: "Run the tests"'),
      activeForm: text('While it runs: "Running the tests"'),
      status: z.enum(['pending', 'in_progress', 'completed']),
    }),
  ),
});
type Input = z.infer<typeof INPUT>;

export const todoWrite: Tool<Input> = {
  name: 'TodoWrite',
  description:
    'Replaces the to-do list shown to the user. Use it for work of three steps or more; keep one step in progress, and mark a step completed as soon as it is done.',
  kind: 'effect',
  input: toSchema(INPUT),
  actions: () => [{ kind: 'nothing' }],
  subject: (input) => input.todos.map((todo) => todo.content).join('\n'),

  async run(input, context) {
    context.state.todos = input.todos;
    const done = input.todos.filter((todo) => todo.status === 'completed').length;
    return textOutput(`The list is updated: ${done} of ${input.todos.length} done.`, {
      type: 'todos',
      todos: input.todos,
    });
  },
};
