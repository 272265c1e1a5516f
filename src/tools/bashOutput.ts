// BashOutput: reads what a background command has printed since the last look.
import { runInNewContext } from 'node:vm';
import * as z from 'zod/mini';
import type { BackgroundRun, Tool, ToolState } from '../contracts/tool.ts';
import { textOutput } from './output.ts';
import { text, toSchema } from './schema.ts';

const INPUT = z.strictObject({
  bash_id: text('Id that Bash gave'),
  filter: z.optional(text('Regular expression; only lines that match are shown, the others are gone')),
});
type Input = z.infer<typeof INPUT>;

export const bashOutput: Tool<Input> = {
  name: 'BashOutput',
  description: 'Reads the new output and the status of a background command.',
  kind: 'read',
  input: toSchema(INPUT),
  actions: () => [{ kind: 'nothing' }],
  subject: (input) => input.bash_id,

  async run(input, context) {
    const run = findRun(context.state, input.bash_id, 'bash_id');
    // A bad filter must not cost the output.
    const matches = input.filter === undefined ? undefined : checkedFilter(input.filter);
    const status = sayStatus(run);
    const output = run.readNew();
    const shown = matches ? matches(output) : output;
    return textOutput(
      `${status}\n${shown.replace(/\n$/, '') || (output === '' ? '[no new output]' : '[no new line matches the filter]')}`,
    );
  },
};

/** Throws with the ids there are. */
export function findRun(state: ToolState, id: string, field: string): BackgroundRun {
  const run = state.background.get(id);
  if (run) return run;
  const known = [...state.background.keys()].join(', ');
  throw new Error(
    `${field}: there is no background command ${id}. ${known === '' ? 'None was started.' : `Known: ${known}.`}`,
  );
}

export function sayStatus(run: BackgroundRun): string {
  if (run.status === 'running') return `${run.id} is running.`;
  if (run.status === 'killed') return `${run.id} was ended.`;
  return `${run.id} has exited${run.exitCode === undefined ? '' : ` with code ${run.exitCode}`}.`;
}

const FILTER_MS = 500;

/** The expression comes from the model: one that never ends is stopped, and the output shown whole. */
function checkedFilter(source: string): (output: string) => string {
  try {
    new RegExp(source);
  } catch (error) {
    throw new Error(
      `filter: not a valid regular expression (${error instanceof Error ? error.message : String(error)})`,
    );
  }
  return (output) => {
    try {
      const code = 'lines.split("\\n").filter((line) => expression.test(line)).join("\\n")';
      return String(
        runInNewContext(
          `const expression = new RegExp(source); ${code}`,
          { lines: output, source },
          { timeout: FILTER_MS },
        ),
      );
    } catch {
      // Only the time limit can end it here.
      return `[The filter took too long and was left out.]\n${output}`;
    }
  };
}
