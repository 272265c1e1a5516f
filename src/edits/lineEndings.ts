// An editor knows one kind of line ending a document; this puts back what a file with several kinds had.
import { differingRuns, splitLines } from './lines.ts';

/** `edited`, with the ending of `original` on every line that is still there, and of its neighbour on a new one. */
export function restoreLineEndings(original: string, edited: string): string {
  const kept = splitLines(original).map(parts);
  const kinds = new Set(kept.map((line) => line.ending).filter((ending) => ending !== ''));
  if (kinds.size < 2) return edited;
  const now = splitLines(edited).map(parts);
  const runs = differingRuns(kept.map(words), now.map(words));

  let run = 0;
  let shift = 0;
  let neighbour = kept[0]?.ending ?? '\n';
  return now
    .map((line, index) => {
      while (index >= (runs[run]?.afterEnd ?? Number.POSITIVE_INFINITY)) {
        const passed = runs[run++];
        if (passed !== undefined) shift = passed.beforeEnd - passed.afterEnd;
      }
      const isNew = index >= (runs[run]?.afterStart ?? Number.POSITIVE_INFINITY);
      const ending = isNew ? neighbour : (kept[index + shift]?.ending ?? neighbour);
      if (ending !== '') neighbour = ending;
      return line.ending === '' ? line.text : line.text + (ending || neighbour);
    })
    .join('');
}

type Line = { text: string; ending: string };

function parts(line: string): Line {
  const ending = /[\r\n]+$/.exec(line)?.[0] ?? '';
  return { text: line.slice(0, line.length - ending.length), ending };
}

/** Equal for lines that differ in the kind of their ending alone. */
function words({ text, ending }: Line): string {
  return ending === '' ? text : `${text}\n`;
}
