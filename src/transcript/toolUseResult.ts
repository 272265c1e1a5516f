// The raw result beside a tool result, in the forms the existing client writes and draws.
import type { Change } from '../contracts/edit.ts';
import type { AgentEvent } from '../contracts/event.ts';
import type { ToolResult } from '../contracts/message.ts';

const ORIGINAL_LENGTH = 64 * 1024;

export function toolUseResult(
  block: ToolResult,
  event: Extract<AgentEvent, { type: 'toolFinished' }> | undefined,
): unknown {
  const text = block.content.map((one) => (one.type === 'text' ? one.text : '')).join('\n');
  if (block.isError) return `Error: ${text}`;
  const detail = event?.output.detail;
  if (detail?.type === 'command') {
    const { stdout, stderr, interrupted } = detail;
    return { stdout, stderr, interrupted, isImage: false, noOutputExpected: false };
  }
  if (detail?.type === 'file') {
    const { path: filePath, lines: numLines, startLine, totalLines } = detail;
    const content = text.replace(/^ *\d+\t/gm, '');
    return { type: 'text', file: { filePath, content, numLines, startLine, totalLines } };
  }
  const [change] = detail?.type === 'edit' ? detail.changes : [];
  if (change && detail?.type === 'edit') return editResult(change, event?.call.input, detail.userModified);
  return text;
}

function editResult(change: Change, input: unknown, userModified: boolean): unknown {
  const asked = typeof input === 'object' && input !== null ? input : {};
  const word = (key: string) => (key in asked ? Reflect.get(asked, key) : undefined);
  return {
    filePath: change.path,
    ...(word('old_string') === undefined
      ? { content: word('content') }
      : { oldString: word('old_string'), newString: word('new_string') }),
    originalFile: change.before.length <= ORIGINAL_LENGTH ? change.before : null,
    structuredPatch: change.hunks.map((hunk) => ({
      oldStart: hunk.beforeStart,
      oldLines: hunk.beforeCount,
      newStart: hunk.afterStart,
      newLines: hunk.afterCount,
      lines: [...marked('-', hunk.before), ...marked('+', hunk.after)],
    })),
    userModified,
    replaceAll: word('replace_all') === true,
  };
}

function marked(sign: string, text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => sign + line);
}
