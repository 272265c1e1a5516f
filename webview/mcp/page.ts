// What every part of the page of servers is given.
import type { ReadonlySignal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ServerEntry } from '../../src/contracts/mcp.ts';
import type { Because } from '../../src/contracts/permission.ts';
import type { EditableScope, FromMcp, McpState, ToMcp } from '../../src/mcpProtocol.ts';

/** A form that is open; `replaces` names the server that it changes, `refused` says why what it sent was not written. */
export type Form = {
  replaces?: string;
  name: string;
  scope: EditableScope;
  entry: ServerEntry;
  saving?: boolean;
  refused?: Because;
};
export type State = { page: McpState | undefined; failure: Because | undefined; form: Form | undefined };

export const INITIAL: State = { page: undefined, failure: undefined, form: undefined };

export type Local =
  | { type: 'openForm'; form: Form }
  | { type: 'closeForm' }
  | { type: 'saving' }
  | { type: 'formTouched' }
  | { type: 'asked' };

export function reduce(state: State, message: ToMcp | Local): State {
  switch (message.type) {
    case 'state':
      return { ...state, page: message.state };
    case 'entry': {
      const { name, scope, entry } = message;
      return { ...state, form: { replaces: name, name, scope, entry } };
    }
    case 'saved':
      return { ...state, form: undefined, failure: undefined };
    case 'failed':
      if (state.form?.saving) return { ...state, form: { ...state.form, saving: false, refused: message.because } };
      return { ...state, failure: message.because };
    case 'openForm':
      return { ...state, form: message.form, failure: undefined };
    case 'closeForm':
      return { ...state, form: undefined };
    case 'saving':
      return state.form === undefined ? state : { ...state, form: { ...notRefused(state.form), saving: true } };
    case 'formTouched':
      return state.form?.refused === undefined ? state : { ...state, form: notRefused(state.form) };
    case 'asked':
      return { ...state, failure: undefined };
  }
}

function notRefused({ refused: _refused, ...form }: Form): Form {
  return form;
}

export type McpPage = {
  state: ReadonlySignal<State>;
  /** What was said of the last wish is gone with the next. */
  post(message: FromMcp): void;
  change(message: Local): void;
};

export const McpContext = createContext<McpPage | undefined>(undefined);

export function useMcp(): McpPage {
  const page = useContext(McpContext);
  if (!page) throw new Error('A part of the page is drawn outside of McpContext.');
  return page;
}
