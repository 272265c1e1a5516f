// A decision in English lines, for a terminal or the log of a build: the same record that the editor shows.
import type { CanonicalAction, Decision, DecisionRecord, Rule } from '../contracts/permission.ts';
import { showInvisible } from '../util/invisible.ts';
import { sayInEnglish } from '../util/phrases.ts';

/** At most this many parts of a call are listed. */
const FEW = 8;

export function explain({ kind, because, record }: Decision): string[] {
  const { actions, winner, matches, nearest, step, mode } = record;
  const others = [...new Set(matches.map(({ rule }) => rule))].filter((rule) => rule !== winner);
  const lines = [
    `decided: ${kind}, by the step "${step}" in the mode ${mode}${record.trusted ? '' : ', folder not trusted'}`,
    `reason: ${sayInEnglish(because)}`,
    ...actions.slice(0, FEW).map((action) => `part: ${partOf(action)}`),
    ...(actions.length > FEW ? [`and ${actions.length - FEW} more parts`] : []),
    ...(winner === undefined ? [] : [`rule: ${ruleOf(winner)}`]),
    ...others.slice(0, FEW).map((rule) => `also matches: ${ruleOf(rule)}`),
    ...(nearest === undefined
      ? []
      : [
          `nearly: ${ruleOf(nearest.rule)}: alike is "${nearest.shared}", then the call has "${nearest.partsAt}"${nearest.because === undefined ? '' : `. ${sayInEnglish(nearest.because)}`}`,
        ]),
    `what would change it: ${changeOf(record)}`,
  ];
  // A path or a command may hold what a terminal would obey.
  return lines.map((line) => showInvisible(line).replaceAll('\n', '⏎'));
}

function partOf(action: CanonicalAction): string {
  if ('path' in action) return `${action.kind} ${action.realPath}`;
  switch (action.kind) {
    case 'run':
      return 'argv' in action
        ? `run ${JSON.stringify(action.argv)}`
        : `not understood: ${sayInEnglish(action.notUnderstood)}`;
    case 'fetch':
      return `fetch from ${action.host}`;
    case 'mcp':
      return `tool ${action.tool} of the server ${action.server}${action.destructive ? ', which says that it can destroy data' : ''}`;
    case 'webSearch':
      return `search the web for ${action.query}`;
    case 'agent':
    case 'skill':
      return `${action.kind} ${action.name}`;
    default:
      return action.kind;
  }
}

function ruleOf({ behavior, text, file, line, scope }: Rule): string {
  return `${behavior} ${text} (${file === undefined ? scope : line === undefined ? file : `${file}:${line}`})`;
}

function changeOf({ smallestChange: change }: DecisionRecord): string {
  switch (change.kind) {
    case 'addRule':
      return `an allow rule ${[change.rule, ...(change.also ?? [])].join(', ')}`;
    case 'removeRule':
      return `without the rule ${ruleOf(change.rule)}`;
    case 'changeMode':
      return `the mode ${change.mode}`;
    case 'none':
      return sayInEnglish(change.because);
  }
}
