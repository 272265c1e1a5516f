// What every part of the permissions page is given.
import type { ReadonlySignal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { FromPermissions } from '../../src/permissionsProtocol.ts';
import type { State } from './state.ts';

export type PermissionsPage = {
  state: ReadonlySignal<State>;
  post(message: FromPermissions): void;
  openFile(path: string, line?: number): void;
  /** Closes the question whether to remove a rule. */
  keepRule(): void;
};

export const PermissionsContext = createContext<PermissionsPage | undefined>(undefined);

export function usePermissions(): PermissionsPage {
  const page = useContext(PermissionsContext);
  if (!page) throw new Error('A part of the page is drawn outside of PermissionsContext.');
  return page;
}
