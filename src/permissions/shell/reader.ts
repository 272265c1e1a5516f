// Reads a script with both parsers and understands what they read alike.
import type { ParsedScript } from 'unbash';
import { readableError } from '../../util/readableError.ts';
import { MAX_COMMAND } from './limits.ts';
import { expandWords } from './parsers/expandWords.ts';
import { NotUnderstood } from './parsers/notUnderstood.ts';
import { scanRaw } from './parsers/rawScan.ts';
import { whereTheyPart } from './parsers/sameScript.ts';
import { scriptOfSecond } from './parsers/secondScript.ts';
import { type GrammarFiles, loadGrammar } from './parsers/treeSitter.ts';
import { scriptOfTree } from './parsers/treeSitterScript.ts';
import type { ScriptReading, ShellReader } from './script.ts';

/** In UTF-16 units, all texts together. */
const MAX_REMEMBERED = 100_000;

/** Loads the parsers at the first call. When that fails it is told once, and from then on nothing is understood. */
export function lazyShellReader(files: GrammarFiles, onFailure: (cause: unknown) => void): () => Promise<ShellReader> {
  let loading: Promise<ShellReader> | undefined;
  return () => {
    loading ??= createShellReader(files).catch((cause: unknown) => {
      onFailure(cause);
      return unreadable(cause);
    });
    return loading;
  };
}

/** Rejects when a parser cannot be loaded. */
export async function createShellReader(files: GrammarFiles): Promise<ShellReader> {
  const [grammar, { parse }] = await Promise.all([loadGrammar(files), import('unbash')]);
  return remembering((text) => understand(text, grammar, parse));
}

/** Says why: without its parsers a reader must not guess. */
function unreadable(cause: unknown): ShellReader {
  const because = { code: 'permissions.shell.noParser', args: { detail: readableError(cause) } };
  return { read: () => ({ notUnderstood: because }) };
}

type Parsers = [
  grammar: { parse(text: string): Parameters<typeof scriptOfTree>[0] },
  second: (text: string) => ParsedScript,
];

function understand(text: string, ...[grammar, second]: Parsers): ScriptReading {
  try {
    scanRaw(text);
    const script = scriptOfTree(grammar.parse(text), text);
    const differs = whereTheyPart(script, scriptOfSecond(second(text)));
    if (differs !== undefined) throw new NotUnderstood('permissions.shell.disagree', differs);
    return { script: expandWords(script) };
  } catch (cause) {
    return cause instanceof NotUnderstood ? explained(cause, text) : failed(cause);
  }
}

/** A busy machine or a fault may be over the next time. */
function isPassing(reading: ScriptReading): boolean {
  return (
    'notUnderstood' in reading &&
    ['permissions.shell.tooSlow', 'permissions.shell.failed'].includes(reading.notUnderstood.code)
  );
}

/** Adds what a person needs to find the place. */
function explained({ because, index }: NotUnderstood, text: string): ScriptReading {
  if (index === undefined) return { notUnderstood: because };
  const at = [...text.slice(0, index)].length + 1;
  const found = text.slice(index, index + 20).split('\n')[0] ?? '';
  return { notUnderstood: { code: because.code, args: { at: String(at), text: found, ...because.args } }, at };
}

function failed(cause: unknown): ScriptReading {
  return { notUnderstood: { code: 'permissions.shell.failed', args: { detail: readableError(cause) } } };
}

/** The same text is asked about again and again: for the question, before it runs, for what is remembered. */
function remembering(read: (text: string) => ScriptReading): ShellReader {
  const known = new Map<string, ScriptReading>();
  let length = 0;
  const forget = (text: string) => {
    if (known.delete(text)) length -= text.length;
  };
  return {
    read: (text) => {
      const reading = known.get(text) ?? read(text);
      forget(text);
      if (text.length > MAX_COMMAND || isPassing(reading)) return reading;
      known.set(text, reading);
      length += text.length;
      for (const oldest of known.keys()) {
        if (length <= MAX_REMEMBERED) break;
        forget(oldest);
      }
      return reading;
    },
  };
}
