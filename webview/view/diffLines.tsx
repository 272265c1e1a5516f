// The lines of hunks with their numbers. Added and removed lines carry a sign, so that colour is never the only mark.
import { useMemo } from 'preact/hooks';
import type { Hunk } from '../../src/contracts/edit.ts';
import { t } from '../l10n.ts';
import { usePage } from '../page.ts';
import { Visible } from './visible.ts';

type Line = { sign: ' ' | '+' | '−'; before?: number; after?: number; text: string };
/** Lines drawn before "show all". */
const LINES = 80;

export function HunkLines(props: {
  hunk: Hunk /** All lines of the file before. */;
  file: readonly string[];
  lead: number;
  trail: number;
  keep: string;
  replaced?: string;
}) {
  const { hunk, file, lead, trail, replaced } = props;
  const lines = useMemo(() => linesOf(hunk, file, lead, trail, replaced), [hunk, file, lead, trail, replaced]);
  const all = usePage().kept.of(`lines:${props.keep}`, false);
  const shown = all.value ? lines : lines.slice(0, LINES);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines scroll, and must do so by keyboard too. */}
      <pre class="diff" tabIndex={0} dir="ltr">
        {shown.map((line, i) => (
          <span key={i} class={`diff-line ${line.sign === '+' ? 'added' : line.sign === '−' ? 'removed' : ''}`}>
            <span class="diff-number">{line.before ?? ''}</span>
            <span class="diff-number">{line.after ?? ''}</span>
            <span class="diff-sign">{line.sign}</span>
            <span class="diff-text">
              <Visible text={line.text} />
            </span>
          </span>
        ))}
      </pre>
      {!all.value && lines.length > LINES && (
        <button
          type="button"
          class="link-button diff-more"
          onClick={() => {
            all.value = true;
          }}
        >
          {t('Show all {count} lines', { count: lines.length })}
        </button>
      )}
    </>
  );
}

/** Lines without their endings; an ending at the very end makes no further line. */
export function splitLines(text: string): string[] {
  if (text === '') return [];
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function linesOf(
  hunk: Hunk,
  file: readonly string[],
  lead: number,
  trail: number,
  replaced: string | undefined,
): Line[] {
  const lines: Line[] = [];
  // Index of the first line that is touched; an insertion stands before `beforeStart`.
  const from = hunk.beforeStart - 1;
  const shift = hunk.afterStart - hunk.beforeStart;
  for (let i = Math.max(0, from - lead); i < from; i++) {
    const text = file[i];
    // The text of a very large file stays behind.
    if (text !== undefined) lines.push({ sign: ' ', before: i + 1, after: i + 1 + shift, text });
  }
  splitLines(hunk.before).forEach((text, i) => {
    lines.push({ sign: '−', before: hunk.beforeStart + i, text });
  });
  const after = splitLines(replaced ?? hunk.after);
  after.forEach((text, i) => {
    lines.push({ sign: '+', after: hunk.afterStart + i, text });
  });
  const end = from + hunk.beforeCount;
  for (let i = end; i < Math.min(file.length, end + trail); i++) {
    const later = i - end + hunk.afterStart + after.length;
    lines.push({ sign: ' ', before: i + 1, after: later, text: file[i] ?? '' });
  }
  return lines;
}

/** How many unchanged lines to show before and after each hunk, so that no line is shown twice. */
export function contextOf(hunks: readonly Hunk[], around = 3): Array<{ lead: number; trail: number }> {
  return hunks.map((hunk, i) => {
    const previous = hunks[i - 1];
    const next = hunks[i + 1];
    const gapBefore = previous
      ? hunk.beforeStart - (previous.beforeStart + previous.beforeCount)
      : Number.POSITIVE_INFINITY;
    const gapAfter = next ? next.beforeStart - (hunk.beforeStart + hunk.beforeCount) : Number.POSITIVE_INFINITY;
    return {
      lead: previous ? Math.min(around, Math.max(0, gapBefore - around)) : around,
      trail: Math.min(around, gapAfter),
    };
  });
}
