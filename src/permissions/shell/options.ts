// Takes a command line apart by a declared list of options; an option that is not on the list is not understood.

export type OptionTable = {
  /** Short options without a value, as letters. */
  flags?: string;
  /** Short options with a value, attached or in the next word. */
  valued?: string;
  /** Short options whose value, if any, is attached. */
  attached?: string;
  /** Long options: `all`, `width=` (value after `=` or in the next word), `color[=]` (value after `=` only, if at all). */
  long?: readonly string[];
  /** `-5` stands for a number of lines. */
  number?: boolean;
};

export type Options = {
  operands: string[];
  /** Short letters and long names as they were written, without dashes. */
  given: Set<string>;
  values: Map<string, string[]>;
};

/** The words of a text, for lists that are easier to read as one. */
export function names(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}

/**
 * `words` is the command line without the program. Options may stand between operands; `--` ends them. Undefined when an
 * option is not in the table, unless the call is `lenient`: then it counts as one without a value.
 */
export function parseOptions(words: readonly string[], table: OptionTable, lenient = false): Options | undefined {
  const parsed: Options = { operands: [], given: new Set(), values: new Map() };
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word === '--') {
      parsed.operands.push(...words.slice(at + 1));
      return parsed;
    }
    if (word === '-' || !word.startsWith('-')) {
      parsed.operands.push(word);
    } else if (table.number && /^-\d+$/.test(word)) {
      parsed.given.add('number');
    } else {
      const used = word.startsWith('--')
        ? long(word.slice(2), words[at + 1], table, parsed)
        : short(word.slice(1), words[at + 1], table, parsed, lenient);
      if (used === undefined && !lenient) return undefined;
      at += used ?? 0;
    }
  }
  return parsed;
}

/** How many of the next words were used, or undefined. */
function long(text: string, next: string | undefined, table: OptionTable, parsed: Options): number | undefined {
  const equals = text.indexOf('=');
  const name = equals < 0 ? text : text.slice(0, equals);
  const value = equals < 0 ? undefined : text.slice(equals + 1);
  const known = table.long ?? [];
  if (value === undefined) {
    if (known.includes(name) || known.includes(`${name}[=]`)) return note(parsed, name);
    if (!known.includes(`${name}=`) || next === undefined) return undefined;
    return note(parsed, name, next, 1);
  }
  return known.includes(`${name}=`) || known.includes(`${name}[=]`) ? note(parsed, name, value, 0) : undefined;
}

function short(
  letters: string,
  next: string | undefined,
  table: OptionTable,
  parsed: Options,
  lenient: boolean,
): number | undefined {
  for (let at = 0; at < letters.length; at += 1) {
    const letter = letters[at] ?? '';
    const rest = letters.slice(at + 1);
    if (table.attached?.includes(letter)) return note(parsed, letter, rest, 0);
    if (table.valued?.includes(letter)) {
      if (rest !== '') return note(parsed, letter, rest, 0);
      return next === undefined ? undefined : note(parsed, letter, next, 1);
    }
    if (!lenient && !table.flags?.includes(letter)) return undefined;
    note(parsed, letter);
  }
  return 0;
}

function note(parsed: Options, name: string, value?: string, used = value === undefined ? 0 : 1): number {
  parsed.given.add(name);
  if (value !== undefined) parsed.values.set(name, [...(parsed.values.get(name) ?? []), value]);
  return used;
}
