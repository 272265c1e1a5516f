// The language models of VS Code, for people who have no other: a provider around them, and which there are. They know no
// system role, no thinking, no stop reason and no usage; tokens are an estimate, and what they cost is not known.
import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { Block, Message, ToolCall } from '../contracts/message.ts';
import type { Because } from '../contracts/permission.ts';
import type { Failure, FailureCode, ModelEvent, ModelRequest, Provider, Usage } from '../contracts/provider.ts';
import { type EditorMessage, type EditorPart, editorMessages, textToCount } from './editorMessages.ts';

export type EditorModel = { id: string; name: string; vendor: string; contextWindow: number };
export type EditorModels = {
  provider: Provider;
  /** Asks the extensions that offer models; so only when a person wants to see them. */
  find(): Promise<readonly EditorModel[]>;
  /** As they were found last; none before. */
  known(): readonly EditorModel[];
  readonly onChanged: vscode.Event<void>;
  dispose(): void;
};

/** Ids of these models: `vscode:<vendor>/<id>`. */
const PREFIX = 'vscode:';
const COUNT_MS = 2_000;
/** Where nothing can be counted. */
const CHARACTERS_A_TOKEN = 4;

export function createEditorModels(): EditorModels {
  let known: readonly EditorModel[] = [];
  let asked = false;
  const changed = new vscode.EventEmitter<void>();
  const find = async () => {
    asked = true;
    const models = await select();
    const found = models.map(({ vendor, id, name, maxInputTokens }) => ({
      id: `${PREFIX}${vendor}/${id}`,
      name,
      vendor,
      contextWindow: maxInputTokens,
    }));
    const different = JSON.stringify(found) !== JSON.stringify(known);
    known = found;
    if (different) changed.fire();
    return found;
  };
  const watching = vscode.lm?.onDidChangeChatModels(() => {
    // Nobody has looked yet, so nothing is shown that could be out of date.
    if (asked) void find();
  });
  return {
    provider: { id: 'editor', stream, has: () => false },
    find,
    known: () => known,
    onChanged: changed.event,
    dispose: () => {
      watching?.dispose();
      changed.dispose();
    },
  };
}

/** Editors that are like VS Code may have no language models at all. */
async function select(selector?: vscode.LanguageModelChatSelector): Promise<vscode.LanguageModelChat[]> {
  return (await vscode.lm?.selectChatModels?.(selector)) ?? [];
}

async function* stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
  const vendor = vendorOf(request.model);
  const because = (code: string): Because => ({ code: `editorModels.${code}`, args: { model: request.model, vendor } });
  if (request.webSearch) {
    yield { type: 'failed', failure: failureOf('badRequest', '', because('noWebSearch')) };
    return;
  }
  const stop = new vscode.CancellationTokenSource();
  const cancel = () => stop.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) cancel();
  const blocks: Block[] = [];
  let failed: Failure | undefined;
  let usage: Usage | undefined;
  try {
    const model = signal.aborted ? undefined : await find(request.model);
    if (model === undefined) {
      failed = failureOf('notFound', '', because('notFound'));
    } else {
      const messages = editorMessages(request.system, request.messages);
      const response = await model.sendRequest(messages.map(toEditor), options(request), stop.token);
      const input = countTokens(model, textToCount(messages) + JSON.stringify(request.tools), stop.token);
      for await (const part of response.stream) {
        if (signal.aborted) break;
        const event = take(part, blocks);
        if (event) yield event;
      }
      const output = countTokens(model, textToCount(editorMessages('', [{ role: 'assistant', blocks }])), stop.token);
      usage = usageOf(await input, await output);
      if (blocks.length === 0) failed = failureOf('malformedStream', '', because('empty'));
    }
  } catch (error) {
    failed = failureOfThrown(error, because);
  } finally {
    signal.removeEventListener('abort', cancel);
    // Whoever reads may have left early.
    if (usage === undefined) stop.cancel();
    stop.dispose();
  }
  if (signal.aborted) failed = failureOf('cancelled', '');
  const message: Message = { role: 'assistant', blocks };
  if (failed || !usage) {
    const failure = failed ?? failureOf('cancelled', '');
    yield { type: 'failed', failure, ...(blocks.length > 0 ? { partial: message } : {}) };
    return;
  }
  const stopped = blocks.some((block) => block.type === 'toolUse') ? 'toolUse' : 'endTurn';
  yield { type: 'done', message, facts: { messageId: randomUUID(), model: request.model, usage, stop: stopped } };
}

