// Functions that run in the documents of a window. Each stands alone: nothing around it is there.

/** Notes when a key was pressed here, when Enter was, and when the composer first had the focus: milliseconds of the wall clock. */
export function watch() {
  const now = () => performance.timeOrigin + performance.now();
  const bench = { pressedAt: undefined, enteredAt: undefined, composerAt: undefined };
  window.bench = bench;
  const onKey = (event) => {
    bench.pressedAt = now();
    if (event.key === 'Enter') bench.enteredAt = now();
  };
  let listening;
  const look = () => {
    // A document that is written anew forgets its listeners, but not its timers.
    if (listening !== document.documentElement) {
      listening = document.documentElement;
      window.addEventListener('keydown', onKey, true);
    }
    const composer = document.querySelector('[data-testid="composer"]');
    if (composer !== null && document.activeElement === composer) bench.composerAt ??= now();
    setTimeout(look, 4);
  };
  look();
}

export const noted = () => ({ ...window.bench });
export const composerText = () => document.querySelector('[data-testid="composer"]')?.value;
export const clipboard = () => navigator.clipboard.readText();

/** Milliseconds of so many messages to the extension and back, one after the other. */
export async function roundTrips(count) {
  const times = [];
  for (let trip = 0; trip < count; trip++) {
    const startedAt = performance.now();
    await new Promise((resolve) => {
      window.pongs[trip] = resolve;
      window.vscode.postMessage({ ping: trip });
    });
    times.push(performance.now() - startedAt);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return times;
}

/** Notes long tasks of this document's thread, and when the text that ends a stream was drawn. */
export function watchStream(end) {
  const now = () => performance.timeOrigin + performance.now();
  const seen = { tasks: [], shownAt: undefined };
  window.streamSeen = seen;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.tasks.push(entry.duration);
  });
  observer.observe({ type: 'longtask' });
  const tail = () => {
    const messages = document.querySelectorAll('[data-testid="message"][data-role="assistant"]');
    return (messages[messages.length - 1] ?? document.querySelector('pre'))?.textContent.slice(-200) ?? '';
  };
  const look = () => {
    if (!tail().includes(end)) return requestAnimationFrame(look);
    requestAnimationFrame(() => {
      seen.shownAt = now();
      setTimeout(() => observer.disconnect(), 100);
    });
  };
  look();
}

export const streamSeen = () => window.streamSeen;
export const askForStream = (url) => window.vscode.postMessage({ stream: url });
export const clearPre = () => document.querySelector('pre')?.replaceChildren();
