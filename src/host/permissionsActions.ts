// What each message of the permissions page, and each wish of a command, does.
import * as vscode from 'vscode';
import type { AgentEvent } from '../contracts/event.ts';
import type { Action, Because, Mode, Rule } from '../contracts/permission.ts';
import type { FromPermissions, ToPermissions } from '../permissionsProtocol.ts';
import { type ExplainWish, subjectOf, typedCall } from './explainCall.ts';
import { withHints } from './hintsOfTool.ts';
import { openFile } from './links.ts';
import type { OpenConversations } from './openConversations.ts';
import type { Asked } from './pagePanel.ts';
import type { Entry } from './permissionsState.ts';
import type { Project } from './project.ts';
import type { Removals } from './removals.ts';

/** So many past decisions are listed. */
export const PAST = 200;

/** The page as what it shows can be asked for, and changed, from here. */
export type ShownPermissions = {
  /** The folder it is about; undefined while there is none. */
  readonly project: Project | undefined;
  /** The rules behind the rows that were sent last. */
  readonly entries: ReadonlyMap<string, Entry>;
  readonly removals: Removals;
  readonly parts: {
    conversations: OpenConversations;
    /** What a call would touch; throws when the input lacks what the tool needs. */
    actionsOf(tool: string, input: unknown, cwd: string): Action[];
  };
  /** Of the conversation in front of the person. */
  mode(): Mode;
  sessionRules(): Rule[];
  chooseAnother(): Promise<void>;
  /** Sends the state as it is now. */
  refresh(): Promise<void>;
  post(message: ToPermissions): Promise<void>;
  fail(because: Because): Promise<void>;
};

/** Rejects with a readable reason when it cannot be done. */
export async function actOnPermissions(view: ShownPermissions, message: Asked<FromPermissions>): Promise<void> {
  switch (message.type) {
    case 'chooseRoot':
      return view.chooseAnother();
    case 'manageTrust':
      await vscode.commands.executeCommand('workbench.trust.manage');
      return;
    case 'openFile':
      return open(view, message.path, message.line);
    case 'acceptLoosening':
      await view.project?.acceptLoosening(message.ids);
      return view.refresh();
    case 'askRemove':
      return askRemove(view, message.rule);
    case 'remove':
      return remove(view, message.rule);
    case 'undo':
      return undo(view, message.removal);
    case 'explain': {
      const call = typedCall(message.tool, message.text, view.project?.commandTool);
      if ('because' in call) return view.fail(call.because);
      return explain(view, call.tool, call.input, call.subject);
    }
    case 'explainPast': {
      const slash = message.past.indexOf('/');
      return explainPast(view, message.past.slice(slash + 1), message.past.slice(0, slash));
    }
    default:
      return message satisfies never;
  }
}

/** Rejects as the above. */
export async function grant(view: ShownPermissions, wish: ExplainWish): Promise<void> {
  switch (wish.kind) {
    case 'box':
      return view.post({ type: 'focusExplain' });
    case 'call':
      return explain(view, wish.tool, wish.input, subjectOf(wish.tool, wish.input));
    case 'past':
      return explainPast(view, wish.call, wish.session);
  }
}

/** Files that settings were read from open at once; any other is named in full first. */
async function open(view: ShownPermissions, file: string, line: number | undefined): Promise<void> {
  const { project } = view;
  if (project === undefined) return;
  const { sources, rules, additionalDirectories, loosening } = project.settings();
  const known = [...sources, ...rules, ...loosening].some((one) => one.file === file);
  return openFile(file, line, known ? [file] : [project.root, ...additionalDirectories]);
}

async function askRemove(view: ShownPermissions, id: string): Promise<void> {
  const entry = await entryOf(view, id);
  if (entry === undefined) return;
  const files = await view.removals.show(id, entry);
  return view.post({ type: 'removal', rule: id, files, elsewhere: elsewhereOf(view, entry) });
}

