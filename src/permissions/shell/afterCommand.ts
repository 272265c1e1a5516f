// What a command does to the shell it runs in: its variables and its folder.
import { readVariables } from '../commands/shell.ts';
import { limited, type State, UNKNOWN } from './state.ts';
import type { WalkPlace } from './steps.ts';
import type { Arg } from './words.ts';

export async function afterCommand(
  args: readonly Arg[],
  state: State,
  unclear: boolean,
  place: WalkPlace,
): Promise<State> {
  const words = args.map((arg) => (arg.kind === 'literal' ? arg.text : undefined));
  // All three run what follows in this shell.
  while (['command', 'builtin', 'time'].includes(words[0] ?? '')) words.splice(0, words[1] === '-p' ? 2 : 1);
  const [name, ...rest] = words;
  if (name === 'read') {
    const literal = rest.filter((word) => word !== undefined);
    const set = literal.length === rest.length ? readVariables(literal) : undefined;
    const variables = new Map(set === undefined ? [] : state.variables);
    for (const variable of set ?? []) variables.set(variable, UNKNOWN);
    return { ...state, variables };
  }
  if (name !== 'cd' && name !== 'pushd' && name !== 'popd' && !(unclear && name === undefined)) return state;
  const to = rest[0] === '--' ? rest.slice(1) : rest;
  const [target] = to;
  const known = name === 'cd' && to.length === 1 && target !== undefined && target !== '' && !target.startsWith('-');
  if (!known || state.folders === undefined) return { ...state, folders: undefined, moved: true };
  const folders = new Set<string>();
  for (const folder of state.folders) {
    const next = place.resolve(folder, target);
    folders.add(next);
    const enters = await place.canEnter(next);
    if (enters === false) folders.add(folder);
    if (enters === true || !/(^|\/)\.\.(\/|$)/.test(target)) continue;
    // `cd link/../x` goes by the name, and where that is not there, through the link.
    const [through, byName] = [await place.follow(`${folder}/${target}`), await place.follow(next)];
    if (through === undefined) return { ...state, folders: undefined, moved: true };
    if (through !== byName) folders.add(through);
  }
  return { ...state, folders: limited(folders), moved: true };
}
