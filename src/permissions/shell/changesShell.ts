// Commands that change what the shell makes of the text that follows, and assignments that do not.

/** They run their words, or change names, variables and options: nothing that follows means what it says any more. */
const CHANGES_THE_SHELL = new Set([
  ...[
    'eval',
    'trap',
    'source',
    '.',
    'alias',
    'unalias',
    'enable',
    'hash',
    'set',
    'shopt',
    'bind',
    'complete',
    'compgen',
  ],
  ...['compopt', 'fc', 'history', 'export', 'declare', 'typeset', 'local', 'readonly', 'unset', 'let', 'mapfile'],
  ...['readarray', 'getopts', 'shift', 'coproc', 'logout', 'suspend', 'caller', 'return', 'select', 'function'],
]);
/** They evaluate what stands in the subscript of a name, or store what they make in it. */
const EVALUATES = new Set(['test', '[', '[[', 'printf', 'read', 'wait']);

/** Whether the shell itself would make more of these words than a command. */
export function changesShell([name = '', ...words]: readonly string[]): boolean {
  if (CHANGES_THE_SHELL.has(name)) return true;
  if (name === 'exec') return words.length === 0 || (words[0] ?? '').startsWith('-');
  if (name === 'printf' && (/^-/.test(words[0] ?? '') || /%[^a-zA-Z%]*n/.test((words[0] ?? '').replace(/%%/g, ''))))
    return words[0] !== '--';
  if (name === 'read' || name === 'wait') return words.length > 0;
  return EVALUATES.has(name) && (words.includes('-v') || words.some((word) => /\$\(|`|\$\{|\w\[/.test(word)));
}

/** Names that programs take for nothing but the form of what they print, and how many they run at once. */
const HARMLESS: Record<string, RegExp> = {
  ...Object.fromEntries(
    ['NODE_ENV', 'CI', 'NO_COLOR', 'FORCE_COLOR', 'LANG', 'TERM', 'COLUMNS', 'LINES', 'RUST_BACKTRACE', 'GOMAXPROCS']
      .concat(['PYTHONUNBUFFERED', 'PYTHONDONTWRITEBYTECODE', 'CLICOLOR', 'CLICOLOR_FORCE'])
      .map((name) => [name, /^[\w.@+-]*$/]),
  ),
  RUST_LOG: /^[\w.,:=@*-]*$/,
  TZ: /^[A-Za-z][\w+/-]*$/,
};

/** `value` is literal. A path in it may name a file that is loaded. */
export function isHarmlessAssignment(name: string, value: string): boolean {
  if (/^LC_[A-Z]+$/.test(name)) return /^[\w.@-]*$/.test(value);
  return Object.hasOwn(HARMLESS, name) && (HARMLESS[name]?.test(value) ?? false);
}
