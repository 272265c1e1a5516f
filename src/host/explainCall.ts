// What is to be explained: typed by a person, as the call a model would make of it, or named by whoever runs the command.

import * as z from 'zod/mini';
import type { Because } from '../contracts/permission.ts';
import type { ExplainedTool } from '../permissionsProtocol.ts';
import type { CommandTool } from '../util/isCommandTool.ts';

export type TypedCall = { tool: string; input: unknown; subject: string };

/** `because` when the text is no such call. A command is written in what they are written in on this machine. */
export function typedCall(
  tool: ExplainedTool,
  text: string,
  commandTool: CommandTool = 'Bash',
): TypedCall | { because: Because } {
  switch (tool) {
    case 'Bash':
      return { tool: commandTool, input: { command: text }, subject: text };
    case 'Read':
      return { tool, input: { file_path: text.trim() }, subject: text.trim() };
    case 'Edit': {
      const file = text.trim();
      return { tool, input: { file_path: file, old_string: '', new_string: '' }, subject: file };
    }
    case 'WebFetch': {
      const given = text.trim();
      const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(given) ? given : `https://${given}`;
      if (!URL.canParse(url)) return { because: { code: 'permissionsView.notAddress', args: { text: given } } };
      return { tool, input: { url, prompt: '' }, subject: url };
    }
    case 'mcp':
      return namedTool(text.trim());
  }
}

/** `mcp__server__tool`, or the name of any other tool, with its input as JSON behind it where that matters. */
function namedTool(text: string): TypedCall | { because: Because } {
  const [, name = '', rest = ''] = /^(\S+)\s*([\s\S]*)$/.exec(text) ?? [];
  if (rest === '') return { tool: name, input: {}, subject: name };
  try {
    const input: unknown = JSON.parse(rest);
    return { tool: name, input, subject: text };
  } catch {
    return { because: { code: 'permissionsView.notJson', args: {} } };
  }
}

/** What a person is shown of an input: its command, path or address, or all of it. */
export function subjectOf(tool: string, input: unknown): string {
  if (typeof input === 'object' && input !== null) {
    const values = input as Record<string, unknown>;
    for (const key of ['command', 'file_path', 'notebook_path', 'url', 'query', 'pattern', 'path']) {
      const value = values[key];
      if (typeof value === 'string' && value !== '') return value;
    }
  }
  const json = JSON.stringify(input);
  return json === undefined || json === '{}' ? tool : `${tool} ${json}`;
}

/** What `assent.explainPermission` was asked for: the box, a call that may be made, or one that was. */
export type ExplainWish =
  | { kind: 'box' }
  | { kind: 'call'; tool: string; input: unknown }
  | { kind: 'past'; session?: string; call: string };

const Call = z.object({ tool: z.string(), input: z.unknown() });
const Past = z.object({ session: z.optional(z.string()), call: z.string() });

/** Takes `{tool, input}`, `{session?, call}` or the id of a call; anything else opens the box. */
export function wishOf(what: unknown): ExplainWish {
  if (typeof what === 'string' && what !== '') return { kind: 'past', call: what };
  const call = Call.safeParse(what).data;
  if (call !== undefined) return { kind: 'call', tool: call.tool, input: call.input };
  const past = Past.safeParse(what).data;
  if (past === undefined) return { kind: 'box' };
  return { kind: 'past', call: past.call, ...(past.session === undefined ? {} : { session: past.session }) };
}
