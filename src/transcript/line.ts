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
  const knows = (uuid: string | null) => uuid === null || byId.has(uuid);
  const branch = new Set<string>();
  const leaf = lines.findLast((line) => isLeaf(line) || (isRewind(line) && knows(line.leafUuid)));
  if (leaf !== undefined && isRewind(leaf) && leaf.leafUuid === null) return lines.filter(isChoice);
  let at: Line | undefined = leaf !== undefined && isRewind(leaf) ? byId.get(leaf.leafUuid ?? '') : leaf;
  while (at?.uuid !== undefined && !branch.has(at.uuid)) {
    branch.add(at.uuid);
    const parent = at.parentUuid ?? at.logicalParentUuid;
    at = parent ? byId.get(parent) : undefined;
  }
  addSiblings(lines, branch);
  const root = lines.findIndex((line) => isChained(line) && branch.has(line.uuid));
  // What stands in front of a beginning that was gone back behind belongs to it.
  const begun = lines.findLastIndex((line, index) => index < root && isRewind(line) && line.leafUuid === null);
  const own = (line: Line, index: number) =>
    line.isSidechain !== true && (line.parentUuid ? branch.has(line.parentUuid) : index > begun || isChoice(line));
  return lines.filter((line, index) => (isChained(line) ? branch.has(line.uuid) : own(line, index)));
}

/** A line that ends a branch, when it is the last one. */
const isLeaf = (line: Line) => isChained(line) && (line.type === 'user' || line.type === 'assistant');

/** From here on the conversation goes on at another place; null is its very beginning. */
function isRewind(line: Line): line is Line & { leafUuid: string | null } {
  const leaf = line['leafUuid'];
  return line.type === 'assent-rewind' && (typeof leaf === 'string' || leaf === null);
}

/** What the person chose stays chosen when everything else is gone back behind. */
const isChoice = (line: Line) => line.type === 'assent-mode' || line.type === 'assent-model';

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
