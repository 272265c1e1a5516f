// Models of VS Code are asked through VS Code and nobody else, and pass for no vendor's own.
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import type { Provider } from '../../../src/contracts/provider.ts';
import { isListed } from '../../../src/providers/availableModels.ts';
import { knownModel } from '../../../src/providers/models.ts';
import { isEditorModel, routeProvider } from '../../../src/providers/routeProvider.ts';
import { requestOf, user } from './providerKit.ts';

function naming(id: string, asked: string[]): Provider {
  return {
    id,
    has: () => id === 'vendors',
    stream: (request) => {
      asked.push(`${id} ${request.model}`);
      return Readable.from([]);
    },
  };
}

test('the id decides which way a request takes', async () => {
  const asked: string[] = [];
  const routed = routeProvider(naming('vendors', asked), naming('editor', asked));
  for (const model of ['vscode:copilot/gpt-5', 'claude-sonnet-5', 'vscode', 'my-vscode:x']) {
    const request = requestOf([user('Hi')], { model });
    for await (const _ of routed.stream(request, new AbortController().signal));
  }
  assert.deepEqual(asked, [
    'editor vscode:copilot/gpt-5',
    'vendors claude-sonnet-5',
    'vendors vscode',
    'vendors my-vscode:x',
  ]);
  assert.equal(routed.has?.('webSearch'), true);
});

test('a model of VS Code has no list price and is in no family, whatever it is called', () => {
  for (const id of [
    'vscode:copilot/claude-sonnet-5',
    'vscode:copilot/claude-opus-4-5-20251101',
    'vscode:copilot/claude-haiku-4.5',
  ]) {
    assert.ok(isEditorModel(id));
    assert.equal(knownModel(id), undefined, id);
    assert.equal(isListed(id, ['sonnet', 'opus', 'haiku'], {}), false, id);
    assert.equal(isListed(id, [id], {}), true, id);
  }
});
