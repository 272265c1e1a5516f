// How the readers of a script give up: with a reason that can be said, and the place in the text.
import type { Because } from '../../../contracts/permission.ts';

/** `index` is the place in the text, in UTF-16 units from 0. */
export class NotUnderstood extends Error {
  readonly because: Because;
  readonly index: number | undefined;

  constructor(code: string, index?: number, args: Record<string, string> = {}) {
    super(code);
    this.because = { code, args };
    this.index = index;
  }
}

/** What stands at `index` is nothing we read. */
export function refuse(index: number, code = 'permissions.shell.construct'): never {
  throw new NotUnderstood(code, index);
}
