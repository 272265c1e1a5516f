// Entry of the page: joins state, bridge and view.
import './style.css';
import { signal } from '@preact/signals';
import { render } from 'preact';
import type { FromWebview, ToWebview } from '../src/protocol.ts';
import { connect } from './bridge.ts';
import { registerComponents } from './components.ts';
import { keepIn } from './kept.ts';
import { type Page, PageContext } from './page.ts';
import { reportErrors } from './reportErrors.ts';
import { INITIAL, reduce } from './state.ts';
import { readTranslations } from './translations.ts';
import { App } from './view/app.tsx';

readTranslations();

const state = signal(INITIAL);
const bridge = connect(receive);
const kept = keepIn(bridge);

reportErrors((message, stack) => bridge.post({ type: 'pageError', message, stack }));

function receive(message: ToWebview): void {
  if (message.type === 'snapshot') kept.startConversation(message.snapshot.state.id);
  state.value = reduce(state.value, message, Date.now());
}

function post(message: FromWebview): void {
  bridge.post(message);
  // The card that had the focus goes away with its answer; keys must not go nowhere.
  if (message.type === 'answer') receive({ type: 'focusComposer' });
}

const page: Page = { state, kept, expect: receive, post };
const root = document.getElementById('root') ?? document.body;
render(
  <PageContext.Provider value={page}>
    <App />
  </PageContext.Provider>,
  root,
);
bridge.post({ type: 'ready' });
for (const type of ['focus', 'blur'] as const) {
  window.addEventListener(type, () => bridge.post({ type: 'focus', focused: type === 'focus' }));
}
if (document.hasFocus()) bridge.post({ type: 'focus', focused: true });

// Once the conversation stands there: the library keeps the thread busy for longer than all that was drawn.
const unsubscribe = state.subscribe(({ conversation }) => {
  if (conversation === undefined) return;
  queueMicrotask(() => unsubscribe());
  const nonce = document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce ?? '';
  requestAnimationFrame(() => setTimeout(() => void registerComponents(nonce)));
});
