// What a server's tool came back with, as the model is given it: marked as words of others, and within bounds.
import * as z from 'zod/mini';
import type { Media } from '../../contracts/message.ts';
import type { ToolOutput } from '../../contracts/tool.ts';
import { numberFrom } from '../../util/envValue.ts';
import { outsideText, TO_WEIGH } from '../../util/outsideText.ts';
import { readableError } from '../../util/readableError.ts';
import { cutEnd } from '../../util/truncate.ts';
import { wellFormed } from '../../util/wellFormed.ts';
import { MOST_IMAGES, shownImage } from '../shownImage.ts';

const CHARACTERS_A_TOKEN = 4;
const MOST_TOKENS = 25_000;
/** From here on the person is told. */
const MANY_TOKENS = 10_000;
/** Of a result that was saved. */
const PREVIEW = 2000;
/** What a tool may ask for itself. */
const OWN_MOST = 500_000;
/** Of what is told about a result: these words are ours, and no limit of the text holds for them. */
const MOST_NOTES = 50;
/** Parts of one result that are looked at. */
const MOST_PARTS = 10_000;

const TEXT = z.optional(z.string());
const Resource = z.looseObject({ uri: z.string(), mimeType: TEXT, text: TEXT, blob: TEXT });
const Block = z.looseObject({
  type: z.string(),
  text: TEXT,
  data: TEXT,
  mimeType: TEXT,
  uri: TEXT,
  name: TEXT,
  title: TEXT,
  description: TEXT,
  resource: z.optional(Resource),
  annotations: z.optional(z.unknown()),
});
type Block = z.infer<typeof Block>;
const Audience = z.looseObject({ audience: z.array(z.string()) });
/** Lenient: a block that is not known costs that block. */
export const CallResult = z.looseObject({
  content: z.optional(z.array(z.unknown())),
  structuredContent: z.optional(z.unknown()),
  isError: z.optional(z.boolean()),
});
export type CallResult = z.infer<typeof CallResult>;

/** Keeps what is too large for the conversation; resolves to the path. */
export type SaveResult = (extension: string, data: string | Uint8Array) => Promise<string>;

export type ResultParts = {
  /** `server/tool`, as the text is marked. */
  source: string;
  /** Characters. */
  most: number;
  save: SaveResult;
  /** How what the result links to is read, where it can be. */
  links?: string;
};

/** Characters of text that a tool's result may have. `meta` is what the server says of the tool. */
export function resultLimit(
  meta: Readonly<Record<string, unknown>> | undefined,
  env: Readonly<Record<string, string | undefined>>,
): number {
  const own = meta?.['anthropic/maxResultSizeChars'];
  if (typeof own === 'number' && own > 0) return Math.min(own, OWN_MOST);
  const tokens = numberFrom(env['MAX_MCP_OUTPUT_TOKENS']);
  return (tokens !== undefined && tokens > 0 ? tokens : MOST_TOKENS) * CHARACTERS_A_TOKEN;
}

/** What one reader is given of a result. `said`: it has words of its own, which what is structured only repeats. */
type Reading = { texts: string[]; media: Media[]; said: boolean };

