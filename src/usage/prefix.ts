// What the service may find of a request in its cache: the parts of the body in the order in which they count, each known
// by a hash, so that the first one that changed has a name.
import { createHash } from 'node:crypto';
import type { CacheCause } from '../contracts/usage.ts';
import { sameContent } from './sameContent.ts';
import type { WireBlock, WireBody } from './wireBody.ts';

/** `weight`: tokens by a rough count. `marked`: the service is asked to keep all up to here. */
type Part = { hash: string; weight: number; marked: boolean };
export type Prefix = {
  model: string;
  /** Thinking and effort. A change of them parts the cache behind the system prompt. */
  thinking: string;
  tools: Array<Part & { name: string }>;
  system: Part[];
  /** The blocks of all messages; `message` counts from 1. */
  blocks: Array<Part & { message: number }>;
  /** How long the service keeps what it is asked to, ms; undefined when it is not asked to. */
  keptMs: number | undefined;
};

const MINUTES = 60_000;
const BYTES_PER_TOKEN = 3.2;
const IMAGE_TOKENS = 1600;
const DOCUMENT_BYTES_PER_TOKEN = 10;

/** A body that was sent, and what it came to. Nothing in it may change any more. */
export type Known = { body: WireBody; prefix: Prefix };
export type Digest = (label: string, text: string) => string;

const sha1: Digest = (label, text) => createHash('sha1').update(label).update(text).digest('base64');

/** What stands in `known` at the same place is not hashed again. */
export function prefixOf(body: WireBody, known?: Known, digest = sha1): Prefix {
  let kept: number | undefined;
  const part = <More>(label: string, block: WireBlock, more: More, old?: WireBlock, was?: Part & More): Part & More => {
    const { cache_control: marker } = block;
    const marked = marker !== undefined;
    if (marked) kept = isHour(marker) ? 60 * MINUTES : 5 * MINUTES;
    if (old && was && sameContent(old, block)) return was.marked === marked ? was : { ...was, marked };
    const { cache_control: _, ...content } = block;
    const text = JSON.stringify(content);
    return { hash: digest(label, text), weight: weigh(content, text), marked, ...more };
  };
  const list = (label: string, now: readonly WireBlock[], old: readonly WireBlock[] = [], was: readonly Part[] = []) =>
    now.map((block, index) => part(label, block, {}, old[index], was[index]));

  const shownBefore = shown(known?.body);
  const tools = shown(body).map((tool, index) =>
    part('tool', tool, { name: String(tool['name']) }, shownBefore[index], known?.prefix.tools[index]),
  );
  const system = list('system', body.system ?? [], known?.body.system, known?.prefix.system);
  const blocks: Prefix['blocks'] = [];
  let first = 0;
  for (const [index, { role, content }] of body.messages.entries()) {
    const old = known?.body.messages[index];
    for (const [at, block] of content.entries()) {
      const was = old?.role === role ? known?.prefix.blocks[first + at] : undefined;
      blocks.push(part(role, block, { message: index + 1 }, old?.content[at], was));
    }
    first += old?.content.length ?? 0;
  }
  return {
    model: body.model,
    thinking: JSON.stringify([body.thinking, body.output_config]),
    tools,
    system,
    blocks,
    keptMs: kept,
  };
}

/** The first thing in which the second differs, as far as the first goes; undefined when it only goes on. */
export function firstChange(before: Prefix, now: Prefix): CacheCause | undefined {
  if (before.model !== now.model) return { kind: 'model' };
  const tool = changedTool(before.tools, now.tools);
  if (tool) return tool;
  if (hashes(before.system) !== hashes(now.system)) return { kind: 'system' };
  if (before.thinking !== now.thinking) return { kind: 'thinking' };
  const at = before.blocks.findIndex((block, index) => !sameHash(block, now.blocks[index]));
  const block = before.blocks[at];
  if (!block) return undefined;
  // Memory and environment stand in front of the first prompt, in a block of their own.
  if (at === 0 && before.blocks[1]?.message === 1) return { kind: 'context' };
  return { kind: 'message', number: block.message };
}

/** Of the weight of the first how much the second begins with, up to a place that the service was asked to keep. */
export function sharedWeight(before: Prefix, now: Prefix): number {
  if (before.model !== now.model) return 0;
  let sum = 0;
  let kept = 0;
  const walk = (mine: readonly Part[], theirs: readonly Part[]): boolean => {
    for (const [index, part] of mine.entries()) {
      if (!sameHash(part, theirs[index])) return false;
      sum += part.weight;
      if (part.marked) kept = sum;
    }
    return true;
  };
  const same =
    walk(before.tools, now.tools) &&
    before.tools.length === now.tools.length &&
    walk(before.system, now.system) &&
    before.thinking === now.thinking;
  if (same) walk(before.blocks, now.blocks);
  return kept;
}

export function weightOf({ tools, system, blocks }: Prefix): number {
  const sum = (parts: readonly Part[]) => parts.reduce((total, { weight }) => total + weight, 0);
  return sum(tools) + sum(system) + sum(blocks);
}

function changedTool(before: Prefix['tools'], now: Prefix['tools']): CacheCause | undefined {
  const length = Math.max(before.length, now.length);
  for (let index = 0; index < length; index++) {
    const old = before[index];
    const one = now[index];
    if (old?.hash === one?.hash) continue;
    if (old && one && old.name === one.name) return { kind: 'tool', name: one.name, how: 'changed' };
    if (old && !now.some(({ name }) => name === old.name)) return { kind: 'tool', name: old.name, how: 'removed' };
    if (one && !before.some(({ name }) => name === one.name)) return { kind: 'tool', name: one.name, how: 'added' };
    return { kind: 'tool', name: (one ?? old)?.name ?? '', how: 'moved' };
  }
  return undefined;
}

function hashes(parts: readonly Part[]): string {
  return parts.map(({ hash }) => hash).join();
}

function sameHash(one: Part, other: Part | undefined): boolean {
  return one === other || one.hash === other?.hash;
}

/** Those that are left to be searched for are no part of what is kept. */
function shown(body: WireBody | undefined): WireBlock[] {
  return (body?.tools ?? []).filter((tool) => tool['defer_loading'] !== true);
}

function isHour(marker: unknown): boolean {
  return typeof marker === 'object' && marker !== null && 'ttl' in marker && marker.ttl === '1h';
}

/** Pictures and documents are not counted by the letters that carry them. */
function weigh(block: WireBlock, text: string): number {
  let carried = 0;
  let media = 0;
  const look = (one: unknown) => {
    if (typeof one !== 'object' || one === null) return;
    if ('source' in one && typeof one.source === 'object' && one.source !== null && 'data' in one.source) {
      const { length } = String(one.source.data);
      carried += length;
      const document = 'type' in one && one.type === 'document';
      media += document ? Math.max(IMAGE_TOKENS, length / DOCUMENT_BYTES_PER_TOKEN) : IMAGE_TOKENS;
    }
    if ('content' in one && Array.isArray(one.content)) one.content.forEach(look);
  };
  look(block);
  return (Buffer.byteLength(text) - carried) / BYTES_PER_TOKEN + media;
}