async function remove(view: ShownPermissions, id: string): Promise<void> {
  const entry = await entryOf(view, id);
  if (entry === undefined) return;
  const removal = await view.removals.carryOut(id);
  if (removal === undefined) return view.fail({ code: 'permissionsView.lookFirst', args: {} });
  await settingsChanged(view, entry, true);
  const file = entry.conversation === undefined ? entry.rule.file : undefined;
  await view.post({ type: 'removed', removal, text: entry.rule.text, ...(file === undefined ? {} : { file }) });
}

async function undo(view: ShownPermissions, removal: string): Promise<void> {
  const entry = await view.removals.undo(removal);
  if (entry === undefined) return;
  await settingsChanged(view, entry, false);
  await view.post({ type: 'undone', removal });
}

/** It holds from the next call on, whether or not the file was seen to change. */
async function settingsChanged(view: ShownPermissions, { rule, conversation }: Entry, removed: boolean): Promise<void> {
  if (conversation === undefined) {
    await view.project?.ruleRemoved(rule, removed);
    await view.project?.reload();
  }
  await view.refresh();
}

/** The rule of a row that a person may remove; of any other the reason is said, and the page drawn anew. */
async function entryOf(view: ShownPermissions, id: string): Promise<Entry | undefined> {
  const entry = view.entries.get(id);
  if (entry !== undefined && (entry.conversation !== undefined || isRemovable(entry.rule))) return entry;
  await view.refresh();
  await view.fail({ code: entry ? 'permissionsView.fixedManaged' : 'permissionsView.ruleGone', args: {} });
  return undefined;
}

function isRemovable({ file, scope }: Rule): boolean {
  return file !== undefined && (scope === 'local' || scope === 'project' || scope === 'user');
}

/** Where the same rule stands too, and goes on to hold. */
function elsewhereOf(view: ShownPermissions, { rule }: Entry): string[] {
  const same = [...view.entries.values()].filter(
    (one) => one.rule.text === rule.text && one.rule.behavior === rule.behavior && one.rule.file !== rule.file,
  );
  return [...new Set(same.flatMap((one) => one.rule.file ?? []))];
}

/** The decision of the moment, by the judge of the conversations. Nothing runs, nobody is asked. */
async function explain(view: ShownPermissions, tool: string, input: unknown, subject: string): Promise<void> {
  const { project } = view;
  if (project === undefined) return;
  const cwd = project.root;
  let actions: ReturnType<typeof view.parts.actionsOf>;
  try {
    actions = withHints(view.parts.actionsOf(tool, input, cwd), tool, project.servers.all());
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return view.fail({ code: 'permissionsView.notExplained', args: { reason } });
  }
  const judge = project.judgeWith(view.sessionRules());
  const decision = await judge({ tool, input, actions, mode: view.mode(), cwd });
  await view.post({ type: 'explained', explained: { tool, subject, decision } });
}

/** The record that was made before the call. Without a session the open conversations are looked through. */
async function explainPast(view: ShownPermissions, call: string, session?: string): Promise<void> {
  const { project } = view;
  const { conversations } = view.parts;
  const open = conversations.all().filter((one) => session === undefined || one.conversation.id === session);
  let found = open.map((one) => decidedIn(one.conversation.events, call)).find((one) => one !== undefined);
  if (found === undefined && session !== undefined && project !== undefined) {
    const stored = await project.transcripts.load(project.root, session);
    found = stored && decidedIn(stored.events, call);
  }
  if (found === undefined) return view.fail({ code: 'permissionsView.callGone', args: {} });
  const past = await project?.decisions.recent(PAST);
  const onRecord = past?.find((one) => one.call === call && (session === undefined || one.session === session));
  const { name, input } = found.call;
  const explained = { tool: name, subject: subjectOf(name, input), decision: found.decision };
  const { at, answer } = onRecord ?? {};
  const told = { ...(at !== undefined && { at }), ...(answer && { answer }) };
  await view.post({ type: 'explained', explained: { ...explained, past: told } });
}

type Decided = Extract<AgentEvent, { type: 'toolDecided' }>;

function decidedIn(events: readonly AgentEvent[], call: string): Decided | undefined {
  return events.findLast((event): event is Decided => event.type === 'toolDecided' && event.call.id === call);
}
