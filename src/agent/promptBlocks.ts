// Makes what a person sent into what the model reads: attachments first, each read as the Read tool would, the text last.
import { readdir } from 'node:fs/promises';
import type { Attachment, Block, Prompt } from '../contracts/message.ts';
import type { Action, Judge, Mode } from '../contracts/permission.ts';
import type { AnyTool, ToolContext, ToolOutput } from '../contracts/tool.ts';
import { sayInEnglish } from '../util/phrases.ts';
import { readableError } from '../util/readableError.ts';
import { showPath } from '../util/resolvePath.ts';
import { servedText } from '../util/servedText.ts';
import { fileCaption } from './leftOut.ts';

export type PromptParts = {
  tools(): readonly AnyTool[];
  judge: Judge;
  mode: Mode;
  /** A context for the Read tool; its call is not one of the conversation. */
  context: ToolContext;
};

const FOLDER_ENTRIES = 200;
const SELECTION_LENGTH = 60_000;
/** Characters of what a server makes of a prompt of its own. */
const SERVER_PROMPT = 100_000;

/** Never rejects: what cannot be sent is said in its place. Empty text is left out. */
export async function promptBlocks(prompt: Prompt, parts: PromptParts): Promise<Block[]> {
  const blocks: Block[] = [];
  for (const attachment of prompt.attachments) {
    try {
      blocks.push(...(await attached(attachment, parts)));
    } catch (error) {
      blocks.push(notSent(attachment, readableError(error)));
    }
  }
  if (prompt.fromServer !== undefined) blocks.push(...serverPrompt(prompt.fromServer));
  if (prompt.text.trim() !== '') blocks.push({ type: 'text', text: prompt.text });
  return blocks;
}

async function attached(attachment: Attachment, parts: PromptParts): Promise<Block[]> {
  if (attachment.type === 'media') return [attachment.media];
  const denied = await whyDenied(attachment, parts);
  if (denied !== undefined) return [notSent(attachment, denied)];
  if (attachment.type === 'file') return await file(attachment, parts);
  if (attachment.type === 'resource') return (await readResource(attachment, parts)).content;
  const name = nameOf(attachment, parts);
  if (attachment.type === 'folder') return [tagged('folder', name, await listing(attachment.path))];
  const cut =
    attachment.text.length > SELECTION_LENGTH
      ? `${attachment.text.slice(0, SELECTION_LENGTH)}\n[… cut …]`
      : attachment.text;
  return [tagged('selection', name, cut)];
}

/** The person attached it, which answers an 'ask'; a deny holds whoever asks. */
async function whyDenied(
  attachment: Exclude<Attachment, { type: 'media' }>,
  parts: PromptParts,
): Promise<string | undefined> {
  const { cwd } = parts.context.state;
  if (attachment.type === 'resource') {
    const { tool, input } = resourceRead(attachment, parts);
    const actions = tool.actions(input, cwd);
    const decision = await parts.judge({ tool: tool.name, input, actions, mode: parts.mode, cwd });
    return decision.kind === 'deny' ? sayInEnglish(decision.because) : undefined;
  }
  const { path } = attachment;
  const [tool, action]: [string, Action] =
    attachment.type === 'folder' ? ['Glob', { kind: 'search', path }] : ['Read', { kind: 'read', path }];
  const input = attachment.type === 'folder' ? { pattern: '*', path } : { file_path: path };
  const decision = await parts.judge({ tool, input, actions: [action], mode: parts.mode, cwd });
  return decision.kind === 'deny' ? sayInEnglish(decision.because) : undefined;
}

async function file(attachment: Extract<Attachment, { type: 'file' }>, parts: PromptParts): Promise<Block[]> {
  const read = parts.tools().find((tool) => tool.name === 'Read');
  if (!read) throw new Error('reading files is denied');
  const range = attachment.lines && {
    offset: attachment.lines[0],
    limit: attachment.lines[1] - attachment.lines[0] + 1,
  };
  const input = read.input.parse({ file_path: attachment.path, ...range });
  const output = await read.run(input, parts.context, []);
  const name = nameOf(attachment, parts);
  return output.content.flatMap((block): Block[] =>
    block.type === 'text' ? [tagged('file', name, block.text)] : [fileCaption(name), block],
  );
}

type Resource = Extract<Attachment, { type: 'resource' }>;

function resourceRead({ server, uri }: Resource, { tools }: PromptParts) {
  const tool = tools().find(({ name }) => name === 'ReadMcpResourceTool');
  if (!tool) throw new Error('reading resources of servers is denied, or no server is set up');
  return { tool, input: tool.input.parse({ server, uri }) };
}

async function readResource(resource: Resource, parts: PromptParts): Promise<ToolOutput> {
  const { tool, input } = resourceRead(resource, parts);
  return await tool.run(input, parts.context, []);
}

/** Nobody but the model speaks as the model: what a server puts into its mouth is told as such. */
function serverPrompt({ server, prompt, messages }: NonNullable<Prompt['fromServer']>): Block[] {
  const name = plain(`${server}/${prompt}`);
  let room = SERVER_PROMPT;
  return messages.flatMap(({ role, blocks }) =>
    blocks.map((block): Block => {
      if (block.type !== 'text') return block;
      const text = block.text.slice(0, Math.max(0, room));
      room -= block.text.length;
      const cut = text.length < block.text.length ? `${text}\n[… cut …]` : text;
      return { type: 'text', text: servedText(name, role, cut) };
    }),
  );
}

const plain = (text: string) => text.replace(/["<>\n\r]/g, '_');

async function listing(path: string): Promise<string> {
  const entries = await readdir(path, { withFileTypes: true });
  const names = entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort();
  const more = names.length > FOLDER_ENTRIES ? [`[… ${names.length - FOLDER_ENTRIES} more …]`] : [];
  return [...names.slice(0, FOLDER_ENTRIES), ...more].join('\n');
}

function nameOf(attachment: Exclude<Attachment, { type: 'media' | 'resource' }>, parts: PromptParts): string {
  const lines = 'lines' in attachment && attachment.lines ? `:${attachment.lines.join('-')}` : '';
  return `${showPath(attachment.path, parts.context.root)}${lines}`;
}

function tagged(tag: string, name: string, text: string): Block {
  return { type: 'text', text: `<${tag} name="${name}">\n${text}\n</${tag}>` };
}

function notSent(attachment: Attachment, why: string): Block {
  const what =
    attachment.type === 'media'
      ? attachment.name
      : attachment.type === 'resource'
        ? plain(`${attachment.server}:${attachment.uri}`)
        : attachment.path;
  return { type: 'text', text: `(The attached ${attachment.type} ${what} was not sent: ${why})` };
}
