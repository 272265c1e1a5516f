// Texts in which a parser sees fewer commands than bash runs. None of them may be read as less than it is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shellReader } from '../../../support/shellReader.ts';
import { say } from './sayScript.ts';

const LEFT_ALONE = {
  'a blank for the parser, text for bash': ['echo a\r#b; EVIL', 'echo a\f#b; EVIL', 'echo a\v#b; EVIL'],
  'a line break that joins two words': ['echo a\\\n#b; EVIL', 'ls\\\nof -i', 'git log\\\nout', 'echo "$\\\n(EVIL)"'],
  'a line break behind an escaped blank': ['echo \\ \\\n#b; EVIL', 'echo a\\\t#b; EVIL', 'echo "a \\\n"'],
  'backticks in a here-document': [
    'cat <<EOF\n`EVIL`\nEOF',
    'cat <<EOF\n\\`x`EVIL`\nEOF',
    'cat <<EOF\n\\\\$(EVIL)\nEOF',
  ],
  'backticks in a parameter': [
    `echo "\${x:-\`EVIL\`}"`,
    `echo \${x:+\`EVIL\`}`,
    `echo \${x/\`EVIL\`/}`,
    `echo \${x#\`EVIL\`}`,
  ],
  'commands in a pattern': [`echo \${x#$(EVIL)}`, `echo \${x%%$(EVIL)}`, `echo \${x^^$(EVIL)}`, `echo \${x,,$(EVIL)}`],
  'quotes that do not quote': [`echo "\${x:-'$(EVIL)'}"`, `cat <<EOF\n\${x:-'$(EVIL)'}\nEOF`],
  'backticks in backticks': ['echo `echo \\`EVIL\\` `', 'echo "`echo "EVIL"`"'],
  'the end of a here-document': [
    "cat <<EOF\nx\n EOF\necho '\nEOF\nEVIL\n#'",
    "cat <<-EOF\nx\n  EOF\necho '\nEOF\nEVIL\n#'",
    "cat <<EOF\nx\nEOF \necho '\nEOF\nEVIL\n#'",
    "cat <<EOF\nx\\\nEOF\necho '\nEOF\nEVIL\n#'",
    "cat <<'EOF'\nx\n EOF\necho '\nEOF\nEVIL\n#'",
  ],
  'what stands behind a here-document': [
    "cat <<'EOF'; EVIL\nx\nEOF",
    "cat <<'EOF' & EVIL\nx\nEOF",
    "cat <<'EOF' && a; EVIL\nx\nEOF",
    "cat <<'EOF' | cat; EVIL\nx\nEOF",
    "cat <<'EOF' 2>&1 | EVIL\nx\nEOF",
    "cat <<'EOF' | a 'b\nc' | EVIL\nx\nEOF",
    "cat <<'EOF' | a && EVIL\nx\nEOF",
    "cat <<'EOF' && EVIL\nx\nEOF",
    'cat <<A <<B\nx\nA\nEVIL\nB',
    '<<EOF cat\nx\nEOF',
    "cat <<''\nEVIL\n",
    "cat <<E'O'F\nx\nEOF",
    "cat <<$'EOF'\nx\nEOF",
  ],
  'characters that do not show': [
    '\ufeffls',
    'ls\r',
    'ls \r',
    'echo a\0b',
    'ls\u00a0-la',
    'ls \u200bx',
    'echo \u202egnp.exe',
    'ls \u{e0041}',
    'ls \ue000',
    'ls\u2028EVIL',
    'ls \u001b[2K',
    'ls \u3000x',
    'ls \ud800x',
  ],
  'arithmetic, or not': [
    'echo $((EVIL) )',
    '((EVIL); x)',
    'echo $(($(EVIL)1))',
    'echo $((a[$(EVIL)]))',
    'echo $[$(EVIL)]',
    'x[$(EVIL)]=1',
    'for ((i=$(EVIL);;)); do x; done',
  ],
  'words that the parser cuts': ["E'V'\\IL", "echo a'b'\\ c"],
  'braces that make the command': ['{EVIL,x}', '{EVIL,x', '{EVIL,x}y{', '$x{a,b}'],
  'what bash refuses and another shell runs': ['ls ;; EVIL', 'ls (EVIL)', 'ls ;& EVIL', '() { EVIL; }', 'ls &&& EVIL'],
  'errors that hide the rest': [
    'echo "unclosed && EVIL',
    'ls && && EVIL',
    'ls |',
    'echo `EVIL',
    "echo 'EVIL",
    'echo $(EVIL',
  ],
  'text in other quotes': ["$'\\x45VIL'", 'echo $"$(EVIL)"', "echo $'\\u0045VIL'", "echo $'\\cE' b"],
  'keywords that run something else': [
    'coproc EVIL',
    'coproc N { EVIL; }',
    'time { EVIL; }',
    'time ( EVIL )',
    'ls() { EVIL; }; ls',
    'function ls { EVIL; }; ls',
    'select x in a; do EVIL; done',
  ],
  'patterns of patterns': ['ls @(a|b)', 'ls !(a)', 'case x in @(a|b)) EVIL;; esac', '[[ a == @(a|$(EVIL)) ]]'],
  'tests that evaluate': ["[[ 'a[$(EVIL)]' -lt 2 ]]", '[[ -v a[$(EVIL)] ]]', '[[ a =~ $(EVIL) ]]'],
  arrays: ['a=($(EVIL))', 'declare -a a=($(EVIL))', 'a+=(b)', 'export a=(b)'],
  'descriptors with a name': ['ls {EVIL}>x', 'ls 2>&EVIL', 'ls >& 0EVIL', 'ls <&EVIL', 'cat <> f', 'ls 2>&1-'],
};

