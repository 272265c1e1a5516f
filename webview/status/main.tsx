// Entry of the status page: joins state, bridge and view.
import './style.css';
import { signal } from '@preact/signals';
import { render } from 'preact';
import type { FromStatus, ToStatus } from '../../src/statusProtocol.ts';
import { connect } from '../bridge.ts';
import { registerComponents } from '../components.ts';
import { reportErrors } from '../reportErrors.ts';
import { readTranslations } from '../translations.ts';
import { App } from './app.tsx';
import { INITIAL, reduce, StatusContext } from './page.ts';

readTranslations();
const state = signal(INITIAL);
const bridge = connect<ToStatus, FromStatus>((message) => {
  state.value = reduce(state.value, message);
});
reportErrors((message, stack) => bridge.post({ type: 'pageError', message, stack }));

render(
  <StatusContext.Provider value={{ state, post: (message) => bridge.post(message) }}>
    <App />
  </StatusContext.Provider>,
  document.getElementById('root') ?? document.body,
);
bridge.post({ type: 'ready' });
void registerComponents(document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce ?? '');
