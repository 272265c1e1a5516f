// Entry of the permissions page: joins state, bridge and view.
import './style.css';
import { signal } from '@preact/signals';
import { render } from 'preact';
import type { FromPermissions, ToPermissions } from '../../src/permissionsProtocol.ts';
import { connect } from '../bridge.ts';
import { registerComponents } from '../components.ts';
import { reportErrors } from '../reportErrors.ts';
import { readTranslations } from '../translations.ts';
import { App } from './app.tsx';
import { PermissionsContext, type PermissionsPage } from './page.ts';
import { INITIAL, keepRule, reduce } from './state.ts';

readTranslations();
const state = signal(INITIAL);
const bridge = connect<ToPermissions, FromPermissions>((message) => {
  state.value = reduce(state.value, message);
  // The tab comes back with its folder after a reload of the window.
  if (message.type === 'state') bridge.save({ root: message.state.root });
});
reportErrors((message, stack) => bridge.post({ type: 'pageError', message, stack }));

const page: PermissionsPage = {
  state,
  post: (message) => bridge.post(message),
  openFile: (path, line) => bridge.post({ type: 'openFile', path, ...(line === undefined ? {} : { line }) }),
  keepRule: () => {
    state.value = keepRule(state.value);
  },
};
render(
  <PermissionsContext.Provider value={page}>
    <App />
  </PermissionsContext.Provider>,
  document.getElementById('root') ?? document.body,
);
bridge.post({ type: 'ready' });
void registerComponents(document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce ?? '');
