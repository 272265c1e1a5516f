// What the permissions page shows, folded from what the extension says. Pure, so that it is tested without a browser.

import type { Because } from '../../src/contracts/permission.ts';
import type {
  Explained,
  ExplainedTool,
  FindingRow,
  PastRow,
  PermissionsState,
  RemovedLines,
  RuleRow,
  RuleUseRow,
  ToPermissions,
} from '../../src/permissionsProtocol.ts';

/** What removing a rule would do, while the person looks at it. */
export type Removal = { rule: string; files: RemovedLines[]; elsewhere: string[] };
export type Removed = { removal: string; text: string; file?: string };
/** What waits in the box; `wanted` counts, so that the same wish twice is seen twice. */
export type Box = { wanted: number; tool?: ExplainedTool; text?: string };

export type State = {
  page: PermissionsState | undefined;
  /** Absent: still being read. */
  uses: Record<string, RuleUseRow> | undefined;
  past: PastRow[] | undefined;
  linted: FindingRow[];
  removal: Removal | undefined;
  /** What can be undone, the newest first. */
  removed: Removed[];
  explained: Explained | undefined;
  box: Box;
  failure: Because | undefined;
};

export const INITIAL: State = {
  page: undefined,
  uses: undefined,
  past: undefined,
  linted: [],
  removal: undefined,
  removed: [],
  explained: undefined,
  box: { wanted: 0 },
  failure: undefined,
};

export function reduce(state: State, message: ToPermissions): State {
  switch (message.type) {
    case 'state': {
      const other = state.page !== undefined && state.page.root !== message.state.root;
      const next = other ? { ...INITIAL, box: state.box } : state;
      const there = message.state.rules.some((row) => row.id === next.removal?.rule);
      return { ...next, page: message.state, removal: there ? next.removal : undefined };
    }
    case 'uses':
      return { ...state, uses: message.uses, past: message.past };
    case 'linted':
      return { ...state, linted: message.findings };
    case 'removal':
      return {
        ...state,
        failure: undefined,
        removal: { rule: message.rule, files: message.files, elsewhere: message.elsewhere },
      };
    case 'removed': {
      const { removal, text, file } = message;
      const one = { removal, text, ...(file === undefined ? {} : { file }) };
      return { ...state, removal: undefined, failure: undefined, removed: [one, ...state.removed] };
    }
    case 'undone':
      return { ...state, removed: state.removed.filter((one) => one.removal !== message.removal), failure: undefined };
    case 'explained':
      return { ...state, explained: message.explained, failure: undefined };
    case 'focusExplain': {
      const { tool, text } = message;
      const box = { wanted: state.box.wanted + 1, ...(tool && { tool }), ...(text !== undefined && { text }) };
      return { ...state, box };
    }
    case 'failed':
      return { ...state, failure: message.because };
  }
}

/** The person changed their mind. */
export function keepRule(state: State): State {
  return { ...state, removal: undefined };
}

const ORDER = ['deny', 'ask', 'allow'] as const;

export type RuleGroup = { behavior: (typeof ORDER)[number]; rows: RuleRow[]; all: number };

/** Deny, ask, allow, as they are asked; of each the rules that have every word of the filter, letter case aside. */
export function groupRules(rows: readonly RuleRow[], filter: string): RuleGroup[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return ORDER.map((behavior) => {
    const own = rows.filter((row) => row.rule.behavior === behavior);
    const matching = own.filter(({ rule, conversation = '' }) => {
      const text = `${rule.text} ${rule.file ?? ''} ${rule.scope} ${conversation}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    return { behavior, rows: matching, all: own.length };
  });
}
