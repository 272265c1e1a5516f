// Functions that run in the documents of a window. Each stands alone: nothing around it is there.

/** Notes when a key was pressed here together with Ctrl, when Enter was, and when the composer first had the focus: milliseconds of the wall clock. */
export function watch() {
  const now = () => performance.timeOrigin + performance.now();
  const bench = { pressedAt: undefined, enteredAt: undefined, composerAt: undefined };
  window.bench = bench;
  const onKey = (event) => {
    if (event.ctrlKey && event.key !== 'Control') bench.pressedAt = now();
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
    if (composer !== null && document.activeElement === composer) bench.composerAt = now();
    // Looking costs time itself: no longer than is needed, and the window has no composer.
    else if (window !== window.top) setTimeout(look, 4);
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
  // The last block alone: reading all of a long text in every frame would be measured too.
  const tail = () => {
    const drawn = document.getElementsByClassName('markdown');
    const last = drawn.length > 0 ? drawn[drawn.length - 1].lastElementChild : document.querySelector('pre')?.lastChild;
    return last?.textContent.slice(-200) ?? '';
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

/** From the next press of the mouse: milliseconds to the frame in which these words are on the screen. */
export function watchOpening(words) {
  window.openedAfter = undefined;
  const onPress = () => {
    const startedAt = performance.now();
    const look = () => {
      const rows = [...document.querySelectorAll('[data-testid="message"]')];
      const shown = rows.some((row) => {
        const { top, bottom } = row.getBoundingClientRect();
        return row.textContent.includes(words) && bottom > 0 && top < window.innerHeight;
      });
      requestAnimationFrame(() => {
        if (shown) window.openedAfter = performance.now() - startedAt;
        else look();
      });
    };
    look();
  };
  window.addEventListener('pointerdown', onPress, { capture: true, once: true });
}

export const openedAfter = () => window.openedAfter;

/** Scrolls up through the conversation, a little every frame, and gives the 95th percentile of the time a frame took. */
export async function scrollThrough(ms) {
  const scroller = document.querySelector('[data-testid="conversation"]');
  const frames = [];
  const startedAt = performance.now();
  let before = startedAt;
  let direction = -1;
  while (before - startedAt < ms) {
    const now = await new Promise((resolve) => requestAnimationFrame(resolve));
    frames.push(now - before);
    before = now;
    // A short conversation is gone through several times.
    if (scroller.scrollTop <= 0) direction = 1;
    else if (scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 1) direction = -1;
    scroller.scrollTop += direction * 120;
  }
  frames.sort((a, b) => a - b);
  return frames[Math.floor(frames.length * 0.95)];
}
