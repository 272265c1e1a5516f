// What a figure is, and how figures are told: one JSON line each.

/** `floor` is the least that the same thing can cost, measured in the same run; without one the figure stands alone. Nothing has a ratio to 0. */
export type Figure = { name: string; value: number; unit: string; runs: number; floor?: number };
export type Report = (figure: Figure) => void;

export function printFigure({ floor, ...figure }: Figure): void {
  const value = round(figure.value);
  const ratio = floor ? { ratio: round(figure.value / floor) } : {};
  const compared = floor === undefined ? {} : { floor: round(floor), ...ratio };
  console.log(JSON.stringify({ ...figure, value, ...compared }));
}

/** Throws on an empty list. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new Error('There is no median of nothing');
  return (upper + lower) / 2;
}

/** The value that `percent` of the values do not exceed. Throws on an empty list. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)];
  if (value === undefined) throw new Error('There is no percentile of nothing');
  return value;
}

/** Three digits that count, and whole numbers whole. */
function round(value: number): number {
  return Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(3));
}
