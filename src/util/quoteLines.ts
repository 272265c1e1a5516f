// Lines of a file as the model is told of them.
import type { Hunk } from '../contracts/edit.ts';
import { cutMiddle } from './truncate.ts';

const SHOWN_TEXT = 4000;

/** Where a hunk stands in the text after it. */
export const span = (hunk: Hunk): string =>
  hunk.afterCount > 1 ? `lines ${hunk.afterStart}–${hunk.afterStart + hunk.afterCount - 1}` : `line ${hunk.afterStart}`;

export function quote(lead: string, text: string, remark = ''): string {
  return text === ''
    ? `${lead} (nothing; the lines were removed)`
    : `${lead}${remark}\n<text>\n${cutMiddle(text, SHOWN_TEXT).replace(/\n?$/, '\n')}</text>`;
}
