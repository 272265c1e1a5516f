// Goes through a script as bash may run it: every command that may run, in which folders, with which words.
import type { Because } from '../../contracts/permission.ts';
import { isPlainVariable } from '../commands/shell.ts';
import { afterCommand } from './afterCommand.ts';
import type { Assignment, Redirect, ShellCommand, ShellNode, Word } from './script.ts';
import { copy, either, inputOf, isConditional, MOVES, mentions, type State, UNKNOWN, type Upstream } from './state.ts';
import type { CommandStep, Step, WalkPlace } from './steps.ts';
import { type Arg, readWord } from './words.ts';

/** Longer lists of what may happen are of no use to anyone. */
const MAX_STEPS = 400;
const MAX_VISITS = 4000;
const MAX_VALUES = 40;

/** Undefined when there is too much to go through. */
export async function walk(script: ShellNode, place: WalkPlace): Promise<Step[] | undefined> {
  const walker = new Walker(place);
  try {
    await walker.node(script, { folders: [place.cwd], moved: false, variables: new Map() }, undefined);
  } catch (error) {
    if (error instanceof TooMuch) return undefined;
    throw error;
  }
  return walker.steps;
}

class TooMuch extends Error {}

/** Lives for one walk: it gathers the steps. A node gives back the state of the shell after it. */
class Walker {
  readonly steps: Step[] = [];
  readonly #place: WalkPlace;
  #visits = 0;

  constructor(place: WalkPlace) {
    this.#place = place;
  }

  async node(node: ShellNode, state: State, upstream: Upstream): Promise<State> {
    this.#visits += 1;
    if (this.#visits > MAX_VISITS) throw new TooMuch();
    switch (node.kind) {
      case 'command':
        return this.#command(node, state, upstream);
      case 'pipeline':
        await this.#pipeline(node.parts, state, upstream);
        return state;
      case 'list':
        return this.#list(node, state, upstream);
      case 'subshell':
        await this.#redirects(node.redirects, state);
        await this.node(node.body, copy(state), inputOf(node.redirects, upstream));
        return state;
      case 'group':
        await this.#redirects(node.redirects, state);
        return this.node(node.body, state, inputOf(node.redirects, upstream));
      case 'if':
        await this.#redirects(node.redirects, state);
        return this.#branches(node.parts, state, true);
      case 'while':
      case 'until':
        await this.#redirects(node.redirects, state);
        return this.#loop(node.parts, state);
      case 'for':
        await this.#redirects(node.redirects, state);
        return this.#for(node, state);
      case 'case':
        await this.#redirects(node.redirects, state);
        for (const word of [node.subject, ...node.patterns]) await this.#word(word, state);
        return this.#branches(node.branches, state, false);
    }
  }

  #add(step: Step): void {
    this.steps.push(step);
    if (this.steps.length > MAX_STEPS) throw new TooMuch();
  }

