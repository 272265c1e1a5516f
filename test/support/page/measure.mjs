// Figures of the page alone: opening a long conversation, and streaming beside a bare <pre>.
// `node test/support/page/measure.mjs`
import { startHarness } from './harness.mjs';
import { MARKDOWN, prompt, reply, snapshot, state, text } from './scenes.mjs';

export function longConversation(messages) {
  const events = [];
  for (let i = 0; i < messages / 2; i++) {
    events.push(prompt(`p${i}`, `Question ${i}: what about part ${i}?`), reply(text(`Answer ${i}.\n\n${MARKDOWN}`)));
    events.push({ type: 'finished', finish: { reason: 'done' } });
  }
  return events;
}

/** Milliseconds from the snapshot's arrival to the frame that shows its end; and how many rows exist then. */
export async function measureOpen(harness, messages) {
  const page = await harness.open({ width: 420 });
  await page.waitForTimeout(300);
  const result = await page.evaluate(
    async (message) => {
      const copy = structuredClone(message);
      const started = performance.now();
      window.dispatchEvent(new MessageEvent('message', { data: copy, origin: window.origin }));
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      return { ms: performance.now() - started, rows: document.querySelectorAll('.row').length };
    },
    snapshot({ events: longConversation(messages) }),
  );
  await page.context().close();
  return result;
}

/** Streams words at a rate and reports long tasks and how far the page is behind at the end, for ours and a bare <pre>. */
export async function measureStream(harness, { tokens = 8000, perSecond = 2000 } = {}) {
  const page = await harness.open({ width: 420 });
  await page.say(snapshot({ state: { running: true }, events: [prompt('p1', 'Go')] }));
  await page.waitForTimeout(500);
  const words = Array.from({ length: Math.ceil(tokens / 160) }, (_, i) => `${MARKDOWN}\n\nPart ${i}.\n\n`).join('');
  const size = words.length / tokens;
  const run = (bare) =>
    page.evaluate(
      async ({ words, size, tokens, perSecond, bare, state }) => {
        const long = [];
        const observer = new PerformanceObserver((list) =>
          long.push(...list.getEntries().map((entry) => entry.duration)),
        );
        observer.observe({ type: 'longtask' });
        let pre;
        if (bare) {
          pre = document.createElement('pre');
          document.body.replaceChildren(pre);
        }
        const started = performance.now();
        let sent = 0;
        await new Promise((resolve) => {
          const timer = setInterval(() => {
            const due = Math.min(tokens, Math.floor(((performance.now() - started) / 1000) * perSecond));
            if (due === sent) return;
            const delta = words.slice(Math.floor(sent * size), Math.floor(due * size));
            sent = due;
            if (pre) pre.append(delta);
            else window.postMessage({ type: 'events', state, events: [{ type: 'textDelta', text: delta }] }, '*');
            if (sent < tokens) return;
            clearInterval(timer);
            resolve();
          }, 16);
        });
        const ended = performance.now();
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
        observer.disconnect();
        return { longTasks: long.length, longest: Math.max(0, ...long), behindMs: performance.now() - ended };
      },
      { words, size, tokens, perSecond, bare, state: state({ running: true }) },
    );
  const ours = await run(false);
  const bare = await run(true);
  await page.context().close();
  return { ours, bare };
}

if (import.meta.url === `file://${process.argv[1]}`) {
  const harness = await startHarness({ minify: true });
  try {
    console.log('open 5,000', await measureOpen(harness, 5000));
    console.log('open 50', await measureOpen(harness, 50));
    console.log('stream', await measureStream(harness));
  } finally {
    await harness.close();
  }
}
