// What the agent's tests share: a conversation made of real parts, a scripted model, and tools a test can hold in hand.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type AgentConversation, createConversation } from '../../../src/agent/conversation.ts';
import type { ConversationParts, ConversationStart } from '../../../src/agent/conversationParts.ts';
import type { AgentEvent } from '../../../src/contracts/event.ts';
import type { Prompt } from '../../../src/contracts/message.ts';
import type { Behavior, Decision, Judge, Mode, Offer } from '../../../src/contracts/permission.ts';
import type { Settings } from '../../../src/contracts/settings.ts';
import type { AnyTool, ToolContext, ToolKind, ToolOutput } from '../../../src/contracts/tool.ts';
import type { TranscriptStore } from '../../../src/contracts/transcript.ts';
import { editFunctions } from '../../../src/edits/functions.ts';
import { askUserQuestion } from '../../../src/tools/askUserQuestion.ts';
import { editFile } from '../../../src/tools/editFile.ts';
import { exitPlanMode } from '../../../src/tools/exitPlanMode.ts';
import { readFile } from '../../../src/tools/readFile.ts';
import { todoWrite } from '../../../src/tools/todoWrite.ts';
import { writeFile } from '../../../src/tools/writeFile.ts';
import { createTranscriptStore } from '../../../src/transcript/store.ts';
import { emptySettings } from '../../support/emptySettings.ts';
import { type MemoryWorkspace, memoryWorkspace } from '../../support/memoryWorkspace.ts';
import { type ScriptedProvider, scriptedProvider } from '../../support/scriptedProvider.ts';

export const ROOT = '/project';

/** A tool that does what the test says. */
export function fakeTool(
  name: string,
  kind: ToolKind,
  run: (input: Record<string, unknown>, context: ToolContext) => Promise<ToolOutput> | ToolOutput,
): AnyTool {
  return {
    name,
    description: `The test tool ${name}.`,
    kind,
    input: {
      json: { type: 'object' },
      parse: (value: unknown) => {
        if (typeof value !== 'object' || value === null) throw new Error('expected an object');
        if ('bad' in value) throw new Error('bad: unknown field');
        return structuredClone(value);
      },
    },
    actions: () => [{ kind: 'nothing' }],
    subject: (input: unknown) => JSON.stringify(input),
    run: async (input: Record<string, unknown>, context: ToolContext) => run(input, context),
  };
}

export const ok = (words: string): ToolOutput => ({ content: [{ type: 'text', text: words }], isError: false });
export const bad = (words: string): ToolOutput => ({ content: [{ type: 'text', text: words }], isError: true });

export function decision(kind: Behavior, tool: string, mode: Mode = 'default', offers?: Offer[]): Decision {
  return {
    kind,
    because: { code: `test.${kind}`, args: {} },
    record: {
      tool,
      mode,
      trusted: true,
      cwd: ROOT,
      actions: [],
      step: 'mode',
      safety: [],
      matches: [],
      smallestChange: { kind: 'none', because: { code: 'test.none', args: {} } },
    },
    ...(offers ? { offers } : {}),
  };
}

/** Decides by tool name; what is not named is allowed. */
export function judgeBy(kinds: Record<string, Behavior>, offers?: Offer[]): Judge {
  return async ({ tool, mode }) => {
    const kind = kinds[tool] ?? 'allow';
    return decision(kind, tool, mode, kind === 'ask' ? offers : undefined);
  };
}

export const SETTINGS: Settings = emptySettings();

export type Kit = {
  provider: ScriptedProvider;
  workspace: MemoryWorkspace;
  store: TranscriptStore;
  configDir: string;
  logged: string[];
  remembered: Offer[];
  conversation: AgentConversation;
  parts: ConversationParts;
  /** A second life of the conversation, read back from disk. */
  reopen(change?: Partial<ConversationParts>): Promise<AgentConversation>;
};

/** The order of the built-in edit and question tools, for tests that need them. */
export const TOOLS: AnyTool[] = [readFile, editFile, writeFile, todoWrite, askUserQuestion, exitPlanMode];

type Options = Partial<ConversationParts> & {
  files?: Record<string, string>;
  start?: Partial<ConversationStart>;
  script?: Parameters<typeof scriptedProvider>;
};

