// A server of a few lines that speaks as it is told, right or wrong. Its one argument is JSON, or a file of it:
// { at?: { METHOD: reply, "METHOD WHAT": reply }, tools?, capabilities?, stderr?, grandchild?, ignoreEnd?, startRaw?, pidFile?, heard? }
// WHAT is what a request names: a tool, a prompt, an address, an argument. The file `heard` gets every line that is read.
// A reply is { result } | { error } | { raw: text or list of texts, $ID stands for the id } | { nothing: true } | { exit: code }
// | { repeat: { text, times } } | { bytes: n } | { binary: n } | { deep: n } | { kill: true }
// | { deaf: { text, times } } | { turns: [reply, …] }: one after the other, the last one stays; or a list of these.
import { spawn } from 'node:child_process';
import { appendFileSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const given = process.argv[2] ?? '{}';
const script = JSON.parse(given.startsWith('{') ? given : readFileSync(given, 'utf8'));
const write = (text) => process.stdout.write(text);
const answer = (id, result) => write(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`);
let calls = 0;
let lists;
function nextList() {
  const names = lists?.shift();
  if (!Array.isArray(names)) return names;
  return names.map((name) => (typeof name === 'object' ? name : { name, inputSchema: { type: 'object' } }));
}

if (script.pidFile) appendFileSync(script.pidFile, `${process.pid}\n`);
if (script.grandchild) {
  // One in the group, one that left it; neither listens to anybody.
  for (const detached of [false, true]) {
    const child = spawn('/bin/sh', ['-c', "trap '' TERM HUP INT; while :; do sleep 0.2; done"], {
      stdio: 'ignore',
      detached,
    });
    if (script.pidFile) appendFileSync(script.pidFile, `${child.pid}\n`);
    child.unref();
  }
}
if (script.ignoreEnd) {
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) process.on(signal, () => {});
  setInterval(() => {}, 1000);
}
if (script.stderr) process.stderr.write(script.stderr);
if (script.startRaw) write(script.startRaw);

const standard = {
  initialize: ({ params }) => ({
    protocolVersion: params?.protocolVersion ?? '2025-06-18',
    capabilities: script.capabilities ?? { tools: { listChanged: true } },
    serverInfo: { name: 'raw', version: '1.0.0' },
    ...(script.instructions ? { instructions: script.instructions } : {}),
  }),
  'tools/list': () => ({
    tools: nextList() ??
      script.tools ?? [{ name: 'echo', description: 'Says it again', inputSchema: { type: 'object' } }],
  }),
  'tools/call': ({ params }) => ({
    content: [{ type: 'text', text: `${params.name} ${++calls} ${JSON.stringify(params.arguments)}` }],
  }),
  ping: () => ({}),
};

function act(reply, id) {
  if (Array.isArray(reply)) {
    for (const one of reply) act(one, id);
    return;
  }
  if (reply.turns) {
    const [next] = reply.turns;
    if (reply.turns.length > 1) reply.turns.shift();
    act(next, id);
  }
  if (reply.result !== undefined) answer(id, reply.result);
  if (reply.error !== undefined) write(`${JSON.stringify({ jsonrpc: '2.0', id, error: reply.error })}\n`);
  for (const text of [reply.raw ?? []].flat()) write(text.replaceAll('$ID', String(id)));
  if (reply.repeat) {
    const { text, times } = reply.repeat;
    for (let at = 0; at < times; at += 1000)
      write(text.replaceAll('$ID', String(id)).repeat(Math.min(1000, times - at)));
  }
  if (reply.bytes) for (let at = 0; at < reply.bytes; at += 65536) write('x'.repeat(65536));
  if (reply.binary) write(Buffer.from(Array.from({ length: reply.binary }, (_, i) => (i * 7919) % 256)));
  if (reply.deep) write(`{"jsonrpc":"2.0","id":${id},"result":${'['.repeat(reply.deep)}${']'.repeat(reply.deep)}}\n`);
  if (reply.stderr) process.stderr.write(reply.stderr.repeat(reply.times ?? 1));
  if (reply.exit !== undefined) process.exit(reply.exit);
  if (reply.kill) process.kill(process.pid, 'SIGKILL');
  if (reply.environment) {
    const text = Object.entries(process.env)
      .map((entry) => entry.join('='))
      .join(' ');
    answer(id, { content: [{ type: 'text', text }] });
  }
  // Says much that wants an answer, and reads none.
  if (reply.deaf) {
    lines.pause();
    process.stdin.pause();
    for (let sent = 0; sent < reply.deaf.times; sent++) write(reply.deaf.text);
  }
  if (reply.collect) collecting = { id, left: reply.collect, found: [] };
  if (reply.slowly) {
    const { text, times, everyMs } = reply.slowly;
    let sent = 0;
    const timer = setInterval(() => {
      if (++sent <= times) return write(text.replaceAll('$ID', String(id)));
      clearInterval(timer);
      answer(id, { content: [] });
    }, everyMs);
  }
  // What the next list of tools is: names or whole tools, or no answer that can be used.
  if (reply.lists && lists === undefined) lists = [...reply.lists];
  if (reply.standard) answer(id, standard[reply.standard]({ params: { name: 'echo', arguments: {} } }));
}

/** Answers of ours to what the server asked. */
let collecting;

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  if (script.heard) appendFileSync(script.heard, `${line}\n`);
  const message = JSON.parse(line);
  const what = message.params?.name ?? message.params?.uri ?? message.params?.argument?.name;
  const own = script.at?.[`${message.method} ${what}`] ?? script.at?.[message.method];
  if (own !== undefined) return act(own, message.id);
  if (message.method === undefined && collecting) {
    collecting.found.push(message);
    if (--collecting.left === 0)
      answer(collecting.id, { content: [{ type: 'text', text: JSON.stringify(collecting.found) }] });
  }
  if (message.id === undefined || message.method === undefined) return;
  const reply = standard[message.method];
  if (reply) answer(message.id, reply(message));
  else
    write(
      `${JSON.stringify({ jsonrpc: '2.0', id: message.id, error: { code: -32601, message: 'unknown method' } })}\n`,
    );
});
if (!script.ignoreEnd) lines.on('close', () => process.exit(0));
