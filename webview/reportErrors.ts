// Errors of a page go to the extension's log; the same one only once.

export function reportErrors(tell: (message: string, stack: string) => void): void {
  const reported = new Set<string>();
  function report(message: string, stack: string): void {
    // A browser's note that a size changed twice in a frame; nothing is lost.
    if (message.startsWith('ResizeObserver loop') || reported.has(message)) return;
    reported.add(message);
    tell(message, stack);
  }
  window.addEventListener('error', (event) => report(event.message, stackOf(event.error)));
  window.addEventListener('unhandledrejection', (event) => report(String(event.reason), stackOf(event.reason)));
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? '') : '';
}
