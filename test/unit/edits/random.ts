// Random texts for property tests, from a seed that a failing test prints.

export type Random = { int(below: number): number; pick<T>(from: readonly T[]): T };

export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const int = (below: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
  return {
    int,
    pick: (from) => {
      const chosen = from[int(from.length)];
      if (chosen === undefined) throw new Error('nothing to pick from');
      return chosen;
    },
  };
}

const WORDS = ['', '}', '{', 'a', 'b', 'return x;', '가나다', '👩‍💻 é', '\ufeff'];
const ENDINGS = ['\n', '\r\n', '\r', '\n', '\n'];

/** Few different lines, so that diffs can slide; sometimes no final newline, sometimes nothing at all. */
export function randomText(random: Random, most = 12): string {
  const uniform = random.int(2) === 0 ? random.pick(ENDINGS) : undefined;
  let text = '';
  for (let n = random.int(most); n > 0; n--) text += random.pick(WORDS) + (uniform ?? random.pick(ENDINGS));
  return random.int(3) === 0 ? text + random.pick(WORDS) : text;
}

/** The text with some of its lines replaced, removed, doubled or joined by new ones. */
export function mutate(random: Random, text: string): string {
  const lines = text.match(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$/g) ?? [];
  for (let n = 1 + random.int(4); n > 0; n--) {
    const at = random.int(lines.length + 1);
    const fresh = random.pick(WORDS) + random.pick(ENDINGS);
    const kind = random.int(4);
    if (kind === 0) lines.splice(at, 1);
    else if (kind === 1) lines.splice(at, 1, fresh);
    else if (kind === 2) lines.splice(at, 0, fresh);
    else lines.splice(at, 0, lines[random.int(lines.length)] ?? fresh);
  }
  return lines.join('');
}
