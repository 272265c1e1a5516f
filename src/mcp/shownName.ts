// How a name that a server made up is shown: short, and with nothing hidden in it.
import { showInvisible } from '../util/invisible.ts';
import { cutEnd } from '../util/truncate.ts';

const SHOWN = 80;

export function shownName(name: string): string {
  return showInvisible(cutEnd(name, SHOWN)) + (name.length > SHOWN ? '…' : '');
}
