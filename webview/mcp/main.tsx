// Entry of the page of servers: joins state, bridge and view.
import './style.css';
import { signal } from '@preact/signals';
import { render } from 'preact';
import type { FromMcp, ToMcp } from '../../src/mcpProtocol.ts';
import { connect } from '../bridge.ts';
import { registerComponents } from '../components.ts';
import { reportErrors } from '../reportErrors.ts';
import { readTranslations } from '../translations.ts';
import { App } from './app.tsx';
import { INITIAL, type Local, McpContext, reduce } from './page.ts';

readTranslations();
const state = signal(INITIAL);
const change = (message: ToMcp | Local) => {
  state.value = reduce(state.value, message);
};
const bridge = connect<ToMcp, FromMcp>((message) => {
  change(message);
  // The tab comes back with its folder after a reload of the window.
  if (message.type === 'state') bridge.save({ root: message.state.root });
});
reportErrors((message, stack) => bridge.post({ type: 'pageError', message, stack }));
const post = (message: FromMcp) => {
  change({ type: 'asked' });
  bridge.post(message);
};

render(
  <McpContext.Provider value={{ state, post, change }}>
    <App />
  </McpContext.Provider>,
  document.getElementById('root') ?? document.body,
);
bridge.post({ type: 'ready' });
void registerComponents(document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce ?? '');
