// Prompts of servers as commands that are typed: `/mcp__server__prompt first "second one"`.
import type { ServerPrompt } from '../../contracts/mcp.ts';
import { fuzzyScore } from '../../util/fuzzy.ts';
import { cutEnd } from '../../util/truncate.ts';
import { nameInTools } from '../approval.ts';
import type { Connections } from '../connection/connections.ts';
import { complete, getPrompt, type PromptMessage } from '../connection/offers.ts';
import type { ServerConnection } from '../connection/serverConnection.ts';

/** `text` takes the place of all that was typed; `open`: it is to be gone on with. */
export type PromptSuggestion = { name: string; text: string; description: string; argument?: string };
export type FoundPrompt = {
  connection: ServerConnection;
  command: string;
  prompt: ServerPrompt;
  /** What was typed, by the names of the arguments. */
  given: Record<string, string>;
  missing: Array<{ name: string; description?: string }>;
};

const SHOWN = 30;
const LABEL = 300;

type Servers = Pick<Connections, 'all'>;

/** For a text that begins with a slash, up to the cursor: names of prompts, or values of the argument that is being typed. */
export async function suggestPrompts(
  typed: string,
  servers: Servers,
  signal?: AbortSignal,
): Promise<PromptSuggestion[]> {
  const name = /^\/([\w-]*)$/.exec(typed)?.[1];
  if (name !== undefined) return namesLike(name, servers);
  const found = findPrompt(typed, servers);
  if (found === undefined) return [];
  const words = wordsOf(typed.slice(found.command.length + 1));
  const at = /\s$/.test(typed) && !isQuoteOpen(typed) ? words.length : words.length - 1;
  const argument = found.prompt.arguments?.[at];
  if (argument === undefined || at < 0) return [];
  const value = words[at] ?? '';
  const known = { ...found.given };
  delete known[argument.name];
  const values = await complete(
    found.connection,
    { prompt: found.prompt.name },
    { name: argument.name, value },
    known,
    signal,
  );
  const before = [`/${found.command}`, ...words.slice(0, at).map(quoted)].join(' ');
  return values.slice(0, SHOWN).map((one) => ({
    name: cutEnd(one, LABEL),
    text: `${before} ${quoted(one)} `,
    description: cutEnd(argument.description ?? argument.name, LABEL),
  }));
}

/** Undefined when the text is no such command, or no server has the prompt now. */
export function findPrompt(typed: string, servers: Servers): FoundPrompt | undefined {
  const command = /^\/(mcp__[\w-]+)(?=\s|$)/.exec(typed)?.[1];
  const found = command === undefined ? undefined : commands(servers).get(command);
  if (command === undefined || found === undefined) return undefined;
  const declared = found.prompt.arguments ?? [];
  const words = wordsOf(typed.slice(command.length + 1));
  const given: Record<string, string> = {};
  for (const [at, { name }] of declared.entries()) {
    // More words than arguments belong to the last one.
    const value = at === declared.length - 1 ? words.slice(at).join(' ') : words[at];
    if (value !== undefined && value !== '') given[name] = value;
  }
  const missing = declared.flatMap(({ name, description, required }) =>
    required === true && given[name] === undefined
      ? [{ name, ...(description === undefined ? {} : { description: cutEnd(description, LABEL) }) }]
      : [],
  );
  return { ...found, command, given, missing };
}

/** Rejects as `request` does. */
export function fetchPrompt(
  { connection, prompt, given }: FoundPrompt,
  more: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<PromptMessage[]> {
  return getPrompt(connection, prompt.name, { ...given, ...more }, signal);
}

function namesLike(name: string, servers: Servers): PromptSuggestion[] {
  return [...commands(servers)]
    .flatMap(([command, { prompt }]) => {
      const score = fuzzyScore(name, command);
      return score === undefined ? [] : [{ score, command, prompt }];
    })
    .sort((a, b) => b.score - a.score || (a.command < b.command ? -1 : 1))
    .slice(0, SHOWN)
    .map(({ command, prompt }) => {
      const declared = prompt.arguments ?? [];
      const argument = declared.map((one) => (one.required === true ? one.name : `[${one.name}]`)).join(' ');
      const title = [prompt.title, prompt.description].filter((part) => part !== undefined && part !== '').join(': ');
      return {
        name: `/${command}`,
        text: `/${command}${declared.length > 0 ? ' ' : ''}`,
        description: cutEnd(title === '' ? prompt.name : title, LABEL),
        ...(argument === '' ? {} : { argument: cutEnd(argument, LABEL) }),
      };
    });
}

/** Of two that would be called the same the first is meant. */
function commands(servers: Servers): Map<string, { connection: ServerConnection; prompt: ServerPrompt }> {
  const found = new Map<string, { connection: ServerConnection; prompt: ServerPrompt }>();
  for (const connection of servers.all()) {
    const part = nameInTools(connection.definition.name);
    for (const prompt of connection.catalog().prompts) {
      const command = `mcp__${part}__${nameInTools(prompt.name)}`;
      if (!found.has(command)) found.set(command, { connection, prompt });
    }
  }
  return found;
}

/** Quotes keep blanks together; one that is not closed goes to the end. */
function wordsOf(text: string): string[] {
  return [...text.matchAll(/"([^"]*)"?|(\S+)/g)].map(([, inQuotes, plain]) => inQuotes ?? plain ?? '');
}

function isQuoteOpen(text: string): boolean {
  return (text.match(/"/g)?.length ?? 0) % 2 === 1;
}

const quoted = (text: string) => (/^[^\s"]+$/.test(text) ? text : `"${text.replaceAll('"', "'")}"`);
