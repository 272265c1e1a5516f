// Matches a path against a glob: `*` within a part of the path, `**` across parts, `?`, `[a-z]`, `{a,b}`.

/** A RegExp for the whole path, with `/` between its parts. A pattern that is no valid glob is taken literally. */
export function globToRegExp(glob: string): RegExp {
  let source = '';
  let depth = 0;
  for (let at = 0; at < glob.length; at++) {
    const char = glob[at] ?? '';
    if (char === '*') {
      const whole = glob[at + 1] === '*' && (at === 0 || glob[at - 1] === '/');
      while (glob[at + 1] === '*') at++;
      if (whole && glob[at + 1] === '/') {
        source += '(?:.*/)?';
        at++;
      } else source += whole ? '.*' : '[^/]*';
    } else if (char === '?') source += '[^/]';
    else if (char === '{' && glob.indexOf('}', at) > 0) {
      source += '(?:';
      depth++;
    } else if (char === '}' && depth > 0) {
      source += ')';
      depth--;
    } else if (char === ',' && depth > 0) source += '|';
    else if (char === '[' && glob.indexOf(']', at + 2) > 0) {
      const end = glob.indexOf(']', at + 2);
      source += `[${glob
        .slice(at + 1, end)
        .replace(/^!/, '^')
        .replace(/[\\[\]]/g, '\\$&')}]`;
      at = end;
    } else source += char.replace(/[\\^$.|+()[\]{}]/g, '\\$&');
  }
  try {
    return new RegExp(`^${source}$`, 'u');
  } catch {
    return new RegExp(`^${glob.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}$`);
  }
}
