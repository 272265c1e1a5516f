// Whether a rule forbids to read a file, for what reaches the model by another door than a tool: mentions, the selection,
// memory. The person chose it, which answers an 'ask'; a deny holds whoever chose.
import type { Judge } from '../contracts/permission.ts';

export async function isDenied(judge: Judge, file: string, root: string): Promise<boolean> {
  const actions = [{ kind: 'read' as const, path: file }];
  const decision = await judge({ tool: 'Read', input: { file_path: file }, actions, mode: 'default', cwd: root });
  return decision.kind === 'deny';
}
