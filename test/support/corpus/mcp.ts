// Servers of other programs: whether one may start, and whether a call of its tools is still what was approved.
import {
  approvalOf,
  type CallFacts,
  changedFiles,
  entryFingerprint,
  filesChanged,
  type Server,
  type ServerEntry,
  serverOfTool,
  whyAskAgain,
} from '../../../src/mcp/approval.ts';
import { decide } from '../../../src/permissions/decide.ts';
import { lookUpFacts } from '../../../src/permissions/facts.ts';
import { type Row, strictest, textOf, type Verdict } from './row.ts';

export async function mcpConfig({ action, context }: Row): Promise<Verdict> {
  const { event, file, server } = action;
  const { cwd, home, platform, trusted = true } = context;
  if (event !== 'server-start') {
    // What a server asks for by itself is no call of a known tool.
    const place = { cwd, root: cwd, home, platform, workingDirectories: [], symlinks: {}, trusted };
    return decide(await lookUpFacts({ ...place, tool: String(event), input: action, actions: [] }), [], 'default').kind;
  }
  const where = textOf(file, 'file');
  const approved = Object.entries(context.approvedServers ?? {}).map(([name, text]) => ({
    name,
    file: where,
    fingerprint: entryFingerprint(/^https?:/.test(text) ? { url: text } : programOf(text.split(' '))),
  }));
  const found = approvalOf(
    { name: textOf(server, 'server'), scope: scopeOf(where), file: where, entry: entryOf(action) },
    { trusted, approved, enabled: [], disabled: [] },
  );
  const verdict = ({ start: 'allow', ask: 'ask', refused: 'deny' } as const)[found.kind];
  return strictest(verdict, callAgain(String(server), context) === undefined ? 'allow' : 'ask');
}

function entryOf({ event: _, file: __, server: ___, command, ...more }: Row['action']): ServerEntry {
  if (command === undefined) return more;
  return { ...programOf(Array.isArray(command) ? command.map(String) : String(command).split(' ')), ...more };
}

function scopeOf(file: string): Server['scope'] {
  if (file.includes('managed')) return 'managed';
  return /^(~|\/home\/[^/]+)\/\.claude/.test(file) ? 'user' : 'project';
}

function programOf([command, ...args]: string[]): ServerEntry {
  return { command, args };
}

/** On top of what the rules say of the call. */
export function mcpCall({ action, context }: Row, byRules: Verdict): Verdict {
  const tool = textOf(action['tool'], 'tool');
  const isKnown = context.servers === undefined || serverOfTool(tool, context.servers) !== undefined;
  return strictest(byRules, isKnown && callAgain(tool, context) === undefined ? 'allow' : 'ask');
}

function callAgain(tool: string, { definition, serverFingerprint, programHash }: Row['context']) {
  const programAt = (version: string | null | undefined) => [{ path: 'program', version: version ?? '' }];
  const programChanged =
    programHash !== undefined &&
    changedFiles(programAt(programHash.approved), programAt(programHash.current)).length > 0;
  const facts: CallFacts = {
    tool,
    ...(definition === undefined ? {} : { definition }),
    ...(serverFingerprint === undefined ? {} : { server: serverFingerprint }),
    texts: definition?.description === undefined ? [] : [definition.description],
  };
  // It does not come to a call: the server is held.
  if (programChanged) return filesChanged({ name: tool });
  return whyAskAgain(facts);
}
