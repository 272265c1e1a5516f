// Finds deny and ask rules in a text that only resembles JSON: keys without quotes, other quotes, a bracket too few.
import type { Behavior } from '../contracts/permission.ts';

/** `offset` counts UTF-16 units. */
export type Recovered = { behavior: Exclude<Behavior, 'allow'>; text: string; offset: number };

type Token = { kind: 'text' | 'mark'; text: string; offset: number };

/** Also a rule without quotes, `Bash(rm:*)`. The length is bounded: a hostile file may hold a bracket in every place. */
const TOKEN = new RegExp(
  [
    /(?<gap>\s+|\/\/[^\r\n]*|\/\*[\s\S]*?(?:\*\/|$))/,
    /"(?<double>(?:\\[^\r\n]|[^"\\\r\n])*)("|(?=[\r\n]|\\?$))/,
    /'(?<single>(?:\\[^\r\n]|[^'\\\r\n])*)('|(?=[\r\n]|\\?$))/,
    /[“”](?<curly>[^“”\r\n]*)([“”]|(?=[\r\n]|$))/,
    /(?<bare>\w+(?:\([^(\r\n]{0,200}?\)(?=\s{0,200}(?:[,\]}"'”]|$)|[\r\n]))?)/,
    /(?<mark>[\s\S])/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'y',
);
const NO_RULE = /^(true|false|null|\d+)$/;

/** Whatever object they stand in: more rules of these kinds can only hold back. */
export function recoverRules(text: string): Recovered[] {
  const tokens = tokensOf(text);
  const found: Recovered[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const behavior = behaviorOf(tokens[at]);
    if (behavior === undefined) continue;
    const colon = isMark(tokens[at + 1], ':=');
    const list = isMark(tokens[at + (colon ? 2 : 1)], '[');
    if (!colon && !list) continue;
    at += Number(colon) + Number(list);
    for (let token = tokens[at + 1]; token !== undefined && !ends(token, tokens[at + 2]); token = tokens[at + 1]) {
      at += 1;
      // What follows an open bracket is a part of something that could not be read.
      if (token.kind === 'text' && !isMark(tokens[at - 1], '('))
        found.push({ behavior, text: token.text, offset: token.offset });
      if (!list) break;
    }
  }
  return found;
}

function behaviorOf(token: Token | undefined): Recovered['behavior'] | undefined {
  return token?.kind === 'text' ? (['deny', 'ask'] as const).find((word) => word === token.text) : undefined;
}

/** A list ends at its bracket or, where that was forgotten, at the next key. */
function ends(token: Token, next: Token | undefined): boolean {
  return isMark(token, ']}') || (token.kind === 'text' && isMark(next, ':='));
}

function isMark(token: Token | undefined, marks: string): boolean {
  return token?.kind === 'mark' && marks.includes(token.text);
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null && match[0] !== ''; match = TOKEN.exec(text)) {
    const { gap, double, single, curly, bare } = match.groups ?? {};
    const { index: offset } = match;
    if (gap !== undefined) continue;
    const quoted = double ?? single ?? curly;
    if (quoted !== undefined) {
      // Where the quote that ends a text was forgotten, what closes the list is none of it.
      const closed = /["'“”]$/.test(match[0].slice(1));
      const whole = (closed ? quoted : quoted.replace(/[\]}\s,]{1,100}$/, '')).replace(/[\s,]{1,100}$/, '');
      tokens.push({ kind: 'text', text: unescaped(whole), offset });
    } else if (bare === undefined) tokens.push({ kind: 'mark', text: match[0], offset });
    // A name that more belongs to would say more than was meant.
    else if (!NO_RULE.test(bare) && text[TOKEN.lastIndex] !== '(') tokens.push({ kind: 'text', text: bare, offset });
  }
  return tokens;
}

function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, code?: string, character?: string) =>
    code === undefined ? (character ?? '') : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
