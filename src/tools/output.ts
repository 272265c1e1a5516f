// The two shapes of a result that is only text.
import type { ToolDetail, ToolOutput } from '../contracts/tool.ts';

export function textOutput(text: string, detail?: ToolDetail): ToolOutput {
  return { content: [{ type: 'text', text }], isError: false, ...(detail && { detail }) };
}

export function errorOutput(text: string, detail?: ToolDetail): ToolOutput {
  return { content: [{ type: 'text', text }], isError: true, ...(detail && { detail }) };
}