/** `detail` has what the person alone is shown. */
export async function toolResult(result: CallResult, parts: ResultParts): Promise<ToolOutput> {
  const model: Reading = { texts: [], media: [], said: false };
  const person: Reading = { texts: [], media: [], said: false };
  const notes: string[] = [];
  let withLinks = false;
  let apart = 0;
  const tell = (note: string) => {
    if (notes.length < MOST_NOTES) notes.push(note);
    else if (notes.length === MOST_NOTES) notes.push('More parts of the result are not shown.');
  };
  for (const one of (result.content ?? []).slice(0, MOST_PARTS)) {
    const read = Block.safeParse(one);
    if (!read.success) tell('A part of the result could not be read.');
    else if (isForPersonAlone(read.data)) {
      apart++;
      await take(read.data, person);
    } else await take(read.data, model);
  }
  if (apart > 0) notes.unshift(`Parts of the result are for the person alone, who was shown them: ${apart}.`);
  if (withLinks && parts.links !== undefined) notes.push(parts.links);
  if (result.structuredContent !== undefined && !model.said)
    model.texts.push(structured(result.structuredContent, parts.most));
  const text = await bounded(wellFormed(model.texts.join('\n\n')), notes, parts);
  const empty = text === '' && model.media.length === 0 && notes.length === 0;
  const words = outsideText('server-content', parts.source, empty ? '(no content)' : text, [
    ...notes,
    `This was returned by a tool of another program: ${TO_WEIGH}`,
  ]);
  const size = Math.round(words.length / CHARACTERS_A_TOKEN);
  const tokens = size > MANY_TOKENS ? { tokens: size } : undefined;
  const shown = cutEnd(wellFormed(person.texts.join('\n\n')), parts.most);
  const aside = [...(shown === '' ? [] : [{ type: 'text' as const, text: shown }]), ...person.media];
  return {
    content: [{ type: 'text', text: words }, ...model.media],
    isError: result.isError === true,
    ...(aside.length === 0 && tokens === undefined ? {} : { detail: { type: 'server', content: aside, ...tokens } }),
  };

  async function take(block: Block, to: Reading): Promise<void> {
    const { texts, media } = to;
    const { type, text, data, mimeType = 'application/octet-stream', resource } = block;
    const takeImage = async (picture: string, kind: string) => {
      const image = model.media.length + person.media.length < MOST_IMAGES ? shownImage(picture) : undefined;
      if (image !== undefined) media.push(image);
      else await keep('A picture that cannot be shown', kind, picture);
    };
    if (type === 'text' && text !== undefined) {
      texts.push(text);
      to.said ||= text.trim() !== '';
    } else if (type === 'image' && data !== undefined) await takeImage(data, mimeType);
    else if (type === 'audio' && data !== undefined) await keep(`Sound (${plain(mimeType)})`, mimeType, data);
    else if (type === 'resource_link' && block.uri !== undefined) {
      withLinks ||= to === model;
      texts.push(sayLink(block.uri, block));
    } else if (type === 'resource' && resource?.text !== undefined) texts.push(`${resource.uri}:\n${resource.text}`);
    else if (type === 'resource' && resource?.blob !== undefined) {
      const kind = resource.mimeType ?? 'application/octet-stream';
      if (kind.startsWith('image/')) await takeImage(resource.blob, kind);
      else await keep(`The content of a resource (${plain(kind)})`, kind, resource.blob);
    } else tell(`A part of the kind ${plain(type)} is not shown.`);
  }

  async function keep(what: string, mimeType: string, data: string): Promise<void> {
    // What is not told would not be found either.
    if (notes.length >= MOST_NOTES) return tell('');
    const bytes = Buffer.from(data, 'base64');
    try {
      const file = await parts.save(extensionOf(mimeType), bytes);
      tell(`${what}, ${bytes.length.toLocaleString('en-US')} bytes, is saved as ${file}.`);
    } catch (error) {
      tell(`${what} could not be saved: ${readableError(error)}.`);
    }
  }
}

/** Lines and blanks make it readable, and of what is large and deep a hundred times as much. */
function structured(value: unknown, most: number): string {
  const plain = JSON.stringify(value);
  return plain.length > most ? plain : JSON.stringify(value, null, 2);
}

/** Only who is named beside nobody else: whatever a model reads a person may read. */
function isForPersonAlone({ annotations }: Block): boolean {
  const { success, data } = Audience.safeParse(annotations);
  return success && data.audience.includes('user') && !data.audience.includes('assistant');
}

function sayLink(uri: string, { title, name, mimeType, description }: Block): string {
  const about = [title ?? name, mimeType].filter((word) => word !== undefined && word !== '').join(', ');
  return `Resource ${uri}${about === '' ? '' : ` (${about})`}${description ? `: ${description}` : ''}`;
}

async function bounded(text: string, notes: string[], { most, save }: ResultParts): Promise<string> {
  if (text.length <= most) return text;
  const length = text.length.toLocaleString('en-US');
  try {
    const file = await save('txt', text);
    notes.push(
      `The result has ${length} characters, which is too much. All of it is saved as ${file}: read or search what you need of it there. Above is its beginning.`,
    );
    return cutEnd(text, PREVIEW);
  } catch (error) {
    notes.push(
      `The result has ${length} characters, which is too much, and it could not be saved: ${readableError(error)}. Above is its beginning.`,
    );
    return cutEnd(text, most);
  }
}

function extensionOf(mimeType: string): string {
  const found = /^[\w.+-]+\/(?:x-)?([a-z0-9]{1,8})/i.exec(mimeType)?.[1]?.toLowerCase();
  return found === undefined || found === 'octet' ? 'bin' : found;
}

/** A word of the server that stands among ours. */
const plain = (text: string) => text.replace(/[^\w/.+-]/g, '_').slice(0, 60);