/** Adds the part to what arrived, and says what to tell of it. Parts of kinds to come are left out. */
function take(part: unknown, blocks: Block[]): ModelEvent | undefined {
  if (part instanceof vscode.LanguageModelTextPart) {
    const last = blocks.at(-1);
    if (part.value === '') return undefined;
    if (last?.type === 'text') blocks[blocks.length - 1] = { ...last, text: last.text + part.value };
    else blocks.push({ type: 'text', text: part.value });
    return { type: 'textDelta', text: part.value };
  }
  if (part instanceof vscode.LanguageModelToolCallPart) {
    const call: ToolCall = { type: 'toolUse', id: part.callId, name: part.name, input: { ...part.input } };
    blocks.push(call);
    return { type: 'toolDelta', id: call.id, name: call.name, bytes: JSON.stringify(call.input).length };
  }
  return undefined;
}

function toEditor({ role, parts }: EditorMessage): vscode.LanguageModelChatMessage {
  const { User, Assistant } = vscode.LanguageModelChatMessageRole;
  return new vscode.LanguageModelChatMessage(role === 'user' ? User : Assistant, parts.map(toEditorPart));
}

function toEditorPart(part: EditorPart) {
  switch (part.type) {
    case 'text':
      return new vscode.LanguageModelTextPart(part.text);
    case 'call':
      return new vscode.LanguageModelToolCallPart(part.id, part.name, part.input);
    case 'result':
      return new vscode.LanguageModelToolResultPart(part.id, [new vscode.LanguageModelTextPart(part.text)]);
  }
}

function options(request: ModelRequest): vscode.LanguageModelChatRequestOptions {
  return {
    justification: vscode.l10n.t('Assent sends your conversation to the model that you chose.'),
    ...(request.tools.length > 0 ? { tools: request.tools.map((tool) => ({ ...tool })) } : {}),
  };
}

async function find(id: string): Promise<vscode.LanguageModelChat | undefined> {
  const vendor = vendorOf(id);
  const [model] = await select({ vendor, id: id.slice(PREFIX.length + vendor.length + 1) });
  return model;
}

function vendorOf(id: string): string {
  return id.slice(PREFIX.length).split('/', 1)[0] ?? '';
}

/** Never rejects, and never waits for long: the answer is there already. */
async function countTokens(model: vscode.LanguageModelChat, text: string, token: vscode.CancellationToken) {
  const estimate = Math.ceil(text.length / CHARACTERS_A_TOKEN);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<number>((resolve) => {
    timer = setTimeout(() => resolve(estimate), COUNT_MS);
  });
  const counted = Promise.resolve(model.countTokens(text, token)).then(
    (count) => (Number.isFinite(count) ? count : estimate),
    () => estimate,
  );
  return Promise.race([counted, late]).finally(() => clearTimeout(timer));
}

function usageOf(inputTokens: number, outputTokens: number): Usage {
  return { inputTokens, outputTokens, cacheReadTokens: 0, cacheWriteTokens: 0, estimated: true };
}

function failureOfThrown(error: unknown, because: (code: string) => Because): Failure {
  const detail = error instanceof Error ? error.message : String(error);
  const code = error instanceof vscode.LanguageModelError ? error.code : '';
  switch (code) {
    case vscode.LanguageModelError.NoPermissions.name:
      return failureOf('permission', detail, because('noPermissions'));
    case vscode.LanguageModelError.Blocked.name:
      return failureOf('rateLimit', detail, because('blocked'));
    case vscode.LanguageModelError.NotFound.name:
      return failureOf('notFound', detail, because('notFound'));
    default:
      return failureOf('server', detail, because('failed'));
  }
}

/** Nothing is repeated by itself: each request may ask the person, and may count against a quota. */
function failureOf(code: FailureCode, detail: string, because?: Because): Failure {
  return { code, detail, retryable: false, ...(because === undefined ? {} : { because }) };
}