for (const [name, texts] of Object.entries(LEFT_ALONE)) {
  test(`not understood: ${name}`, async () => {
    const reader = await shellReader();
    for (const text of texts) {
      const reading = reader.read(text);
      assert.ok('notUnderstood' in reading, `${JSON.stringify(text)} is read as ${say(reading)}`);
    }
  });
}

/** All that bash runs in them is there. */
const SEEN: Array<[text: string, reading: string]> = [
  ['export PATH=. && EVIL', '{export PATH=. && EVIL}'],
  ['> file', '<> file>'],
  ['>f EVIL', 'EVIL <> f>'],
  ['A=$(EVIL)', 'A:=$(EVIL)'],
  ['A=1 EVIL x', 'A:=1 EVIL x'],
  ['echo $(< /etc/passwd)', 'echo $(<< /etc/passwd>)'],
  ["cat <<'EOF' | EVIL\nx\nEOF", '[cat <text "x\\n"> | EVIL]'],
  ["cat <<'EOF' | a | EVIL\nx\nEOF\nb", '{[cat <text "x\\n"> | a | EVIL] ; b}'],
  ['cat <<< $(EVIL)', 'cat <text $(EVIL)>'],
  ['echo > $(EVIL)', 'echo <> $(EVIL)>'],
  ['case $(EVIL) in $(A)) B;; esac', 'case($(EVIL) / $(A) / B)'],
  ['for i in $(EVIL); do a; done', 'for(i in $(EVIL) / a)'],
  ['[ -n "$(EVIL)" ]', '[ -n "$(EVIL)" ]'],
  ['[[ -n $(EVIL) && a ]]', `group({[[ -n $(EVIL) ]] && [[ 'a' ]]})`],
  ['{ a; } | { EVIL; }', '[group(a) | group(EVIL)]'],
  ['if a; then b; fi > $(EVIL)', 'if(a / b) <> $(EVIL)>'],
  ['"EVIL"', "'EVIL'"],
  ['EV\\IL', "EV'I'L"],
  ['echo a{b,c}d', 'echo abd acd'],
  ['kill -9 5', 'kill -9 5'],
  ['a <b >c 2>&1', 'a << b> <> c> <2=1>'],
  ['# x \\\nEVIL', 'EVIL'],
  ['echo a # \\\nEVIL', '{echo a ; EVIL}'],
  ['echo "a # b"; EVIL', "{echo 'a # b' ; EVIL}"],
  ["echo 'a\n# b'; EVIL", "{echo 'a\n# b' ; EVIL}"],
  ['a |& EVIL', '[a | EVIL]'],
  ['! EVIL', 'EVIL'],
  ['until EVIL; do :; done', 'until(EVIL / :)'],
  ['a & EVIL &', '{a & EVIL &}'],
  ['cat <(EVIL) > >(WORSE)', 'cat <(EVIL) <> >(WORSE)>'],
  ['time EVIL', 'time EVIL'],
  ['time -p EVIL | a', '[time -p EVIL | a]'],
  ['time -x EVIL | a', '[time -x EVIL | a]'],
  ['eval EVIL', 'eval EVIL'],
];

test('what is read holds every command that bash runs', async () => {
  const reader = await shellReader();
  assert.deepEqual(
    SEEN.map(([text]) => [text, say(reader.read(text))]),
    SEEN,
  );
});

test('a text that is not understood is explained with the place, counted in characters', async () => {
  const reader = await shellReader();
  const reading = reader.read('echo 한국 😀 $((1))');
  assert.ok('notUnderstood' in reading);
  assert.equal(reading.at, 11);
  assert.deepEqual(reading.notUnderstood, { code: 'permissions.shell.construct', args: { at: '11', text: '$((1))' } });
});
