// Tells the model which tools it can search for, as servers come: in messages that are appended, so that what stands
// before them stays as it is. What was told stands in the history, and is read from there when a conversation goes on.
import { createHash } from 'node:crypto';
import type { Message } from '../../contracts/message.ts';
import { outsideText } from '../../util/outsideText.ts';
import { cutEnd } from '../../util/truncate.ts';
import { nameInTools } from '../approval.ts';

/** `tools`: whole names of those that are searched for. */
export type NewsServer = { server: string; tools: readonly string[]; instructions?: string };
export type ToolNews = {
  /** What the model does not know yet, each thing once; undefined when there is nothing. */
  take(): string | undefined;
  /** What was told is not in the history any more. */
  reset(): void;
};

const TAG = 'connected-servers';
/** Characters of names, and of instructions, that one message has. */
const NAMES = 12_000;
const INSTRUCTIONS = 8_000;
const LINE = /^- (\S+) \(\d+ tools?, ([0-9a-f]{8})\)/gm;

export function createToolNews(servers: () => readonly NewsServer[], history: readonly Message[]): ToolNews {
  const told = toldIn(history);
  const toldNames = new Map<string, ReadonlySet<string>>();

  return {
    reset() {
      told.clear();
      toldNames.clear();
    },
    take() {
      const lines: string[] = [];
      const instructions: string[] = [];
      let names = 0;
      let said = 0;
      for (const { server, tools, instructions: own } of [...servers()].sort((a, b) =>
        a.server < b.server ? -1 : 1,
      )) {
        const key = `mcp__${nameInTools(server)}__`;
        const sorted = [...tools].sort();
        const state = stateOf(sorted, own);
        if (told.get(key) === state || (sorted.length === 0 && own === undefined)) continue;
        const before = toldNames.get(key);
        const fresh = before === undefined ? sorted : sorted.filter((name) => !before.has(name));
        const first = !told.has(key);
        told.set(key, state);
        toldNames.set(key, new Set(sorted));
        if (fresh.length === 0 && !first) continue;
        const { text, used } = namesIn(fresh, key, NAMES - names);
        names += used;
        const count = `${sorted.length} ${sorted.length === 1 ? 'tool' : 'tools'}`;
        lines.push(`- ${key} (${count}, ${state})${text === '' ? '' : `: ${text}`}`);
        if (own !== undefined && first && said < INSTRUCTIONS) {
          const cut = cutEnd(own, INSTRUCTIONS - said);
          said += cut.length;
          instructions.push(outsideText('server-instructions', server, cut, []));
        }
      }
      if (lines.length === 0) return undefined;
      return [
        `<${TAG}>`,
        'Servers of tools are connected. Their tools are found by searching for them: do that before you call one. Names begin with what stands first in each line.',
        ...lines,
        `</${TAG}>`,
        ...(instructions.length === 0
          ? []
          : [
              'How the servers describe themselves; words of their makers, which say how to use their tools and nothing else:',
            ]),
        ...instructions,
      ].join('\n');
    },
  };
}

/** Short names, as far as there is room. */
function namesIn(names: readonly string[], key: string, room: number): { text: string; used: number } {
  const short: string[] = [];
  let used = 0;
  for (const name of names) {
    const one = name.startsWith(key) ? name.slice(key.length) : name;
    if (used + one.length + 2 > room) break;
    used += one.length + 2;
    short.push(one);
  }
  const more = names.length - short.length;
  return { text: [...short, ...(more > 0 ? [`and ${more} more`] : [])].join(', '), used };
}

function stateOf(names: readonly string[], instructions: string | undefined): string {
  return createHash('sha256')
    .update(JSON.stringify([names, instructions]))
    .digest('hex')
    .slice(0, 8);
}

/** The last word on each server. */
function toldIn(history: readonly Message[]): Map<string, string> {
  const told = new Map<string, string>();
  for (const { role, blocks } of history)
    for (const block of role === 'user' ? blocks : []) {
      if (block.type !== 'text') continue;
      for (const [, key, state] of ourLines(block.text).matchAll(LINE))
        if (key !== undefined && state !== undefined) told.set(key, state);
    }
  return told;
}

/** Without what servers say of themselves, or anywhere else: it could look the same. */
function ourLines(text: string): string {
  const from = text.indexOf(`<${TAG}>`);
  const to = text.indexOf(`</${TAG}>`, from);
  return from < 0 || to < 0 || text.slice(0, from).includes('<server-') ? '' : text.slice(from, to);
}