/** `after` is node:test's hook; it closes what was opened. */
export async function makeKit(after: (done: () => Promise<void>) => void, options: Options = {}): Promise<Kit> {
  const { files, start, script, ...change } = options;
  const configDir = await mkdtemp(path.join(tmpdir(), 'assent-agent-'));
  const provider = scriptedProvider(...(script ?? []));
  const workspace = memoryWorkspace(files);
  const logged: string[] = [];
  const remembered: Offer[] = [];
  let ids = 0;
  let clock = Date.UTC(2026, 0, 1);
  const newId = () => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`;
  const now = () => ++clock;
  const env = () => ({});
  const store = createTranscriptStore({ configDir, version: '0.0.0', env, now, newId });
  const open = new Set<AgentConversation>();
  const parts: ConversationParts = {
    provider,
    tools: () => TOOLS,
    judge: judgeBy({}),
    remember: async (offer) => {
      remembered.push(offer);
    },
    workspace,
    edits: editFunctions,
    openTranscript: (id) => store.open(ROOT, id),
    context: async () => ({ text: '<environment>\nthe context\n</environment>', notices: [] }),
    resolveModel: (choice) => choice,
    modelInfo: (id) => ({
      id,
      name: id,
      contextWindow: 200_000,
      maxOutput: 32_000,
      cacheMinimum: 1024,
      thinking: 'both',
      thinkingDefault: false,
      efforts: [],
    }),
    estimateCost: () => undefined,
    env,
    workingDirectories: () => [ROOT],
    settings: () => SETTINGS,
    newId,
    now,
    log: (line) => logged.push(line),
    graceMs: 50,
    ...change,
  };
  const make = (from: ConversationParts, begin: Partial<ConversationStart>) => {
    const conversation = createConversation(from, { root: ROOT, mode: 'default', model: 'model-1', ...begin });
    open.add(conversation);
    return conversation;
  };
  const conversation = make(parts, start ?? {});
  after(async () => {
    await Promise.all([...open].map((one) => one.dispose()));
    await rm(configDir, { recursive: true, force: true });
  });
  const reopen: Kit['reopen'] = async (again = {}) => {
    const restored = await store.load(ROOT, conversation.id);
    if (!restored) throw new Error('nothing was stored');
    return make(
      { ...parts, ...again },
      { restored, ...(restored.model === undefined ? {} : { model: restored.model }) },
    );
  };
  return { provider, workspace, store, configDir, logged, remembered, conversation, parts, reopen };
}

let prompts = 0;
export function prompt(words: string, attachments: Prompt['attachments'] = []): Prompt {
  return { id: `prompt-${++prompts}`, text: words, attachments, atMs: Date.UTC(2026, 0, 1) };
}

/** Resolves with the first event, from now on, that the test holds for what it waits for. */
export function until<T extends AgentEvent['type']>(
  conversation: AgentConversation,
  type: T,
  matches: (event: Extract<AgentEvent, { type: T }>) => boolean = () => true,
): Promise<Extract<AgentEvent, { type: T }>> {
  return new Promise((resolve) => {
    const stop = conversation.listen((event) => {
      if (event.type !== type || !matches(event as Extract<AgentEvent, { type: T }>)) return;
      stop();
      resolve(event as Extract<AgentEvent, { type: T }>);
    });
  });
}

/** Sends a prompt and waits for the end of its turn. */
export async function run(
  conversation: AgentConversation,
  words: string,
  attachments: Prompt['attachments'] = [],
): Promise<Extract<AgentEvent, { type: 'finished' }>['finish']> {
  const finished = until(conversation, 'finished');
  conversation.send(prompt(words, attachments));
  return (await finished).finish;
}

/** Answers every question that comes up. */
export function answering(
  conversation: AgentConversation,
  answer: Parameters<AgentConversation['answer']>[1],
): () => void {
  return conversation.listen((event) => {
    if (event.type === 'asked') conversation.answer(event.question.id, answer);
  });
}

/** The results of the last user message that has any, as text by call. */
export function resultsIn(provider: ScriptedProvider): Record<string, string> {
  const last = provider.requests
    .at(-1)
    ?.messages.findLast((message) => message.blocks.some((block) => block.type === 'toolResult'));
  return Object.fromEntries(
    (last?.blocks ?? []).flatMap((block) =>
      block.type === 'toolResult'
        ? [[block.id, block.content.map((one) => (one.type === 'text' ? one.text : '')).join('')]]
        : [],
    ),
  );
}
