// What a call would touch, for callers that have no tools at hand: the command line and the corpus.
import * as z from 'zod/mini';
import type { Action, ToolHints } from '../contracts/permission.ts';
import { pathsOf } from './paths/places.ts';

export type CallPlace = { cwd: string; home: string; platform: NodeJS.Platform };

const File = z.object({ file_path: z.string() });
const Notebook = z.object({ notebook_path: z.string() });
const Folder = z.object({ path: z.optional(z.string()) });
const Pattern = z.object({ path: z.optional(z.string()), pattern: z.string() });
const Command = z.object({ command: z.string() });
const Url = z.object({ url: z.string() });
const Query = z.object({ query: z.string() });
const Agent = z.object({ subagent_type: z.optional(z.string()) });
const Skill = z.object({ skill: z.string() });

const NOTHING = new Set(['TodoWrite', 'BashOutput', 'KillShell', 'Diagnostics', 'ToolSearch']);
const INTERACT = new Set(['AskUserQuestion', 'ExitPlanMode']);

/**
 * An unknown tool gives an empty list, which asks. `says`: what a server says of its tool. Throws when the input lacks what
 * the tool needs.
 */
export function describeCall(tool: string, input: unknown, place: CallPlace, says: ToolHints = {}): Action[] {
  const at = (file: string) => absolute(file, place);
  switch (tool) {
    case 'Bash':
    case 'Monitor':
    case 'PowerShell':
      return [{ kind: 'run', command: checked(Command, input).command, cwd: place.cwd }];
    case 'Read':
      return [{ kind: 'read', path: at(checked(File, input).file_path) }];
    case 'Edit':
    case 'Write':
    case 'MultiEdit':
      return [{ kind: 'write', path: at(checked(File, input).file_path) }];
    case 'NotebookEdit':
      return [{ kind: 'write', path: at(checked(Notebook, input).notebook_path) }];
    case 'Grep':
    case 'LS':
      return [{ kind: 'search', path: at(checked(Folder, input).path ?? '.') }];
    case 'Glob':
      return [{ kind: 'search', path: globFolder(checked(Pattern, input), place) }];
    case 'WebFetch':
      return [{ kind: 'fetch', url: checked(Url, input).url }];
    case 'WebSearch':
      return [{ kind: 'webSearch', query: checked(Query, input).query }];
    case 'Agent':
    case 'Task':
      return [{ kind: 'agent', name: checked(Agent, input).subagent_type ?? '' }];
    case 'Skill':
      return [{ kind: 'skill', name: checked(Skill, input).skill }];
    default:
      return otherCall(tool, input, says);
  }
}

function checked<T extends z.ZodMiniType>(shape: T, input: unknown): z.infer<T> {
  const parsed = shape.safeParse(input);
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
}

function otherCall(tool: string, input: unknown, says: ToolHints): Action[] {
  if (NOTHING.has(tool)) return [{ kind: 'nothing' }];
  if (INTERACT.has(tool)) return [{ kind: 'interact' }];
  const named = /^mcp__(.+?)__(.*)$/s.exec(tool);
  return named === null ? [] : [{ kind: 'mcp', server: named[1] ?? '', tool: named[2] ?? '', input, ...says }];
}

/** As the file tools do it: `~` is the home folder, `.` and `..` are worked out by the text. */
function absolute(file: string, { cwd, home, platform }: CallPlace): string {
  const api = pathsOf(platform);
  // The tools refuse these, for they mean another file than the one that would be worked out: they stay odd here.
  if (file.includes('\0')) return `${cwd}${api.sep}\0`;
  if (platform === 'win32' && /^[a-z]:(?![\\/])/i.test(file)) return cwd + api.sep + file;
  const expanded = /^~(?=[\\/]|$)/.test(file) ? home + file.slice(1) : file;
  return api.resolve(cwd, expanded);
}

/** The folder that is walked: where an absolute pattern or one that climbs up begins to be a pattern. */
function globFolder({ path, pattern }: z.infer<typeof Pattern>, place: CallPlace): string {
  const literal = pattern.split(/[*?[{]/)[0] ?? '';
  const folder = literal.slice(0, literal.lastIndexOf('/') + 1);
  const base = absolute(path ?? '.', place);
  // One of several alternatives may lead anywhere.
  const rest = pattern.slice(folder.length);
  const climbs = rest.split('/').some((part) => /^\.[.?]$/.test(part.replace(/[^\w.?]|\?(?=\()/g, '')));
  if (climbs || /[{,](?:[\\/~]|[A-Za-z]:)|(^|[\\/{,])\.\.(?=[\\/},])/.test(rest))
    return pathsOf(place.platform).parse(base).root;
  return /^([\\/~]|[A-Za-z]:)/.test(folder) || folder.split('/').includes('..')
    ? absolute(folder, { ...place, cwd: base })
    : base;
}
