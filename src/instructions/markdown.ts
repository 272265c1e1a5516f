// The little of Markdown that memory files need: what is code, which comments are left out, which files are imported.

type Piece = { text: string; code: boolean };

/** Fenced blocks apart from the rest; both with their line ends. */
function pieces(text: string): Piece[] {
  const out: Piece[] = [];
  let fence: string | undefined;
  let current = '';
  const end = (code: boolean) => {
    if (current !== '') out.push({ text: current, code });
    current = '';
  };
  for (const line of text.split(/(?<=\n)/)) {
    const [, mark] = /^ {0,3}(`{3,}|~{3,})/.exec(line) ?? [];
    if (fence === undefined && mark !== undefined) {
      end(false);
      fence = mark;
      current = line;
    } else if (fence !== undefined && mark !== undefined && closes(line, fence)) {
      current += line;
      end(true);
      fence = undefined;
    } else current += line;
  }
  end(fence !== undefined);
  return out;
}

function closes(line: string, fence: string): boolean {
  const mark = line.trim();
  return mark.length >= fence.length && mark === (fence[0] ?? '').repeat(mark.length);
}

/** Comments that stand at the start of a line, with the rest of a line that holds nothing else. An unclosed one stays. */
export function withoutComments(text: string): string {
  return pieces(text)
    .map((piece) => (piece.code ? piece.text : piece.text.replace(/^ {0,3}<!--[\s\S]*?-->[ \t]*(?:\r?\n|$)?/gm, '')))
    .join('');
}

/** The `@path` words outside code, in order, each once; `~/`, absolute and relative ones as they stand. */
export function importsIn(text: string): string[] {
  const found = new Set<string>();
  for (const piece of pieces(text)) {
    if (piece.code) continue;
    const plain = piece.text.replace(/(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, ' ');
    for (const [, path] of plain.matchAll(/(?:^|[\s([>"'*_-])@((?:\\ |[^\s\\`'"<>()[\]])+)/gm)) {
      const name = path?.replace(/\\ /g, ' ').replace(/[.,;:!?*]+$/, '');
      if (name) found.add(name);
    }
  }
  return [...found];
}
