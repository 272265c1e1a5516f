// The fastest model there can be, in a thread of its own: answers that were made before, sent when the request is there.
import { createServer } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';

/** Milliseconds of the wall clock, with fractions. */
const now = () => performance.timeOrigin + performance.now();

let answers = workerData.answers;
let next = 0;
const server = createServer((request, response) => {
  const arrivedAt = now();
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', async () => {
    const answer = answers[next++ % answers.length];
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    const startedAt = now();
    if (typeof answer === 'string') response.end(answer);
    else await sendAtRate(response, answer);
    parentPort.postMessage({ arrivedAt, startedAt, endedAt: now(), body: Buffer.concat(chunks).toString('utf8') });
  });
});

/** Sends `events` evenly, so many a second, whatever has become due every 4 ms. */
async function sendAtRate(response, { head, events, tail, perSecond }) {
  response.write(head);
  const startedAt = performance.now();
  for (let sent = 0; sent < events.length; ) {
    const due = Math.min(events.length, Math.floor(((performance.now() - startedAt) / 1000) * perSecond));
    if (due > sent) response.write(events.slice(sent, due).join(''));
    sent = Math.max(sent, due);
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
  response.end(tail);
}

server.on('connection', (socket) => socket.setNoDelay(true));
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => parentPort.postMessage({ port: server.address().port }));
parentPort.on('message', (message) => {
  answers = message.answers;
  next = 0;
  parentPort.postMessage({ ready: true });
});
