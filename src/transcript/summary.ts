// What the history list shows of a conversation, from its file alone. Of a long file only the few lines that matter are parsed.
import { titleOf } from '../util/title.ts';
import { fromMessageContent } from './content.ts';
import { type Line, parseLines } from './line.ts';
import { titleIn } from './restore.ts';

/** `messages` counts the prompts. */
export type FileSummary = { title: string; updatedAtMs: number | undefined; messages: number; cwd: string | undefined };

/** Undefined for a file without a prompt: no conversation, or one of a sub-agent. */
export function summaryOf(text: string): FileSummary | undefined {
  let messages = 0;
  let first: Line | undefined;
  let titled = '';
  let timed = '';
  let cwd: string | undefined;
  for (const raw of text.split('\n')) {
    if (raw.includes('"timestamp":')) timed = raw;
    if (cwd === undefined && raw.includes('"cwd":')) cwd = parseLines(raw)[0]?.cwd;
    if (raw.includes('"customTitle":') || raw.includes('"aiTitle":') || /"type":"summary"/.test(raw)) {
      if (titleIn(parseLines(raw)) !== undefined) titled = raw;
    }
    if (!isPrompt(raw)) continue;
    messages++;
    first ??= parseLines(raw)[0];
  }
  if (messages === 0) return undefined;
  const at = Date.parse(parseLines(timed)[0]?.timestamp ?? '');
  return {
    title: titleIn(parseLines(titled)) ?? promptTitle(first),
    updatedAtMs: Number.isNaN(at) ? undefined : at,
    messages,
    cwd,
  };
}

/** Strings inside a line have their quotes escaped, so these marks are fields. */
function isPrompt(raw: string): boolean {
  return (
    raw.includes('"type":"user"') &&
    !raw.includes('"tool_use_id":') &&
    !raw.includes('"isMeta":true') &&
    !raw.includes('"isCompactSummary":true') &&
    !raw.includes('"isSidechain":true') &&
    raw.trimEnd().endsWith('}')
  );
}

function promptTitle(line: Line | undefined): string {
  const own: unknown = line?.['assent'];
  if (typeof own === 'object' && own !== null && 'prompt' in own) {
    const { prompt } = own;
    if (typeof prompt === 'object' && prompt !== null && 'text' in prompt && typeof prompt.text === 'string')
      return titleOf(prompt.text);
  }
  return titleOf(
    fromMessageContent(line?.message?.content)
      .map((block) => (block.type === 'text' ? block.text : ''))
      .join(' '),
  );
}
