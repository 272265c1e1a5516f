// Where the keyboard goes when the button that had the focus is drawn no more: to its server, or to what stands first.
import { useLayoutEffect } from 'preact/hooks';

const SERVER = '[data-testid=mcp-server]';
const ADD = '[data-testid=mcp-add]';

/** For whatever draws the list of servers: an answer moves a server to another part of it, the first one moves the button. */
export function useFocusStays(): void {
  // Read while drawing, as long as what has the focus is still there.
  const had = document.activeElement?.closest<HTMLElement>(`${SERVER}, ${ADD}`);
  const name = had?.dataset['name'];
  useLayoutEffect(() => {
    if (!had) return;
    const goOn = () => {
      if (document.activeElement !== document.body) return;
      const servers = [...document.querySelectorAll<HTMLElement>(SERVER)];
      const own = servers.find((one) => one.dataset['name'] === name);
      (own ?? document.querySelector<HTMLElement>(ADD))?.focus();
    };
    goOn();
    // A button takes the focus once it has drawn itself.
    requestAnimationFrame(goOn);
  });
}
