// Tells a script in one line, so that a table of texts and readings can be read.
import type { Piece, Redirect, ScriptReading, ShellNode, Word } from '../../../../src/permissions/shell/script.ts';

/**
 * Words stand in blanks: text as it is, `'quoted'`, `‹*›` a pattern, `⌂` the home folder, `$x` and `"$x"`. Redirections
 * stand in angle brackets behind the words, assignments as `A:=…` in front. What is not understood: `? code`.
 */
export function say(reading: ScriptReading): string {
  if ('script' in reading) return node(reading.script);
  return `? ${reading.notUnderstood.code.replace('permissions.shell.', '')}`;
}

function node(one: ShellNode): string {
  switch (one.kind) {
    case 'command': {
      const assignments = one.assignments.map((made) => `${made.name}${made.append ? '+' : ''}:=${word(made.value)}`);
      return [...assignments, ...one.words.map(word), ...one.redirects.map(redirect)].join(' ');
    }
    case 'pipeline':
      return `[${one.parts.map(node).join(' | ')}]`;
    case 'list': {
      const parts = one.parts.map((part) => `${part.joined === 'first' ? '' : ` ${part.joined} `}${node(part.node)}`);
      return `{${parts.join('')}${one.background ? ' &' : ''}}`;
    }
    case 'subshell':
    case 'group':
      return [`${one.kind}(${node(one.body)})`, ...one.redirects.map(redirect)].join(' ');
    case 'if':
    case 'while':
    case 'until':
      return [`${one.kind}(${one.parts.map(node).join(' / ')})`, ...one.redirects.map(redirect)].join(' ');
    case 'for': {
      const words = one.words.map(word).join(' ');
      return [`for(${one.variable} in ${words} / ${node(one.body)})`, ...one.redirects.map(redirect)].join(' ');
    }
    case 'case': {
      const branches = [one.patterns.map(word).join(' '), ...one.branches.map(node)].join(' / ');
      return [`case(${word(one.subject)} / ${branches})`, ...one.redirects.map(redirect)].join(' ');
    }
  }
}

function word({ pieces }: Word): string {
  return pieces.map(piece).join('');
}

function piece(one: Piece): string {
  switch (one.kind) {
    case 'text':
      return one.quoted ? `'${one.text}'` : one.text;
    case 'glob':
      return `‹${one.text}›`;
    case 'tilde':
      return '⌂';
    case 'variable':
      return one.quoted ? `"$${one.name}"` : `$${one.name}`;
    case 'substitution': {
      const sign = { command: '$', processIn: '<', processOut: '>' }[one.form];
      return `${one.quoted ? '"' : ''}${sign}(${node(one.body)})${one.quoted ? '"' : ''}`;
    }
  }
}

function redirect(one: Redirect): string {
  switch (one.kind) {
    case 'file':
      return `<${one.fd ?? ''}${one.operator} ${word(one.target)}>`;
    case 'copy':
      return `<${one.fd ?? ''}=${one.to}>`;
    case 'heredoc':
      return `<text ${JSON.stringify(one.text)}>`;
    case 'herestring':
      return `<text ${word(one.word)}>`;
  }
}
