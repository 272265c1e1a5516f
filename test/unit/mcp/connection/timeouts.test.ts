// Times and numbers as they are where nobody says anything, and what becomes of values that cannot be meant.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batchSize, callTimes, connectTimeout, startTimeout } from '../../../../src/mcp/connection/timeouts.ts';
import { definitionOf, raw } from '../../../support/mcp/connections.ts';

test('without a word of the environment: 30 s to connect, 5 s that the start waits, three programs at a time', () => {
  assert.deepEqual([connectTimeout({}), startTimeout({}), batchSize({})], [30_000, 5000, 3]);
});

test('with one, what it says', () => {
  assert.equal(connectTimeout({ MCP_TIMEOUT: '1500' }), 1500);
  assert.equal(startTimeout({ MCP_CONNECT_TIMEOUT_MS: '700' }), 700);
  assert.equal(batchSize({ MCP_SERVER_CONNECTION_BATCH_SIZE: '8' }), 8);
  const env = { MCP_TOOL_TIMEOUT: '90000', CLAUDE_CODE_MCP_TOOL_IDLE_TIMEOUT: '2000' };
  assert.deepEqual(callTimes(definitionOf(raw()), env), { total: 90_000, idle: 2000, firstByte: 90_000 });
});

test('none, less than none, or no number is as if nothing was said; more than a timer can wait is as long as it can', () => {
  for (const odd of ['', ' ', '0', '-5', 'soon', 'NaN']) {
    assert.equal(connectTimeout({ MCP_TIMEOUT: odd }), 30_000, odd);
    assert.equal(startTimeout({ MCP_CONNECT_TIMEOUT_MS: odd }), 5000, odd);
    assert.equal(batchSize({ MCP_SERVER_CONNECTION_BATCH_SIZE: odd }), 3, odd);
    assert.equal(callTimes(definitionOf(raw()), { MCP_TOOL_TIMEOUT: odd }).total, 100_000_000, odd);
  }
  const most = 2 ** 31 - 1;
  for (const long of ['99999999999', '1e300']) {
    const { total, idle } = callTimes(definitionOf(raw()), {
      MCP_TOOL_TIMEOUT: long,
      CLAUDE_CODE_MCP_TOOL_IDLE_TIMEOUT: long,
    });
    assert.deepEqual([connectTimeout({ MCP_TIMEOUT: long }), total, idle], [most, most, most], long);
  }
  assert.equal(batchSize({ MCP_SERVER_CONNECTION_BATCH_SIZE: '0.5' }), 1);
});
