// Text as models write it: headings, lists, code, tables. Figures that show text show this one.

export const MARKDOWN = `The rounding happens in [src/price.js](src/price.js#L12), **before** the tax is added. So each line loses up to half a cent, and the total drifts.

### What I would change

1. Keep cents as integers in \`lineTotal\`.
2. Round once, in \`total\`.
   - This also fixes \`invoice.test.js\`.

\`\`\`js
// Sum in cents, and round a single time.
export function total(lines, rate = 0.19) {
  const net = lines.reduce((sum, line) => sum + line.cents * line.count, 0);
  return Math.round(net * (1 + rate)) / 100;
}
\`\`\`

| Case | Before | After |
|:-----|-------:|------:|
| one line | 11.90 | 11.90 |
| 100 lines | 1190.43 | 1190.00 |

> The tax office accepts either, as long as it is the same everywhere.
`;

/** The text again and again until it has so many tokens, cut into pieces of one token. */
export function tokensOf(count: number): string[] {
  const length = 4;
  const times = Math.ceil((count * length) / MARKDOWN.length);
  const text = Array.from({ length: times }, (_, part) => `${MARKDOWN}\nPart ${part}.\n\n`).join('');
  return Array.from({ length: count }, (_, i) => text.slice(i * length, (i + 1) * length));
}
