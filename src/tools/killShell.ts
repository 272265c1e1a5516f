// KillShell: ends a background command with everything it started.
import * as z from 'zod/mini';
import type { Tool } from '../contracts/tool.ts';
import { findRun, sayStatus } from './bashOutput.ts';
import { textOutput } from './output.ts';
import { text, toSchema } from './schema.ts';

const INPUT = z.strictObject({ shell_id: text('Id that Bash gave') });
type Input = z.infer<typeof INPUT>;

export const killShell: Tool<Input> = {
  name: 'KillShell',
  description: 'Ends a background command.',
  kind: 'effect',
  input: toSchema(INPUT),
  actions: () => [{ kind: 'nothing' }],
  subject: (input) => input.shell_id,

  async run(input, context) {
    const run = findRun(context.state, input.shell_id, 'shell_id');
    await run.kill();
    return textOutput(sayStatus(run));
  },
};
