// What we add to a turn of a tool loop: everything between the answer that asks for a call and the request that brings its
// result. The floor sends the same bytes from a bare loop, which for a command also starts bash.
import { spawn } from 'node:child_process';
import { Agent, request } from 'node:http';
import { startBenchConversation } from './kit/conversation.ts';
import { median, type Report } from './kit/figure.ts';
import { type Answer, callAnswer, type Model, startModel, textAnswer } from './kit/model.ts';

const TURNS = 50;
const ROUNDS = 7;
const FILES = Object.fromEntries(
  Array.from({ length: TURNS }, (_, i) => [
    `src/part${i}.js`,
    Array.from({ length: 40 }, (_line, line) => `export const value${line} = ${line} * ${i};\n`).join(''),
  ]),
);

export async function bench(report: Report): Promise<void> {
  const model = await startModel();
  try {
    await measure(report, model, 'turns.read', (root, turn) => ['Read', { file_path: `${root}/src/part${turn}.js` }]);
    await measure(report, model, 'turns.bash', (_root, turn) => ['Bash', { command: `echo ${turn}` }], startBash);
  } finally {
    await model.close();
  }
}

type Call = (root: string, turn: number) => [tool: string, input: unknown];

/** Ours and the floor take turns, so that both see the same machine. */
async function measure(
  report: Report,
  model: Model,
  name: string,
  call: Call,
  beside?: (turn: number) => Promise<void>,
): Promise<void> {
  const ours: number[] = [];
  const floors: number[] = [];
  const late: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const conversation = await startBenchConversation(model.url, FILES);
    try {
      const calls = Array.from({ length: TURNS }, (_, i) => callAnswer(`toolu_${i}`, ...call(conversation.root, i)));
      const answers: Answer[] = [...calls, textAnswer('Done.')];
      await model.setAnswers(answers);
      await conversation.run('Go');
      await model.answeredTo(TURNS + 1);
      const requests = [...model.answered];
      const own = requests.slice(1).map((one, i) => one.arrivedAt - (requests[i]?.endedAt ?? Number.NaN));
      await model.setAnswers(answers);
      await replay(
        model.url,
        requests.map((one) => one.body),
        beside,
      );
      await model.answeredTo(TURNS + 1);
      const bare = model.answered.slice(1).map((one, i) => one.arrivedAt - (model.answered[i]?.endedAt ?? Number.NaN));
      if (round === 0) continue; // the code is compiled by then
      ours.push(mean(own));
      floors.push(mean(bare));
      late.push(mean(own.slice(-10)) - mean(own.slice(0, 10)));
    } finally {
      await conversation.end();
    }
  }
  const floor = median(floors);
  report({ name, value: median(ours), unit: 'ms', runs: ROUNDS, floor });
  report({
    name: `${name}.overFloor`,
    value: median(ours.map((one, i) => one - (floors[i] ?? floor))),
    unit: 'ms',
    runs: ROUNDS,
  });
  report({ name: `${name}.growth`, value: median(late), unit: 'ms', runs: ROUNDS });
}

async function replay(url: string, bodies: string[], beside?: (turn: number) => Promise<void>): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (const [turn, body] of bodies.entries()) {
    if (turn > 0) await beside?.(turn - 1);
    await post(url, body, agent);
  }
  agent.destroy();
}

function post(url: string, body: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = request(`${url}/v1/messages`, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.once('end', () => resolve(text));
      response.once('error', reject);
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

function startBash(turn: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['--noprofile', '--norc', '-c', `echo ${turn}`], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.resume();
    child.stderr.resume();
    child.once('error', reject);
    child.once('close', () => resolve());
  });
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
