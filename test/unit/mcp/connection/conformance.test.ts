// The official conformance suite: every scenario for clients that is neither a draft nor an extension, nothing excused.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { conformanceClient } from '../../../support/mcp/conformanceClient.ts';

const ROOT = process.env['ASSENT_ROOT'] ?? process.cwd();
/** The suite needs a newer Node than the rest of the tests; where code-server does not run, the one that runs this. */
const BESIDE = path.join(ROOT, 'test/vscode/node_modules/.bin/node');
const NODE = existsSync(BESIDE) ? BESIDE : process.execPath;
const SUITE = path.join(ROOT, 'node_modules/@modelcontextprotocol/conformance/dist/index.js');
const SCENARIO = process.env['MCP_CONFORMANCE_SCENARIO'];

// The suite starts the client as a program: this file again.
if (SCENARIO === undefined) tests();
else
  conformanceClient(process.argv.at(-1) ?? '', process.env['MCP_CONFORMANCE_CONTEXT']).then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );

function tests(): void {
  test('every scenario', { timeout: 120_000 }, async () => {
    const scenarios = await listed();
    assert.ok(scenarios.length >= 20, scenarios.join());
    const folder = await mkdtemp(path.join(tmpdir(), 'assent-conformance-'));
    try {
      const results = await Promise.all(scenarios.map((name) => passes(name, folder)));
      // Some measure times, which many side by side on a busy machine cannot keep: what fails is asked once more, alone.
      for (const [index, { name, code }] of results.entries())
        if (code !== 0) results[index] = await passes(name, folder);
      assert.deepEqual(
        results.filter(({ code }) => code !== 0).map(({ name, output }) => `${name}\n${output}`),
        [],
      );
      for (const { name, output } of results) assert.match(output, /Passed: [1-9]/, name);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

/** Names of scenarios of a published version of the protocol. */
async function listed(): Promise<string[]> {
  const { stdout } = await promisify(execFile)(NODE, [SUITE, 'list', '--client'], { encoding: 'utf8' });
  return [...stdout.matchAll(/^ +- (\S+) \[([^\]]+)\]/gm)].flatMap(([, name = '', versions = '']) =>
    /draft|extension/.test(versions) ? [] : [name],
  );
}

function passes(name: string, folder: string): Promise<{ name: string; code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const command = `"${NODE}" "${process.argv[1]}"`;
    const args = [SUITE, 'client', '--command', command, '--scenario', name, '-o', folder, '--verbose'];
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const child = spawn(NODE, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    child.once('error', reject);
    child.once('close', (code) => resolve({ name, code, output }));
  });
}
