// The list of what may be chosen, row by row.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isListed } from '../../../src/providers/availableModels.ts';

const rows: ReadonlyArray<[list: string[] | undefined, id: string, listed: boolean, env?: Record<string, string>]> = [
  [undefined, 'claude-opus-5', true],
  [[], 'claude-opus-5', false],
  [[''], 'claude-opus-5', false],
  // A family is all of it, in every vendor's spelling.
  [['opus'], 'claude-opus-5', true],
  [['Opus'], 'claude-opus-4-5-20251101', true],
  [['opus'], 'us.anthropic.claude-opus-4-5-20251101-v1:0', true],
  [['opus'], 'claude-opus-4-5@20251101', true],
  [['opus'], 'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-5', true],
  [['opus'], 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123', false],
  [['opus'], 'claude-sonnet-5', false],
  [['sonnet', 'haiku'], 'claude-3-5-haiku-20241022', true],
  // Another maker's model that only sounds like one.
  [['opus'], 'somebody/claude-opus-5', false],
  [['opus'], 'magnum-opus-72b', false],
  [['opus'], 'vscode:copilot/claude-opus-5', false],
  // A version is a beginning that ends where a part of the id ends.
  [['opus-4'], 'claude-opus-4-8', true],
  [['claude-opus-4'], 'claude-opus-4-5-20251101', true],
  [['claude-opus-4-5'], 'claude-opus-4-55', false],
  [['opus-4'], 'claude-opus-5', false],
  [['claude-sonnet-4-5'], 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0', true],
  [['claude-sonnet-4-5-20250929'], 'claude-sonnet-4-5@20250929', true],
  [['claude-sonnet-4-5-20250929'], 'claude-sonnet-4-5-20251111', false],
  [['anthropic.claude-sonnet-5'], 'claude-sonnet-5', true],
  // One that says more takes the family's own place.
  [['opus', 'claude-opus-4-8'], 'claude-opus-5', false],
  [['opus', 'claude-opus-4-8'], 'claude-opus-4-8', true],
  [['sonnet', 'opus-5'], 'claude-sonnet-4-6', true],
  [['sonnet', 'opus-5'], 'claude-opus-4-8', false],
  // A whole id that nobody knows.
  [['team/model-7'], 'team/model-7', true],
  [['team/model-7'], 'team/model-70', false],
  [['vscode:copilot/gpt-5'], 'vscode:copilot/gpt-5', true],
  [['vscode:copilot/gpt-5'], 'vscode:copilot/gpt-4', false],
  // The window is no other model.
  [['claude-sonnet-4-5'], 'claude-sonnet-4-5-20250929[1m]', true],
  [['sonnet[1m]'], 'claude-sonnet-5', true],
  // A variable may say what an id is that says nothing, never that a known one is another.
  [['opus'], 'team/big', true, { ANTHROPIC_DEFAULT_OPUS_MODEL: 'team/big' }],
  [['sonnet'], 'team/big', false, { ANTHROPIC_DEFAULT_OPUS_MODEL: 'team/big' }],
  [['sonnet'], 'claude-opus-4-0', false, { ANTHROPIC_DEFAULT_SONNET_MODEL: 'claude-opus-4-0' }],
  [['sonnet'], 'our-Opus', false, { ANTHROPIC_DEFAULT_SONNET_MODEL: 'our-Opus' }],
  [['sonnet'], 'our-sonnet', true, { ANTHROPIC_DEFAULT_SONNET_MODEL: 'our-sonnet' }],
  [['opus'], 'claude-fable-5', false, { ANTHROPIC_DEFAULT_OPUS_MODEL: 'claude-fable-5' }],
];
for (const [list, id, listed, env = {}] of rows) {
  test(`${JSON.stringify(list)} ${listed ? 'names' : 'leaves out'} ${id}${Object.keys(env).length > 0 ? ' of a variable' : ''}`, () => {
    assert.equal(isListed(id, list, env), listed);
  });
}
