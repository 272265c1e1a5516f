// A small, visible improvement to whatever file the walk-through has read, as an exact replacement in its text.

export type Improvement = { oldText: string; newText: string; why: string };

/** The mistake in the sample workspace: the daily maximum is forgotten for the last, unfinished day. */
const SAMPLE_LINE = /^\s*return days \* CENTS_PER_DAY \+ (hours\(rest\) \* CENTS_PER_HOUR);$/;
const FUNCTION = /^(\s*)(?:export\s+)?(?:default\s+)?(?:async\s+)?function\s+(\w+)\s*\(/;
const DEFINITION = /^(\s*)(?:async\s+)?(?:def|fn|func)\s+(\w+)/;
const LONGEST_LINE = 160;

/** Undefined when nothing in the file can be replaced for certain. */
export function improvementOf(path: string, lines: string[]): Improvement | undefined {
  const sample = lines.find((line) => SAMPLE_LINE.test(line));
  if (sample) {
    return {
      oldText: sample,
      newText: sample.replace(SAMPLE_LINE, (line, term: string) =>
        line.replace(term, `Math.min(${term}, CENTS_PER_DAY)`),
      ),
      why: 'The tariff has a maximum for each 24 hours. The code keeps it for whole days, but not for the hours after them.',
    };
  }
  const mark = commentMark(path);
  if (mark === undefined) return undefined;
  const isSafe = (line: string) =>
    line.trim() !== '' && line.length <= LONGEST_LINE && lines.filter((other) => other.includes(line)).length === 1;
  for (const pattern of [FUNCTION, DEFINITION]) {
    const index = lines.findIndex((line, at) => pattern.test(line) && isSafe(line) && !isComment(lines[at - 1] ?? ''));
    const [, indent = '', name = ''] = pattern.exec(lines[index] ?? '') ?? [];
    const line = lines[index];
    if (line === undefined) continue;
    return {
      oldText: line,
      newText: `${indent}${mark.replace('…', `\`${name}\`: say here what it does, so that callers need not read it.`)}\n${line}`,
      why: `\`${name}\` has no comment that says what it is for.`,
    };
  }
  const line = lines.find(
    (candidate) => isSafe(candidate) && !candidate.startsWith('#!') && !candidate.startsWith('<?'),
  );
  if (line === undefined) return undefined;
  return path.endsWith('.md')
    ? {
        oldText: line,
        newText: `${line}\n\n> Rehearsed with Assent.`,
        why: 'A line that shows that this page was edited.',
      }
    : {
        oldText: line,
        newText: `${mark.replace('…', 'Rehearsed with Assent.')}\n${line}`,
        why: 'A comment that shows that this file was edited.',
      };
}

function isComment(line: string): boolean {
  return /^\s*(\/\/|\/?\*|#|@)/.test(line);
}

/** How a comment is written in the file, with `…` for its text; undefined for files that have none. */
function commentMark(path: string): string | undefined {
  if (/\.(md)$/i.test(path)) return '> …';
  if (/\.([cm]?[jt]sx?|java|kt|c|h|cpp|cs|go|rs|php|swift)$/i.test(path)) return '// …';
  if (/\.(py|rb|sh|toml|ya?ml)$/i.test(path)) return '# …';
  return undefined;
}
