// What is offered at the cursor while a person types: commands, prompts of servers, and what can be mentioned.
import type { RefObject } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { CommandSuggestion, Mention } from '../../src/protocol.ts';
import { type SlashCommand, slashCommands } from '../commands.ts';
import { type Completion, completionAt } from '../mentions.ts';
import { usePage, useSelect } from '../page.ts';

const QUERY_AFTER_MS = 60;
/** A server is asked for values of an argument. */
const ARGUMENT_AFTER_MS = 200;

export type Completing = {
  commands: readonly SlashCommand[];
  /** Of servers; behind the commands. */
  prompts: readonly CommandSuggestion[];
  files: readonly Mention[];
  /** There is something to choose from. */
  isOpen: boolean;
  /** -1: nothing is chosen by itself. */
  active: number;
  setActive(index: number): void;
  /** The text or the cursor is another. */
  look(): void;
  choose(index: number): void;
  /** Whether the key was meant for the list. */
  takeKey(event: KeyboardEvent): boolean;
  close(): void;
  /** What was last asked for is not waited for any more. */
  stopAsking(): void;
};

/** `from`: where in the text what was chosen begins. */
type Chosen = {
  command(command: SlashCommand): void;
  prompt(prompt: CommandSuggestion): void;
  file(file: Mention, from: number): void;
};

export function useCompletion(area: RefObject<HTMLTextAreaElement | null>, chosen: Chosen): Completing {
  const page = usePage();
  const mentions = useSelect((state) => state.mentions);
  const served = useSelect((state) => state.commands);
  const query = useRef<number>(undefined);
  const [completion, setCompletion] = useState<Completion>();
  const [active, setActive] = useState(0);

  const commands = completion?.sign === '/' ? slashCommands(completion.query) : [];
  const prompts =
    completion?.sign === '/' && served?.query === `/${completion.query}`
      ? served.items.filter(({ text }) => text.trimEnd() !== served.query)
      : [];
  const files = completion?.sign === '@' ? (mentions?.items ?? []) : [];
  const choices = completion?.sign === '/' ? commands.length + prompts.length : files.length;

  function look(): void {
    const element = area.current;
    if (!element) return;
    const found =
      element.selectionStart === element.selectionEnd ? completionAt(element.value, element.selectionStart) : undefined;
    const same =
      found?.sign === completion?.sign && found?.query === completion?.query && found?.from === completion?.from;
    if (same) return;
    setCompletion(found);
    // Of what an argument may be, nothing is chosen by itself: what was typed counts.
    setActive(found && isArgument(found) ? -1 : 0);
    stopAsking();
    if (found === undefined) return;
    const { sign, query: typed } = found;
    const ask = () =>
      page.post(sign === '@' ? { type: 'mentionQuery', query: typed } : { type: 'commandQuery', query: `/${typed}` });
    query.current = window.setTimeout(ask, isArgument(found) ? ARGUMENT_AFTER_MS : QUERY_AFTER_MS);
  }

  function choose(index: number): void {
    if (!completion) return;
    const command = commands[index];
    const prompt = prompts[index - commands.length];
    const file = files[index];
    setCompletion(undefined);
    if (command) chosen.command(command);
    else if (prompt) chosen.prompt(prompt);
    else if (file) chosen.file(file, completion.from);
  }

  function takeKey(event: KeyboardEvent): boolean {
    if (!completion || choices === 0) return false;
    if (event.key === 'ArrowDown') setActive((active + 1) % choices);
    else if (event.key === 'ArrowUp') setActive(active <= 0 ? choices - 1 : active - 1);
    else if (event.key === 'Tab' && !event.shiftKey) choose(Math.max(0, active));
    else if (event.key === 'Enter' && !event.shiftKey && active >= 0) choose(active);
    else if (event.key === 'Escape') setCompletion(undefined);
    else return false;
    return true;
  }

  function stopAsking(): void {
    window.clearTimeout(query.current);
  }

  return {
    commands,
    prompts,
    files,
    isOpen: completion !== undefined && choices > 0,
    active,
    setActive,
    look,
    choose,
    takeKey,
    close: () => setCompletion(undefined),
    stopAsking,
  };
}

/** A command with something behind it. */
function isArgument({ sign, query }: Completion): boolean {
  return sign === '/' && /\s/.test(query);
}
