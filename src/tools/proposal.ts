// What the edit tools share before a review: the text a change starts from, and the change itself, without making it.
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Change, Encoding } from '../contracts/edit.ts';
import type { ToolContext } from '../contracts/tool.ts';
import { nearNames } from '../util/nearNames.ts';
import { sayInEnglish } from '../util/phrases.ts';
import { isInside } from '../util/resolvePath.ts';
import { regularFile } from './regularFile.ts';
import { changedLines } from './replaceText.ts';

/** `before`: as the file is now, absent when there is none; `text`: with the proposals made earlier in the message. */
export type Base = { before: string | undefined; text: string | undefined; encoding: Encoding; proposed: boolean };

/** Throws when the file is there but is no text that can be changed safely. */
export async function readBase(
  file: string,
  context: ToolContext,
  overlay: ReadonlyMap<string, string>,
): Promise<Base> {
  await regularFile(file);
  const found = await context.workspace.readText(file);
  const proposed = overlay.get(file);
  if (!('problem' in found)) {
    if (found.viewOnly !== undefined) throw new Error(`${file}: ${sayInEnglish(found.viewOnly)}`);
    return {
      before: found.text,
      text: proposed ?? found.text,
      encoding: found.encoding,
      proposed: proposed !== undefined,
    };
  }
  if (found.problem !== 'missing') throw new Error(`${file} ${CANNOT_EDIT[found.problem]}`);
  return {
    before: undefined,
    text: proposed,
    encoding: found.encoding ?? { name: 'utf-8', bom: false },
    proposed: proposed !== undefined,
  };
}

const CANNOT_EDIT = {
  folder: 'is a folder, not a file.',
  binary:
    'is not text that could be written back without loss, so it is not edited. Use a command that knows its format.',
  tooLarge: 'is larger than 10 MB, too large to edit here. Use a command such as sed instead.',
} as const;

/** Throws unless the model has seen the file; returns the text it saw when that is not what the file says now. */
export function requireSeen(file: string, base: Base, context: ToolContext): string | undefined {
  if (base.proposed) return undefined;
  const seen = context.state.seen.get(file);
  if (seen === undefined)
    throw new Error(`${file} has not been read in this conversation. Read it first, then change it.`);
  return seen === base.text ? undefined : seen;
}

/** Why an edit of a file that was changed by someone else must wait. */
export function mustReadAgain(file: string, seen: string, now: string): Error {
  const lines = changedLines(seen, now) ?? [1, 1];
  const where = lines[0] === lines[1] ? `line ${lines[0]}` : `lines ${lines[0]}–${lines[1]}`;
  return new Error(
    `${file} was changed since you read it (${where} as it is now), so this edit was not made. Read it again, then edit.`,
  );
}

/** The change. Throws when the file's encoding cannot hold every character of it. */
export function propose(file: string, base: Base, after: string, context: ToolContext): Change[] {
  const { edits } = context;
  if (after === base.text) throw new Error(`${file} has exactly this content already; there is nothing to change.`);
  edits.encode(after, base.encoding);
  return [edits.change(file, base.before, after, base.encoding, '0')];
}

/** Says that a file is missing, with names nearby that may be meant; names are looked up in working directories only. */
export async function missingFile(file: string, context: ToolContext): Promise<Error> {
  const folder = path.dirname(file);
  const inside = [context.root, ...context.workingDirectories].some((root) => isInside(folder, root));
  const near = inside ? nearNames(path.basename(file), await namesIn(folder)) : [];
  const hint = near.length > 0 ? ` Did you mean ${near.map((name) => path.join(folder, name)).join(' or ')}?` : '';
  return new Error(`${file} does not exist.${hint}`);
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    // Without the folder there is nothing to suggest; the missing file is said all the same.
    return [];
  }
}
