// What a server says of a tool now and did not say when it was approved, field by field: each side is an argument of its own,
// so that no text of a server can pass for the other side.
import type { Because } from '../../contracts/permission.ts';

/** `input` and `hints` are JSON. */
export type ToolWords = { description: string; input: string; hints: string };

/** Characters of one side, and of all sides together. */
const SIDE = 4000;
const ALL = 20_000;
const NAME = 200;
/** Of what is the same in front of a change, where a side is too long to be shown whole. */
const LEAD = 200;

/** `before:FIELD` and `now:FIELD` of each field that differs; `more` counts those for which there is no room. */
export function toolDifference(tool: string, before: ToolWords | undefined, now: ToolWords): Because {
  if (before === undefined)
    return { code: 'mcp.config.toolNew', args: { tool, 'now:description': around(now.description, '')[0] } };
  const [old, fresh] = [fieldsOf(before), fieldsOf(now)];
  const changed = [...new Set([...old.keys(), ...fresh.keys()])].filter((name) => old.get(name) !== fresh.get(name));
  if (changed.length === 0) return { code: 'mcp.tool.changed', args: { tool } };
  const args: Record<string, string> = { tool };
  let room = ALL;
  let more = 0;
  for (const name of changed) {
    const [from, to] = around(old.get(name) ?? '', fresh.get(name) ?? '');
    const shown = name.length > NAME ? `${name.slice(0, NAME)}…` : name;
    room -= shown.length + from.length + to.length;
    if (room < 0 || `before:${shown}` in args || `now:${shown}` in args) {
      more++;
      continue;
    }
    if (old.has(name)) args[`before:${shown}`] = from;
    if (fresh.has(name)) args[`now:${shown}`] = to;
  }
  return { code: 'mcp.config.toolChanged', args: { ...args, ...(more === 0 ? {} : { more: String(more) }) } };
}

function fieldsOf({ description, input, hints }: ToolWords): Map<string, string> {
  const fields = new Map([['description', description]]);
  addLeaves('input', parsed(input), fields);
  addLeaves('hints', parsed(hints), fields);
  return fields;
}

function addLeaves(name: string, value: unknown, fields: Map<string, string>): void {
  const isLeaf = typeof value !== 'object' || value === null || Object.keys(value).length === 0;
  if (isLeaf || (Array.isArray(value) && value.every((one) => typeof one !== 'object'))) {
    fields.set(name, typeof value === 'string' && !looksLikeJson(value) ? value : JSON.stringify(value));
    return;
  }
  for (const [key, inner] of Object.entries(value))
    addLeaves(Array.isArray(value) ? `${name}[${key}]` : `${name}.${key}`, inner, fields);
}

/** A text that says what a number, a yes or a list would say stands in quotes. */
const looksLikeJson = (text: string) => /^(?:true|false|null|-?\d[\d.eE+-]*|["[{][\s\S]*)$/.test(text);

/** Both texts whole, or from shortly before the place where they part. */
function around(a: string, b: string): [string, string] {
  let same = 0;
  while (same < a.length && same < b.length && a[same] === b[same]) same++;
  const from = Math.max(a.length, b.length) > SIDE ? Math.max(0, same - LEAD) : 0;
  const cut = (text: string) =>
    `${from > 0 ? '…' : ''}${text.slice(from, from + SIDE)}${text.length > from + SIDE ? '…' : ''}`;
  return [cut(a), cut(b)];
}

/** What is kept is a file, which may have been changed. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}
