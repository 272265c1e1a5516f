// Facts and decision in one call, with the options of the moment: settings and trust may change under a conversation.
import { realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import type { Because, Decision, IgnoreLine, Judge, Mode, Offer, OfferScope, Rule } from '../contracts/permission.ts';
import type { PastCall } from '../contracts/ruleUse.ts';
import { decide } from './decide.ts';
import { type Facts, lookUpFacts } from './facts.ts';
import { withUse } from './offerUse.ts';
import type { Places } from './paths/places.ts';
import type { ShellReader } from './shell/script.ts';

export type JudgeOptions = {
  rules: Rule[];
  /** The start folder of the conversation. */
  root: string;
  /** After links: one that leads elsewhere by now is another folder than the one that was accepted. */
  additionalDirectories: string[];
  trusted: boolean;
  /** A settings file is broken: nothing but reads is allowed by itself. */
  degraded: boolean;
  disableBypass: boolean;
  /** The organisation's settings cannot be read, and what they deny is not known: nothing runs. */
  blocked?: Because;
  /** Files that remembered rules go to; a scope without one is not offered, but for 'session'. */
  files?: Partial<Record<Exclude<OfferScope, 'session'>, string>>;
  /** The organisation keeps all allow rules to itself: nothing is offered. */
  managedRulesOnly?: boolean;
  /** Default: of this machine. */
  home?: string;
  platform?: NodeJS.Platform;
  /** What would have git leave out a file that rules go to. Never rejects. */
  ignoreLine?(file: string): Promise<IgnoreLine | undefined>;
  /** The last calls, from memory: an offer says how many of them it would have met. */
  past?(): readonly PastCall[];
  /** The PATH that commands are found by. */
  searchPath?: string;
  /** Loaded when the first command comes. Without one no command is understood. */
  shell?(): Promise<ShellReader>;
};

/** Reads the options anew for every call. Never throws: what cannot be looked up asks. */
export function createJudge(options: () => JudgeOptions): Judge {
  return async ({ tool, input, actions, mode, cwd, created }) => {
    const current = options();
    const effective: Mode = mode === 'bypassPermissions' && current.disableBypass ? 'default' : mode;
    const platform = current.platform ?? process.platform;
    const base = {
      tool,
      input,
      cwd,
      root: current.root,
      home: current.home ?? homedir(),
      platform,
      trusted: current.trusted,
    };
    try {
      const shell = actions.some((action) => action.kind === 'run') ? await current.shell?.() : undefined;
      const facts = await lookUpFacts({
        ...base,
        actions,
        workingDirectories: await unmoved(current.additionalDirectories),
        degraded: current.degraded,
        ...(current.searchPath === undefined ? {} : { searchPath: current.searchPath }),
        ...(shell === undefined ? {} : { shell }),
        ...(created === undefined ? {} : { created }),
      });
      const decision = decide(facts, current.rules, effective);
      return refused(decision, current.blocked) ?? (await withFiles(decision, current, facts.places));
    } catch (error) {
      const decision = failed(base, current, effective, error);
      return refused(decision, current.blocked) ?? decision;
    }
  };
}

function refused({ offers: _, record, ...decision }: Decision, because: Because | undefined): Decision | undefined {
  if (because === undefined) return undefined;
  const { winner: __, ...rest } = record;
  return { ...decision, kind: 'deny', because, record: { ...rest, step: 'deny' } };
}

async function unmoved(folders: readonly string[]): Promise<string[]> {
  const now = await Promise.all(folders.map((folder) => realpath(folder).catch(() => folder)));
  return folders.filter((folder, index) => now[index] === folder);
}

async function withFiles({ offers, ...decision }: Decision, options: JudgeOptions, places: Places): Promise<Decision> {
  if (offers === undefined || options.managedRulesOnly) return decision;
  const placed: Offer[] = [];
  for (const offer of offers) {
    const file = offer.scope === 'session' ? undefined : options.files?.[offer.scope];
    if (offer.scope === 'session') placed.push(offer);
    if (file === undefined) continue;
    const ignore = offer.scope === 'local' ? await options.ignoreLine?.(file) : undefined;
    placed.push({ ...offer, file, ...(ignore && { ignore }) });
  }
  return placed.length > 0 ? { ...decision, offers: withUse(placed, options.past?.() ?? [], places) } : decision;
}

/** Without facts there is nothing to allow; deny rules for the whole tool still hold. */
function failed(
  base: {
    tool: string;
    input: unknown;
    cwd: string;
    root: string;
    home: string;
    platform: NodeJS.Platform;
    trusted: boolean;
  },
  options: JudgeOptions,
  mode: Mode,
  error: unknown,
): Decision {
  const { tool, input, cwd, root, home, platform, trusted } = base;
  const places = {
    root,
    realRoot: root,
    home,
    realHome: home,
    workingDirectories: [],
    platform,
    caseInsensitive: true,
  };
  const facts: Facts = { tool, input, cwd, trusted, degraded: options.degraded, places, parts: [] };
  const decision = decide(
    facts,
    options.rules.filter((rule) => rule.behavior !== 'allow'),
    mode,
  );
  if (decision.kind === 'deny') return decision;
  return {
    ...decision,
    because: {
      code: 'permissions.lookUpFailed',
      args: { tool, detail: error instanceof Error ? error.message : String(error) },
    },
  };
}
