// Which tools fit what was asked for: by name before description, in an order that is always the same.
import type { AnyTool } from '../../contracts/tool.ts';

const WORDS = /[\p{L}\p{N}]+/gu;

/** Best first. `select:` and names gives exactly these, as far as they are there. */
export function bestTools(query: string, tools: readonly AnyTool[], most: number): AnyTool[] {
  const selected = /^\s*select:(.*)$/is.exec(query)?.[1];
  if (selected !== undefined) {
    const names = new Set(selected.split(/[\s,]+/).filter((name) => name !== ''));
    return tools.filter(({ name }) => names.has(name));
  }
  const words = [...new Set(wordsOf(query))];
  const whole = query.trim().toLowerCase();
  return tools
    .map((tool) => ({ tool, score: scoreOf(tool, words, whole) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || (a.tool.name < b.tool.name ? -1 : 1))
    .slice(0, most)
    .map(({ tool }) => tool);
}

function scoreOf({ name, description, input }: AnyTool, words: readonly string[], whole: string): number {
  const lower = name.toLowerCase();
  if (lower === whole) return Number.MAX_SAFE_INTEGER;
  const parts = new Set(wordsOf(name));
  const said = description.toLowerCase();
  const saidWords = new Set(wordsOf(description));
  const { properties } = input.json;
  const fields = typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
  const fieldWords = new Set(fields.flatMap(wordsOf));
  let score = 0;
  for (const word of words) {
    if (parts.has(word)) score += 12;
    else if (lower.includes(word)) score += 8;
    if (saidWords.has(word)) score += 4;
    else if (word.length > 2 && said.includes(word)) score += 2;
    if (fieldWords.has(word)) score += 1;
  }
  return score;
}

/** `listPullRequests` and `list_pull_requests` are three words each. */
function wordsOf(text: string): string[] {
  const apart = text.replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2').toLowerCase();
  return apart.match(WORDS) ?? [];
}
