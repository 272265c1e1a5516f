// Starts a command so that what it changes is on record.
import type { RunningRecord } from '../contracts/journal.ts';
import type { ToolContext } from '../contracts/tool.ts';

/** What the command changed is to be recorded with `end` once it has ended. Rejects as `start` does. */
export async function startRecorded<T>(
  context: ToolContext,
  start: () => Promise<T>,
): Promise<{ run: T; end: RunningRecord['end'] }> {
  const record = await context.recordCommand?.();
  try {
    return { run: await start(), end: async (left) => record?.end(left) };
  } catch (error) {
    await record?.end();
    throw error;
  }
}
