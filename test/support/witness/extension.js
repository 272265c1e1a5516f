// Runs in the extension host before the others and writes down every process started and every connection opened there.
const { appendFileSync } = require('node:fs');
const childProcess = require('node:child_process');
const dgram = require('node:dgram');
const net = require('node:net');
const { syncBuiltinESMExports } = require('node:module');

const FILE = process.env.ASSENT_WITNESS;

function note(kind, words) {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = Number.POSITIVE_INFINITY;
  const stack = new Error().stack ?? '';
  Error.stackTraceLimit = stackTraceLimit;
  appendFileSync(
    FILE,
    `${JSON.stringify({ kind, words: words.map(String), ours: stack.includes('assent.assent-') })}\n`,
  );
}

/** Notes each call of a method, then makes it. */
function watch(owner, method, tell) {
  const original = owner[method];
  owner[method] = function (...args) {
    tell(...args);
    return original.apply(this, args);
  };
}

function target(first, second) {
  // Node's own callers hand over a list of arguments that it has already put in order.
  const options = Array.isArray(first) ? first[0] : first;
  if (typeof options === 'object' && options !== null)
    return options.path ?? `${options.host ?? 'localhost'}:${options.port}`;
  return typeof options === 'string' && Number.isNaN(Number(options))
    ? options
    : `${typeof second === 'string' ? second : 'localhost'}:${options}`;
}

exports.activate = () => {
  if (FILE === undefined) return;
  watch(childProcess.ChildProcess.prototype, 'spawn', ({ file, args }) =>
    note('child', [file, ...(args ?? []).slice(1)]),
  );
  for (const method of ['spawnSync', 'execFileSync', 'execSync'])
    watch(childProcess, method, (file, args) => note('child', [file, ...(Array.isArray(args) ? args : [])]));
  watch(net.Socket.prototype, 'connect', (...args) => note('connection', [target(...args)]));
  watch(dgram.Socket.prototype, 'send', (...args) => note('connection', ['udp', ...args.slice(1)]));
  syncBuiltinESMExports();
  note('watching', []);
};
