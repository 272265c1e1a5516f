// A page's end of the bridge to the extension, typed by its protocol.
import type { FromWebview, ToWebview } from '../src/protocol.ts';

/** What VS Code gives a page, once. */
type VsCodeApi = { postMessage(message: unknown): void; getState(): unknown; setState(state: unknown): void };
declare function acquireVsCodeApi(): VsCodeApi;

export type Bridge<From = FromWebview> = {
  post(message: From): void;
  /** Survives hiding and reloading the page. Must be JSON. */
  load(): unknown;
  save(state: unknown): void;
};

/** `receive` is called for messages that VS Code delivers to this window; frames inside the page are not heard. */
export function connect<To extends { type: string } = ToWebview, From = FromWebview>(
  receive: (message: To) => void,
): Bridge<From> {
  const api = acquireVsCodeApi();
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    // VS Code posts from the parent frame, as which it stands in for the extension; its origin is the page's own.
    if (event.origin !== window.origin || !isMessage<To>(event.data)) return;
    receive(event.data);
  });
  return {
    post: (message) => api.postMessage(message),
    load: () => api.getState(),
    save: (state) => api.setState(state),
  };
}

function isMessage<To extends { type: string }>(data: unknown): data is To {
  return typeof data === 'object' && data !== null && 'type' in data && typeof data.type === 'string';
}