  #unclear(text: string, unclear: Because, { folders, moved }: State): void {
    this.#add({ ...NO_COMMAND, text, folders, moved, unclear });
  }

  /** Also goes through what runs inside the word. */
  async #word(word: Word, state: State): Promise<{ arg: Arg } | { unclear: Because }> {
    const { text, home } = this.#place;
    const folder = state.folders?.length === 1 ? state.folders[0] : undefined;
    const read = readWord(word, { text, home, folder, variables: state.variables });
    for (const body of read.bodies) await this.node(body, copy(state), undefined);
    return read;
  }

  async #command(node: ShellCommand, state: State, upstream: Upstream): Promise<State> {
    const { text: whole } = this.#place;
    const args: Arg[] = [];
    let unclear: Because | undefined;
    for (const word of node.words) {
      const read = await this.#word(word, state);
      if ('unclear' in read) unclear ??= read.unclear;
      args.push('arg' in read ? read.arg : { ...UNKNOWN, text: whole.slice(word.start, word.end) });
    }
    const assignments = await this.#assignments(node.assignments, state);
    const input = await this.#redirects(node.redirects, state);
    if (node.words.length === 0 && node.assignments.length === 0) return state;
    const [name] = args;
    if (name === undefined) {
      unclear ??= { code: 'permissions.shell.assignment', args: { name: node.assignments[0]?.name ?? '' } };
    } else if (name.kind !== 'literal') unclear ??= { code: 'permissions.shell.program', args: { word: name.text } };
    this.#add({
      kind: 'command',
      text: whole.slice(node.start, node.end),
      args,
      assignments,
      folders: state.folders,
      moved: state.moved,
      input,
      upstream: inputOf(node.redirects, upstream),
      ...(unclear === undefined ? {} : { unclear }),
    });
    return afterCommand(args, state, unclear !== undefined, this.#place);
  }

  async #assignments(given: readonly Assignment[], state: State): Promise<CommandStep['assignments']> {
    const done: CommandStep['assignments'] = [];
    for (const { name, append, value } of given) {
      const read = await this.#word(value, state);
      done.push({ name, value: 'arg' in read && !append ? read.arg : undefined });
    }
    return done;
  }

  /** The text that is handed over as input, if any is. */
  async #redirects(redirects: readonly Redirect[], state: State): Promise<string | undefined> {
    let input: string | undefined;
    for (const redirect of redirects) {
      if (redirect.kind === 'heredoc') input = redirect.text;
      if (redirect.kind === 'copy' || redirect.kind === 'heredoc') continue;
      const text = this.#place.text.slice(redirect.start, redirect.end);
      const read = await this.#word(redirect.kind === 'file' ? redirect.target : redirect.word, state);
      if (redirect.kind === 'herestring') {
        if ('arg' in read) input = read.arg.text;
        else this.#unclear(text, read.unclear, state);
        continue;
      }
      const access = redirect.operator === '<' ? 'read' : 'write';
      // A home folder or a variable in the name of a file is asked about: nobody sees where it leads.
      const plain = redirect.target.pieces.every((piece) => piece.kind === 'text' || this.#isOwn(piece, state));
      const stream = 'arg' in read && read.arg.kind === 'stream' && access === 'read';
      if (stream) continue;
      const target = 'arg' in read && plain && read.arg.kind === 'literal' ? read.arg : undefined;
      const unclear = { code: 'permissions.shell.target', args: { redirect: text } };
      this.#add({
        kind: 'redirect',
        text,
        access,
        target,
        folders: state.folders,
        ...(target === undefined ? { unclear } : {}),
      });
    }
    return input;
  }

  #isOwn(piece: Word['pieces'][number], state: State): boolean {
    return piece.kind === 'variable' && state.variables.has(piece.name);
  }

  /** Each part runs in a shell of its own. */
  async #pipeline(parts: readonly ShellNode[], state: State, upstream: Upstream): Promise<void> {
    let before = upstream;
    for (const part of parts) {
      const from = this.steps.length;
      await this.node(part, copy(state), before);
      const made = this.steps.slice(from).filter((step) => step.kind === 'command');
      before = [...(before ?? []), ...(part.kind === 'command' ? made.slice(-1).map((step) => step.args) : [[]])];
    }
  }

  /** Lists joined by `&&` and `||` stop halfway; with `&` behind them they run in a shell of their own. */
  async #list(node: Extract<ShellNode, { kind: 'list' }>, state: State, upstream: Upstream): Promise<State> {
    let current = state;
    let at = 0;
    while (at < node.parts.length) {
      let end = at + 1;
      while (end < node.parts.length && isConditional(node.parts[end]?.joined)) end += 1;
      const beside = end < node.parts.length ? node.parts[end]?.joined === '&' : node.background;
      const after = await this.#conditional(node.parts.slice(at, end), beside ? copy(current) : current, upstream);
      if (!beside) current = after;
      at = end;
    }
    return current;
  }

  async #conditional(
    parts: Extract<ShellNode, { kind: 'list' }>['parts'],
    state: State,
    upstream: Upstream,
  ): Promise<State> {
    let seen = state;
    let current = state;
    for (const [index, { node, joined }] of parts.entries()) {
      const before = joined === '||' ? seen : current;
      const after = await this.node(node, copy(before), upstream);
      current = index === 0 ? after : either(before, after);
      seen = either(seen, after);
    }
    return current;
  }

  /** Any of them may run, and in an `if` each of them after those before it. */
  async #branches(parts: readonly ShellNode[], state: State, inOrder: boolean): Promise<State> {
    let seen = state;
    for (const part of parts) seen = either(seen, await this.node(part, copy(inOrder ? seen : state), undefined));
    return seen;
  }

  /** A second round finds what the first one left. */
  async #loop(parts: readonly ShellNode[], state: State): Promise<State> {
    const start = this.#atAnyRound(parts, state);
    let current = copy(start);
    for (const part of parts) current = await this.node(part, current, undefined);
    return either(start, current);
  }

  #atAnyRound(parts: readonly ShellNode[], state: State): State {
    const moves = parts.some((part) => mentions(part, (word) => MOVES.has(word)));
    const sets = parts.some((part) => mentions(part, (word) => word === 'read'));
    return {
      folders: moves ? undefined : state.folders,
      moved: state.moved || moves,
      // Which ones is not worth telling.
      variables: sets ? new Map([...state.variables.keys()].map((name) => [name, UNKNOWN])) : state.variables,
    };
  }

  async #for(node: Extract<ShellNode, { kind: 'for' }>, state: State): Promise<State> {
    const { variable, words, body } = node;
    let values: Arg[] | undefined = [];
    for (const word of words) {
      const read = await this.#word(word, state);
      // Of text that bash would match with the names on the disk it is not known what it holds.
      const loose = 'arg' in read && read.arg.kind === 'unknown' && !read.arg.whole && read.arg.text !== '"$@"';
      if ('arg' in read && read.arg.kind !== 'stream' && !loose) values?.push(read.arg);
      else values = undefined;
    }
    if (!isPlainVariable(variable)) {
      const because = { code: 'permissions.shell.assignment', args: { name: variable } };
      this.#unclear(this.#place.text.slice(node.start, node.end), because, state);
    }
    const start = this.#atAnyRound([body], state);
    const possible = values === undefined ? [undefined] : values.length === 0 ? [UNKNOWN] : values;
    const tried = possible.length > MAX_VALUES ? [UNKNOWN] : possible;
    const known = new Set<string>();
    let seen = start;
    for (const value of tried) {
      const round = copy(start);
      if (value === undefined) round.variables.delete(variable);
      else round.variables.set(variable, value);
      const from = this.steps.length;
      seen = either(seen, await this.node(body, round, undefined));
      // What does not depend on the value is told once.
      const fresh = this.steps.splice(from).filter((step) => {
        const key = JSON.stringify(step);
        return !known.has(key) && known.add(key) !== undefined;
      });
      this.steps.push(...fresh);
    }
    const variables = new Map(seen.variables);
    variables.delete(variable);
    return { ...seen, variables };
  }
}

const NO_COMMAND = {
  kind: 'command' as const,
  args: [],
  assignments: [],
  input: undefined,
  upstream: undefined,
};
