// Works a verdict out again from a decision record alone, without the engine.
import type { Behavior, CanonicalAction, DecisionRecord } from '../../../src/contracts/permission.ts';

export function verdictOf(record: DecisionRecord): Behavior {
  const verdict = openVerdict(record);
  return record.mode === 'dontAsk' && verdict === 'ask' ? 'deny' : verdict;
}

function openVerdict({ tool, actions, matches, mode, safety, trusted }: DecisionRecord): Behavior {
  const has = (behavior: Behavior, index?: number) =>
    matches.some((match) => match.rule.behavior === behavior && (index === undefined || match.action === index));
  if (has('deny')) return 'deny';
  const reads = (action: CanonicalAction) =>
    action.kind === 'nothing' ||
    action.kind === 'interact' ||
    ((action.kind === 'read' || action.kind === 'search') && action.of === undefined && action.redirect !== true);
  if (!trusted && !(actions.length > 0 && actions.every(reads))) return 'deny';
  if (safety.some((found) => found.refused)) return 'deny';
  const commandAt = (index: number | undefined) => (index === undefined ? undefined : actions[index]);
  const ruled = (action: CanonicalAction, index: number) =>
    has('allow', index) ||
    ('of' in action && action.of !== undefined && action.insideWorkingDirectories && has('allow', action.of));
  const covered = (action: CanonicalAction, index: number): boolean => {
    if (action.kind === 'nothing' || action.kind === 'interact' || action.kind === 'agent') return true;
    if (action.kind === 'fetch' && action.host === '') return false;
    if (action.kind === 'run' && 'notUnderstood' in action) return mode === 'bypassPermissions';
    if ((action.kind === 'read' || action.kind === 'search') && action.insideWorkingDirectories) return true;
    if (action.kind === 'run' && 'argv' in action && action.effect === 'none') return true;
    if (ruled(action, index)) return true;
    if (mode === 'bypassPermissions') {
      if (action.kind === 'write') return action.insideWorkingDirectories || action.exists === false;
      return action.kind === 'delete' ? action.insideWorkingDirectories : true;
    }
    if (mode !== 'acceptEdits') return false;
    if (action.kind === 'run') return 'argv' in action && action.effect === 'files';
    if ((action.kind !== 'write' && action.kind !== 'delete') || !action.insideWorkingDirectories) return false;
    if (action.of === undefined) return action.kind === 'write' && !(action.redirect && action.exists);
    const command = commandAt(action.of);
    if (command?.kind !== 'run' || !('argv' in command) || command.effect !== 'files') return false;
    const name = command.argv[0] ?? '';
    if (action.kind === 'delete') return name === 'mv' || action.created === true;
    return action.exists === false || /^(mkdir|touch|sed)$/.test(name);
  };
  if (mode === 'plan') {
    for (const [index, action] of actions.entries()) {
      const changes = action.kind === 'write' || action.kind === 'delete';
      if (changes && (action.of === undefined || !has('allow', action.of))) return 'deny';
      if (action.kind === 'run' && 'argv' in action && !covered(action, index)) return 'deny';
    }
  }
  if (has('ask') || safety.some((found) => found.class === 'critical')) return 'ask';
  if (safety.length > 0 && mode !== 'bypassPermissions') return 'ask';
  return actions.length > 0 && actions.every(covered) && !actions.some((action) => isUnclear(tool, action))
    ? 'allow'
    : 'ask';
}

/** A name that does not say which server is meant stays a question. */
function isUnclear(tool: string, action: CanonicalAction): boolean {
  if (action.kind !== 'mcp') return false;
  const clear = [action.server, action.tool].every((name) => /^[\w.-]+$/.test(name));
  return !clear || tool !== `mcp__${action.server}__${action.tool}`;
}
