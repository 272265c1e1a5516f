// Whether a rule can speak of a call at all, by a look at its letters: spares the engine rules for something else.
import type { Rule } from '../../contracts/permission.ts';
import { parseRule, type RuleMeaning } from '../rules/rules.ts';
import type { Witness } from './witness.ts';

type Where = { root: string; home: string };

/** Yes when in doubt. Ask for one call after the other: each is read once. */
export function createMaySpeakOf({ root, home }: Where): (witness: Witness) => (rule: Rule) => boolean {
  const places = folded(`${root}/${home}/_`);
  const readRules = new WeakMap<Rule, Reach[]>();
  const reachesOf = (rule: Rule): Reach[] => {
    const known = readRules.get(rule);
    if (known !== undefined) return known;
    const fresh = parseRule(rule).meanings.map((meaning) => reachOf(meaning, rule));
    readRules.set(rule, fresh);
    return fresh;
  };
  return (witness) => {
    const { kind, text, plain } = readWitness(witness, places);
    return (rule) =>
      reachesOf(rule).some(
        ({ kinds, pieces }) => kinds.includes(kind) && (!plain || pieces.every((piece) => text.includes(piece))),
      );
  };
}

type Kind = 'command' | 'path' | 'host' | 'other';
/** The kinds of calls that a rule is about, and what the text of every such call holds. */
type Reach = { kinds: readonly Kind[]; pieces: string[] };

function reachOf(meaning: RuleMeaning, { behavior }: Rule): Reach {
  const pieces = literals(meaning);
  switch (meaning.kind) {
    case 'command':
      return { kinds: ['command'], pieces };
    case 'path':
      // Deny and ask rules for paths hold for commands as well.
      return { kinds: behavior === 'allow' ? ['path'] : ['path', 'command'], pieces };
    case 'host':
      return { kinds: ['host'], pieces };
    default:
      return { kinds: ['command', 'path', 'host', 'other'], pieces };
  }
}

/** `plain`: all that the call names stands in it letter by letter. */
type Text = { kind: Kind; text: string; plain: boolean };

function readWitness({ actions: [action] }: Witness, places: string): Text {
  if (action?.kind === 'run')
    return {
      kind: 'command',
      text: `${folded(action.command)} ${places}`,
      plain: /^[\w\s.,:;/=@+&|-]*$/.test(action.command),
    };
  if (action !== undefined && 'path' in action)
    return { kind: 'path', text: `${folded(action.path)}/_`.replaceAll('\\', '/'), plain: true };
  return { kind: action?.kind === 'fetch' ? 'host' : 'other', text: '', plain: false };
}

/** What every text that the pattern matches holds: its words, or its names of folders and files. */
function literals(meaning: RuleMeaning): string[] {
  if (meaning.kind === 'command') {
    const [start = ''] = meaning.pattern.split('*');
    return start
      .replace(/:$/, '')
      .split(/\s+/)
      .filter((word) => /^[\w.,:/=@+-]+$/.test(word))
      .map(folded);
  }
  if (meaning.kind !== 'path') return [];
  const [start = ''] = meaning.pattern.replace(/^~/, '').split(/[[\\]/);
  return start.split(/[*?/]/).flatMap((name) => (/[^.\s]/.test(name) ? [folded(name.trim())] : []));
}

function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
