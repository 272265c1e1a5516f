// What the model is told of answers to edits that were made without a review.
import type { Hunk } from '../contracts/edit.ts';
import { quote, span } from '../util/quoteLines.ts';

/** `hunk` as it was when it was rejected. */
export function sayRejected(path: string, hunk: Hunk, comment: string | undefined): string {
  const remark = comment ? ` The comment: ${comment}` : '';
  return taken(
    `The person rejected this part of your edit of ${path} (${span(hunk)}), and it was taken back.${remark}`,
    hunk,
  );
}

export function sayTakenBack(path: string, hunk: Hunk): string {
  return taken(`The person took back this part of your edit of ${path} (${span(hunk)}).`, hunk);
}

export function sayEdited(path: string, hunk: Hunk): string {
  return quote(
    `The person changed this part of your edit of ${path} and accepted it (${span(hunk)}). It now reads:`,
    hunk.after,
  );
}

function taken(lead: string, hunk: Hunk): string {
  return quote(lead, hunk.after || hunk.before, hunk.after ? '\nYou had written:' : '\nYou had removed:');
}
