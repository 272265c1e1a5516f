// What the VS Code side needs of one root folder: its settings, its conversations, how a model is reached from it.
import type { Conversation } from '../contracts/conversation.ts';
import type { Finding } from '../contracts/finding.ts';
import type { Journal } from '../contracts/journal.ts';
import type { Because, Judge, Mode, Rule } from '../contracts/permission.ts';
import type { Credential, Effort, ForcedLogin, Trial } from '../contracts/provider.ts';
import type { DecisionHistory } from '../contracts/ruleUse.ts';
import type { Settings } from '../contracts/settings.ts';
import type { Restored, TranscriptStore } from '../contracts/transcript.ts';
import type { Spending } from '../contracts/usage.ts';
import type { EditorToolsState } from '../mcpProtocol.ts';
import type { Account, CommandSuggestion, Mention, ModelChoice, ReasoningDefaults } from '../protocol.ts';
import type { CommandTool } from '../util/isCommandTool.ts';
import type { RateLimitNote } from './limitBanner.ts';
import type { ProjectServers } from './mcpServers.ts';
import type { TypedPrompt } from './serverPrompts.ts';

export type ServerOffers = {
  /** For a text that begins with a slash, up to the cursor. Never rejects: a server that does not answer offers nothing. */
  commands(typed: string): Promise<CommandSuggestion[]>;
  mentions(query: string): Promise<Mention[]>;
  /** Undefined when the text is none of their prompts. */
  prompt(text: string): TypedPrompt | undefined;
};

export interface Project {
  readonly root: string;
  /** The tool for commands, by what they are written in on this machine. */
  readonly commandTool: CommandTool;
  readonly transcripts: TranscriptStore;
  /** What was decided here before, from the transcripts. */
  readonly decisions: DecisionHistory;
  /** What conversations changed in files, and how it is taken back. */
  readonly journal: Journal;
  /** The servers of tools. */
  readonly servers: ProjectServers;
  /** Tools of other extensions, for people to look at. */
  readonly editorTools: { listed(): EditorToolsState };
  /** Decides without the rules of any one conversation: for mentions and the selection. */
  readonly judge: Judge;
  /** The same with rules of a conversation. */
  judgeWith(session: readonly Rule[]): Judge;
  /** What a look at the rules alone finds. */
  lint(signal?: AbortSignal): Promise<Finding[]>;
  /** Reads the settings again at once. */
  reload(): Promise<void>;
  settings(): Settings;
  /** What was spent, and how far the caps are used; by the conversation of this id, where one is given. */
  spending(conversation?: string): Spending;
  /** Puts held values of the repository in force, by the ids of `settings().loosening`; unknown ids are passed over. */
  acceptLoosening(ids: readonly string[]): Promise<void>;
  /** A person took this rule out of its file, or put it back: an allow rule that returns by another hand is held. */
  ruleRemoved(rule: Rule, removed: boolean): Promise<void>;
  account(): Promise<Account>;
  /** Where requests of the Anthropic API go, as the settings say. */
  modelAddress(): string;
  /** Whom the organisation lets in, where it says so. */
  forcedLogin(): ForcedLogin | undefined;
  /** Asks the service at `baseUrl` whether it takes a key or a token. */
  tryCredential(credential: Credential, baseUrl: string): Promise<Trial>;
  /** What was fetched or made of a credential is gone from memory. */
  forgetCredentials(): void;
  /** That a helper command takes long, while it does. */
  helperSays(): Because | undefined;
  models(): ModelChoice[];
  reasoning(): ReasoningDefaults;
  /** Why a model may not be chosen; undefined when it may. */
  refusedModel(model: string): Because | undefined;
  /** Asks services what they have, because a person wants to see it. Never rejects. */
  lookForModels(): Promise<void>;
  /** New conversations begin with what this one has. Rejects with a readable reason. */
  keepModel(wish: { model: string; effort?: Effort; thinking?: boolean }): Promise<void>;
  /** What the service says of how much may still be sent, when that is little. */
  rateLimit(): RateLimitNote | undefined;
  /** The modes a person may choose, the starting one among them. */
  modes(): Mode[];
  /** The one a new conversation begins in. */
  startMode(): Mode;
  /** Of the mode without questions: whether its warning was accepted once, and to keep that. */
  readonly bypass: { accepted(): boolean; accept(): Promise<void> };
  /** What servers of tools offer to the person who types. */
  readonly serverOffers: ServerOffers;
  /** The conversation that was stored, or a new one; it gets the id if one is given. */
  start(from?: Restored | { id: string }): Promise<Conversation>;
  /** Settings, trust or the way to a model changed. */
  onChanged(listener: () => void): { dispose(): void };
  dispose(): void | Promise<void>;
}

/** Settings are read before the promise resolves. The same root gives the same project. */
export type OpenProject = (root: string) => Promise<Project>;
