// Language models of VS Code, offered by another extension (test/support/chatModels).
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ModelEvent, ModelRequest } from '../../src/contracts/provider.ts';
import { createEditorModels, type EditorModels } from '../../src/host/editorModels.ts';
import { editorModelsWay } from '../../src/host/editorModelsWay.ts';
import { becauseOfFailure } from '../../src/util/phrases/providers.ts';
import { sayInEnglish } from '../../src/util/phrases.ts';
import { until } from './fakes.ts';

type Part = {
  text?: string;
  tool?: string;
  id?: string;
  input?: object;
  fail?: Error;
  after?: Promise<void>;
  wait?: boolean;
};
type Asked = { model: string; messages: unknown[]; tools: Array<{ name: string }>; cancelled: boolean };
type Offered = { asked: Asked[]; answer(parts: Part[]): void; offer(ids: string[]): void };

suite('language models of VS Code', () => {
  let offered: Offered;
  let models: EditorModels;
  suiteSetup(async () => {
    const extension = vscode.extensions.getExtension<Offered>('a-test.chat-models');
    assert.ok(extension, 'the extension of the test is not there');
    offered = await extension.activate();
  });
  setup(() => {
    models = createEditorModels();
    offered.asked.length = 0;
  });
  teardown(() => models.dispose());

  const request = (more: Partial<ModelRequest> = {}): ModelRequest => ({
    model: 'vscode:a-test/large/2',
    system: 'You help.',
    tools: [{ name: 'Read', description: 'Reads a file.', inputSchema: { type: 'object' } }],
    messages: [{ role: 'user', blocks: [{ type: 'text', text: 'Hello' }] }],
    maxTokens: 1000,
    thinking: 'off',
    purpose: 'main',
    ...more,
  });
  const collect = async (asked: ModelRequest, signal = new AbortController().signal) => {
    const events: ModelEvent[] = [];
    for await (const event of models.provider.stream(asked, signal)) events.push(event);
    return events;
  };

  test('they are looked for when somebody asks, and not before', async () => {
    assert.deepEqual(models.known(), []);
    let changes = 0;
    models.onChanged(() => changes++);
    const found = (await models.find()).filter(({ vendor }) => vendor === 'a-test');
    assert.deepEqual(found, [
      { id: 'vscode:a-test/small', name: 'Small', vendor: 'a-test', contextWindow: 8_000 },
      { id: 'vscode:a-test/large/2', name: 'Large', vendor: 'a-test', contextWindow: 64_000 },
    ]);
    assert.deepEqual(models.known(), await models.find());
    assert.equal(changes, 1);
  });

  test('text and calls arrive as from any provider; tokens are an estimate', async () => {
    offered.answer([{ text: 'I ' }, { text: 'look.' }, { tool: 'Read', id: 'c1', input: { file_path: 'a' } }]);
    const events = await collect(request());
    assert.deepEqual(
      events.map(({ type }) => type),
      ['textDelta', 'textDelta', 'toolDelta', 'done'],
    );
    const last = events.at(-1);
    assert.ok(last?.type === 'done');
    assert.deepEqual(last.message.blocks, [
      { type: 'text', text: 'I look.' },
      { type: 'toolUse', id: 'c1', name: 'Read', input: { file_path: 'a' } },
    ]);
    const { stop, usage, model } = last.facts;
    assert.equal(stop, 'toolUse');
    assert.equal(model, 'vscode:a-test/large/2');
    assert.equal(usage.estimated, true);
    // The model of the test counts a token for every character.
    assert.equal(usage.outputTokens, 'I look.\nRead {"file_path":"a"}'.length);
    assert.ok(usage.inputTokens > 'You help.Hello'.length);
    const [asked] = offered.asked;
    assert.equal(asked?.model, 'large/2');
    assert.deepEqual(asked?.messages, [
      { role: 'user', parts: [{ text: 'You help.' }] },
      { role: 'user', parts: [{ text: 'Hello' }] },
    ]);
    assert.deepEqual(
      asked?.tools.map(({ name }) => name),
      ['Read'],
    );
  });

  test('results go back to the call they belong to', async () => {
    offered.answer([{ text: 'Done.' }]);
    const [end] = (
      await collect(
        request({
          messages: [
            { role: 'user', blocks: [{ type: 'text', text: 'Hello' }] },
            { role: 'assistant', blocks: [{ type: 'toolUse', id: 'c1', name: 'Read', input: { file_path: 'a' } }] },
            {
              role: 'user',
              blocks: [{ type: 'toolResult', id: 'c1', content: [{ type: 'text', text: 'content' }], isError: false }],
            },
          ],
        }),
      )
    ).slice(-1);
    assert.ok(end?.type === 'done');
    assert.equal(end.facts.stop, 'endTurn');
    assert.deepEqual(offered.asked[0]?.messages.slice(-2), [
      { role: 'assistant', parts: [{ call: 'c1', name: 'Read', input: { file_path: 'a' } }] },
      { role: 'user', parts: [{ result: 'c1', text: 'content' }] },
    ]);
  });

  test('stopping ends the request, and keeps what arrived', async () => {
    offered.answer([{ text: 'Half' }, { wait: true }]);
    const stop = new AbortController();
    const events: ModelEvent[] = [];
    for await (const event of models.provider.stream(request(), stop.signal)) {
      events.push(event);
      if (event.type === 'textDelta') stop.abort();
    }
    const last = events.at(-1);
    assert.ok(last?.type === 'failed');
    assert.equal(last.failure.code, 'cancelled');
    assert.deepEqual(last.partial?.blocks, [{ type: 'text', text: 'Half' }]);
    await until(() => offered.asked[0]?.cancelled ?? false, 'the cancellation');
  });

  for (const [what, error, code, words] of [
    [
      'NoPermissions',
      vscode.LanguageModelError.NoPermissions('no consent'),
      'permission',
      /Manage Language Model Access/,
    ],
    ['Blocked', vscode.LanguageModelError.Blocked('quota'), 'rateLimit', /a-test does not answer.*quota/],
    ['NotFound', vscode.LanguageModelError.NotFound('gone'), 'notFound', /no language model vscode:a-test\/large\/2/],
    ['any other error', new Error('boom'), 'server', /reported an error/],
  ] as const) {
    test(`${what}: what a person reads`, async () => {
      // Both at once, VS Code would tell the error only.
      let seen = () => {};
      const after = new Promise<void>((resolve) => {
        seen = resolve;
      });
      offered.answer([{ text: 'Half' }, { fail: error, after }]);
      let last: ModelEvent | undefined;
      for await (const event of models.provider.stream(request(), new AbortController().signal)) {
        if (event.type === 'textDelta') seen();
        last = event;
      }
      assert.ok(last?.type === 'failed');
      assert.equal(last.failure.code, code);
      assert.equal(last.failure.retryable, false);
      assert.match(sayInEnglish(becauseOfFailure(last.failure)), words);
      assert.deepEqual(last.partial?.blocks, [{ type: 'text', text: 'Half' }]);
    });
  }

  test('a no to VS Code’s own question whether we may use a model: nothing is sent, and a person reads where to allow it', async () => {
    // In a test VS Code refuses to ask, which is a no.
    const [only, ...more] = await collect(request({ model: 'vscode:a-locked/locked' }));
    assert.ok(only?.type === 'failed');
    assert.deepEqual(more, []);
    const { code, retryable, because } = only.failure;
    assert.deepEqual([code, retryable, because?.code], ['permission', false, 'editorModels.noPermissions']);
    assert.deepEqual(offered.asked, []);
  });

  test('a model that nobody offers, an empty answer, a search of the web', async () => {
    const failing = async (asked: ModelRequest) => {
      const last = (await collect(asked)).at(-1);
      assert.ok(last?.type === 'failed');
      return [last.failure.code, last.failure.because?.code];
    };
    assert.deepEqual(await failing(request({ model: 'vscode:nobody/x' })), ['notFound', 'editorModels.notFound']);
    offered.answer([]);
    assert.deepEqual(await failing(request()), ['malformedStream', 'editorModels.empty']);
    const search = request({ purpose: 'webSearch', webSearch: { maxUses: 1 } });
    assert.deepEqual(await failing(search), ['badRequest', 'editorModels.noWebSearch']);
  });

  test('signing in with them: one is chosen, kept as the default, and answers from now on', async () => {
    const set: string[] = [];
    const way = editorModelsWay({
      models,
      setDefault: async (id) => set.push(`default ${id}`),
      current: () => ({ setModel: (id) => set.push(`now ${id}`) }),
    });
    assert.equal(await way.available(), true);
    const choosing = way.choose();
    // The list is drawn only after the models were found; nothing can be accepted before.
    await untilPicked(() => set.length > 0);
    await choosing;
    assert.deepEqual(set, ['default vscode:a-test/small', 'now vscode:a-test/small']);
  });

  test('a model that goes away goes from the list', async () => {
    await models.find();
    offered.offer(['small']);
    await until(() => models.known().filter(({ vendor }) => vendor === 'a-test').length === 1, 'the shorter list');
  });
});

/** Accepts the first entry of the list that is shown, as the Enter key does; before it is drawn there is none. */
async function untilPicked(done: () => boolean): Promise<void> {
  const timer = setInterval(
    () => void vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem'),
    100,
  );
  try {
    await until(done, 'a choice');
  } finally {
    clearInterval(timer);
  }
}
