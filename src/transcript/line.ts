// One line of a transcript, as far as it is read; everything else on it is left alone.
import * as z from 'zod/mini';
import { fromMessageContent } from './content.ts';

const LINE = z.looseObject({
  type: z.string(),
  uuid: z.optional(z.string()),
  parentUuid: z.optional(z.nullable(z.string())),
  logicalParentUuid: z.optional(z.nullable(z.string())),
  isSidechain: z.optional(z.boolean()),
  isMeta: z.optional(z.boolean()),
  isCompactSummary: z.optional(z.boolean()),
  subtype: z.optional(z.string()),
  timestamp: z.optional(z.string()),
  cwd: z.optional(z.string()),
  message: z.optional(
    z.looseObject({
      role: z.optional(z.string()),
      content: z.optional(z.unknown()),
      id: z.optional(z.string()),
      model: z.optional(z.string()),
    }),
  ),
});

export type Line = z.infer<typeof LINE>;

const CHAINED = new Set(['user', 'assistant', 'system', 'attachment']);

/** A line that others may follow. Our own kinds, and those of other versions, only stand beside the chain. */
export function isChained(line: Line): line is Line & { uuid: string } {
  return CHAINED.has(line.type) && line.uuid !== undefined && line.isSidechain !== true;
}

/** All lines that can be read; a broken or cut one costs itself alone. */
export function parseLines(text: string): Line[] {
  const lines: Line[] = [];
  for (const raw of text.split('\n')) {
    if (raw.trim() === '') continue;
    let value: unknown;
    try {
      value = JSON.parse(raw);
    } catch {
      continue; // cut by a crash, or written by a program that was killed
    }
    const line = LINE.safeParse(value);
    if (line.success) lines.push(line.data);
  }
  return lines;
}

/**
 * The lines of the branch that was written last, in file order, with those of our own kinds that belong to it. The
 * branch goes on before a compaction, whose boundary names what it replaced.
 */
export function lastBranch(lines: readonly Line[]): Line[] {
  const byId = new Map(lines.filter(isChained).map((line) => [line.uuid, line]));
  const branch = new Set<string>();
  let at: Line | undefined = lines.findLast(
    (line) => isChained(line) && (line.type === 'user' || line.type === 'assistant'),
  );
  while (at?.uuid !== undefined && !branch.has(at.uuid)) {
    branch.add(at.uuid);
    const parent = at.parentUuid ?? at.logicalParentUuid;
    at = parent ? byId.get(parent) : undefined;
  }
  addSiblings(lines, branch);
  const own = (line: Line) =>
    !isChained(line) && line.isSidechain !== true && (!line.parentUuid || branch.has(line.parentUuid));
  return lines.filter((line) => (isChained(line) ? branch.has(line.uuid) : own(line)));
}

/** Calls of one message, and their results, may hang beside each other instead of in a row. */
function addSiblings(lines: readonly Line[], branch: Set<string>): void {
  // Most files are one row, and reading every call again would be for nothing.
  if (lines.every((line) => !isChained(line) || branch.has(line.uuid))) return;
  const messages = new Set<string>();
  const calls = new Set<string>();
  const inBranch = (line: Line) => line.uuid !== undefined && branch.has(line.uuid);
  for (const line of lines)
    if (line.type === 'assistant' && inBranch(line) && line.message?.id !== undefined) messages.add(line.message.id);
  for (const line of lines) {
    if (
      line.type !== 'assistant' ||
      !isChained(line) ||
      line.message?.id === undefined ||
      !messages.has(line.message.id)
    )
      continue;
    branch.add(line.uuid);
    for (const block of fromMessageContent(line.message.content)) if (block.type === 'toolUse') calls.add(block.id);
  }
  for (const line of lines) {
    if (line.type !== 'user' || !isChained(line) || branch.has(line.uuid)) continue;
    const results = fromMessageContent(line.message?.content).filter((block) => block.type === 'toolResult');
    if (results.length > 0 && results.every((block) => calls.has(block.id))) branch.add(line.uuid);
  }
}
