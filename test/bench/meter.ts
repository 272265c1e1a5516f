// What the comparison with the request before adds to a turn of a long conversation: 5,000 messages, 500 tools. The floor is
// what the request costs anyway, its body built and written as JSON.
import type { Message } from '../../src/contracts/message.ts';
import type { ModelRequest, ToolSpec } from '../../src/contracts/provider.ts';
import { buildRequest } from '../../src/providers/messagesRequest.ts';
import { expectationOf } from '../../src/usage/expectation.ts';
import { createPrefixReader } from '../../src/usage/prefixReader.ts';
import { median, type Report } from './kit/figure.ts';
import { MARKDOWN } from './kit/story.ts';

const RUNS = 30;
const NO_USAGE = { inputTokens: 0, cacheWriteTokens: 0, cacheReadTokens: 0, outputTokens: 0 };

export async function bench(report: Report): Promise<void> {
  measure(report, 'meter', 5000, 500);
  measure(report, 'meter.short', 50, 20);
}

function measure(report: Report, name: string, count: number, tools: number): void {
  const read = createPrefixReader(wire);
  let request = requestOf(Array.from({ length: count / 4 }, (_, turn) => turnOf(turn)).flat(), tools);
  let before = { prefix: read(request), usage: NO_USAGE, at: 0 };
  const ours: number[] = [];
  const floors: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    request = { ...request, messages: [...request.messages, ...turnOf(count + run)] };
    floors.push(timed(() => JSON.stringify(wire(request))));
    ours.push(
      timed(() => {
        const prefix = read(request);
        expectationOf(before, prefix, run);
        before = { prefix, usage: NO_USAGE, at: run };
      }),
    );
  }
  report({ name, value: median(ours), unit: 'ms', runs: RUNS, floor: median(floors) });
}

const wire = (request: ModelRequest) => buildRequest(request, {}).body;

function timed(work: () => void): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}

function requestOf(messages: Message[], tools: number): ModelRequest {
  return {
    model: 'assent-rehearsal',
    system: 'You help. '.repeat(300),
    tools: Array.from({ length: tools }, (_, index) => toolOf(index)),
    messages,
    maxTokens: 4096,
    thinking: 'off',
    purpose: 'main',
  };
}

function toolOf(index: number): ToolSpec {
  const properties = { path: { type: 'string', description: 'Where it is, from the root of the repository.' } };
  return {
    name: `mcp__server__tool${index}`,
    description: `Does the ${index}th thing there is to do. `.repeat(8),
    inputSchema: { type: 'object', properties },
  };
}

/** A question, a call, its result and the answer. */
function turnOf(turn: number): Message[] {
  const id = `toolu_${turn}`;
  const result = `Line ${turn} of a file.\n`.repeat(60);
  return [
    { role: 'user', blocks: [{ type: 'text', text: `Question ${turn}: what about part ${turn}?` }] },
    {
      role: 'assistant',
      blocks: [
        { type: 'text', text: `${MARKDOWN}\n${turn}` },
        { type: 'toolUse', id, name: 'Read', input: { file_path: `/project/src/part${turn}.js` } },
      ],
    },
    { role: 'user', blocks: [{ type: 'toolResult', id, content: [{ type: 'text', text: result }], isError: false }] },
    { role: 'assistant', blocks: [{ type: 'text', text: `That was part ${turn}.` }] },
  ];
}
