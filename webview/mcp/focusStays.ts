// Where the keyboard goes when the button that had the focus is drawn no more: to its server, or to what stands first.
import { useLayoutEffect } from 'preact/hooks';

const SERVER = '[data-testid=mcp-server]';

/** For whatever draws the list of servers: an answer moves a server to another part of it. */
export function useFocusStays(): void {
  // Read while drawing, as long as what has the focus is still there.
  const had = focused()?.dataset['name'];
  useLayoutEffect(() => {
    if (had === undefined || document.activeElement !== document.body) return;
    const servers = [...document.querySelectorAll<HTMLElement>(SERVER)];
    const other = document.querySelector<HTMLElement>('[data-testid=mcp-add]');
    (servers.find((one) => one.dataset['name'] === had) ?? other)?.focus();
  });
}

function focused(): HTMLElement | null | undefined {
  return document.activeElement?.closest<HTMLElement>(SERVER);
}
