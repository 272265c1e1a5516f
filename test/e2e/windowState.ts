// What VS Code has saved of a window, read in the browser.
import type { Page } from 'playwright-core';

/**
 * Waits until VS Code has saved its window state with this text in it: open editors, what a view keeps. In a browser it
 * does so every few seconds, not when the page goes away. Call it before a reload that has to find something again.
 */
export async function windowStateSaved(page: Page, text: string, timeoutMs = 20_000): Promise<void> {
  for (const giveUpAt = Date.now() + timeoutMs; Date.now() < giveUpAt; await page.waitForTimeout(100)) {
    if ((await page.evaluate(savedState)).some((value) => value.includes(text))) return;
  }
  throw new Error(`VS Code did not save ${text} with the state of its window`);
}

/** Runs in the page. */
async function savedState(): Promise<string[]> {
  const done = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const found: string[] = [];
  for (const { name } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name ?? ''));
    for (const store of database.objectStoreNames) {
      const values = await done(database.transaction(store).objectStore(store).getAll());
      found.push(...values.filter((value) => typeof value === 'string'));
    }
    database.close();
  }
  return found;
}
