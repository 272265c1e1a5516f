// One row or two for each family of everyday calls and of tricks, apart from the shared lists: what needs no question, what does.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, run, type Setting } from './call.ts';
import { verdictOf } from './checkRecord.ts';

const BUILT_IN = [
  ...[
    'ls -lrt logs',
    'ls -I node_modules',
    'cat -n src/a.ts',
    'head -n -5 a',
    'tail -n +5 a',
    'wc -L a',
    'du -h -d1 .',
  ],
  ...[
    'stat --printf="%s\\n" a',
    'date -d "2 days ago" +%F',
    'diff -y -W 80 a b',
    'which -a python3',
    'ls ./src/../docs',
  ],
  ...['grep -rn --include=*.ts foo src', 'grep -rn --include="*.ts" --exclude-dir=dist foo .', 'grep -C3 -m1 foo a'],
  ...[
    'find . \\( -name "*.js" -o -name "*.ts" \\) -type f',
    'find src -mtime -1 -not -path "*/dist/*" -printf "%f\\n"',
  ],
  ...[
    "echo $'a\\tb'",
    "grep $'\\t' a.tsv",
    "echo 'a; rm x'",
    'ls "src/(app)"',
    'cat src/\\[id\\]/page.tsx',
    'cat "문서/안내.md"',
  ],
  ...[
    'ls >& /dev/null',
    "cat <<'EOF' | wc -l\na\nEOF",
    'wc -w <<< "a b"',
    '2>/dev/null ls',
    'cat a 2>/dev/null || echo none',
  ],
  ...['[[ -f a && ! -d b ]] && cat a', '(cd src && ls)', 'cd src/a && cat ../../b', 'ls |\nwc -l', '! grep -q foo a'],
  ...['cat a | cut -d: -f1 | sort | uniq -c | sort -rn | head', 'sed -n "/a/,/b/p" a', 'rg -g "!dist" -l foo | sort'],
  ...[
    'jq -r \'.a | to_entries[] | "\\(.key)"\' a.json',
    'tr -d "\\r" < a',
    'git diff main...HEAD --stat',
    'git log -S foo -5',
  ],
  ...['timeout -s KILL 5 ls', 'nice -n 19 cat a', 'time -p ls', 'LC_ALL=C ls', 'ls *.md | xargs -n1 basename'],
];

const WITH_RULES: Array<[rule: string, ...commands: string[]]> = [
  [
    'Bash(npm run test:*)',
    'npm run test',
    'CI=1 timeout 60 npm run test -- -t "a > b" 2>&1 | tail -5',
    'cd web && npm run test',
  ],
  ['Bash(git * main)', 'git push origin main', 'git merge main'],
  ['Bash(env)', 'env'],
  ['Bash(grep:*)', 'find . -print0 | xargs -0 grep -n foo', 'git ls-files | xargs grep foo'],
  ['Bash(rm:*)', 'rm -rf dist node_modules', 'rm -f build/*.o'],
  ['Bash', 'node x.js && node y.js > /dev/null'],
];

const ASKED = [
  ...[
    'mkdir -p a',
    'sort -oout a',
    'uniq -d - out',
    'date --set=x',
    'file -m ./m a',
    'wc --files0-from=l',
    'tail -F a',
    'env',
  ],
  ...[
    'git diff --output out',
    'git branch -f main HEAD~1',
    'git ls-remote origin',
    'git config -l',
    'git --paginate log',
  ],
  ...[
    'git rebase -x "node x" main',
    'git stash push',
    'git blame --contents=/etc/passwd a',
    'git -C .. log',
    'git grep -Oless x',
  ],
  ...[
    'find . -fls o',
    "find . '-exec' id \\;",
    'find .. -name x',
    'fd -X ls',
    'rg --pre-glob "*" --pre ./x a',
    'rg -z a',
    'rg a ..',
  ],
  ...[
    "jq -n 'env.HOME'",
    'jq --rawfile a ~/x -n 1',
    'sed -ni p f',
    "sed '1!e id' f",
    "sed 's/[/]/w/w o' f",
    "awk 'BEGIN{system(1)}'",
  ],
  ...[
    'cat .{.,}/x',
    'cat \\../x',
    'ls ~',
    'cd && ls',
    'cat < ../x',
    'head a ../b',
    'ls //h/s',
    'cat \\\\\\\\h\\\\s',
    'cat C:/x',
    'echo ../*',
  ],
  ...[
    'python3 -',
    'node --version -e 1',
    'deno eval 1',
    './x',
    'bash -n x.sh',
    'curl x',
    'hostname -f',
    'xargs env',
    'ls | xargs -d/ cat',
  ],
  ...[
    'cat <(node x)',
    'eval ls',
    'let x=1',
    '[[ -v "a[$(id)]" ]]',
    'x=ls; $x',
    'ls() { id; }; ls',
    'trap id EXIT',
    'read PATH <<< .',
  ],
  ...[
    'ls > out',
    'ls >& out',
    'ls <> a',
    'exec 3> o',
    'echo x > .g"i"t/config',
    "cat <<'EOF' | sh\nid\nEOF",
    'cat <<EOF\n$(id)\nEOF',
  ],
  ...[
    'PATH=. ls',
    'LC_ALL=$(id) ls',
    'env -u HOME ls',
    'GIT_TRACE=/x git status',
    'l\u0455',
    'ls\u200b',
    'ls\u2028id',
    'ls &&',
    'time )',
  ],
  ...[
    "$'\\x6eode' x",
    'n""ode x',
    '{node,x}',
    '/bin/ec?o hi',
    'coproc id',
    'echo $((id) )',
    'ls (a)',
    'for c in node; do $c; done',
  ],
];

const DENIED = [
  ...[
    'rm x',
    '$"rm" x',
    '{rm,x}',
    'r$@m x',
    "$'rm' x",
    'r""m x',
    '/bin/"rm" x',
    'ls |& rm x',
    '{ (rm x); }',
    'echo `rm x`',
    'cat > >(rm x)',
    'X=1; rm x',
  ],
  ...[
    "cat <<'E' | rm x\nE",
    'ls | xargs -n1 rm',
    'find . -ok rm {} \\;',
    'sudo -u x rm y',
    'nohup sh -c "rm x"',
    'f() { rm x; }',
  ],
  ...['if ls; then rm x; fi', '</dev/null rm x', 'env A=1 rm x', '# c\nrm x', 'git ls-files | xargs rm', 'time (rm x)'],
];

test('everyday commands run by themselves, or by the rule that names them', async () => {
  const wrong: string[] = [];
  const tried: Array<[string, string[]]> = [
    ...BUILT_IN.map((command): [string, string[]] => [command, []]),
    ...WITH_RULES.flatMap(([rule, ...commands]) =>
      commands.map((command): [string, string[]] => [command, [`allow ${rule}`]]),
    ),
  ];
  for (const [command, rules] of tried) {
    const { kind, because } = await run(command, { rules });
    if (kind !== 'allow') wrong.push(`${command}: ${kind}, ${because.code}`);
  }
  assert.deepEqual(wrong, []);
});

test('tricks ask, and what a rule denies is refused in every spelling', async () => {
  const wrong: string[] = [];
  const basic = ['allow Bash(echo:*)', 'allow Bash(ls:*)', 'allow Bash(cat:*)'];
  for (const [command, wanted, rules] of [
    ...ASKED.map((text) => [text, 'ask', basic] as const),
    ...DENIED.map((text) => [text, 'deny', [...basic, 'deny Bash(rm:*)']] as const),
  ]) {
    const { kind, record } = await run(command, { rules: [...rules] });
    if (kind !== wanted || verdictOf(record) !== wanted) wrong.push(`${command}: ${kind}`);
  }
  assert.deepEqual(wrong, []);
});

const DOCS = ['allow WebFetch(domain:docs.example.com)', 'deny WebFetch(domain:evil.example)'];
const WINDOWS: Setting = { platform: 'win32' };

const CALLS: Array<[verdict: 'allow' | 'ask' | 'deny', tool: string, texts: string[], setting?: Setting]> = [
  ['allow', 'Write', ['src/(group)/page.tsx', 'docs/bashrc.md', '.gitignore', 'src/git/hooks.ts', '.env.example']],
  [
    'ask',
    'Write',
    ['.git/HEAD', 'a/.husky/x', '.lefthook/x', 'lefthook-local.yml', '.lefthook.toml', '.pre-commit-config.yaml'],
  ],
  [
    'ask',
    'Write',
    ['gradle/wrapper/gradle-wrapper.jar', '.githooks/pre-push', '.vimrc', '.gdbinit', 'x.code-workspace', '.vs/x'],
  ],
  ['ask', 'Write', ['../x', '~/.zshrc', 'a\u0000/../b', '~dev/x', 'file:///etc/x', '.git/./config', '\\\\h\\s']],
  [
    'ask',
    'Write',
    ['COM\u00b9', 'C:x', 'C:..\\x', '.git.\\config', 'VSCODE~1\\x', '//./C:/x', 'D:\\x', 'a:b'],
    WINDOWS,
  ],
  ['allow', 'Write', ['src\\a.ts', 'C:/proj/b.ts'], WINDOWS],
  ['allow', 'Glob', ['**/*.ts', 'src/**/*.{ts,tsx}', '.*', 'a..b/*']],
  ['ask', 'Glob', ['{../,}*', 'a/{b,../../..}/c', '{a,/etc}/*', '**/../../*', '.{.,}/x', '[.][.]/x', '/etc/*', '~/*']],
  ['allow', 'WebFetch', ['https://DOCS.example.com/@x?a=https://evil.example', 'https://docs.example.com:443/한글']],
  [
    'ask',
    'WebFetch',
    ['https://docs.example.com:8443/', 'https://u@docs.example.com/', 'https://docs.examp\u200ble.com/'],
  ],
  [
    'ask',
    'WebFetch',
    ['https://docs.example\uff0ecom/', 'https://%64ocs.example.com/', 'https:docs.example.com', 'docs.example.com'],
  ],
  [
    'deny',
    'WebFetch',
    ['https://u:p@EVIL.example:8443/', 'https:\\\\evil.example\\', 'https:evil.example', 'https://evil.example.'],
  ],
  [
    'ask',
    'WebFetch',
    ['https://lvh.me/', 'https://a.7f000001.nip.io/', 'https://0x7f.1/'],
    { rules: ['allow WebFetch'] },
  ],
];

test('files and hosts: everyday ones pass, other spellings do not', async () => {
  const wrong: string[] = [];
  for (const [verdict, tool, texts, setting = {}] of CALLS)
    for (const text of texts) {
      const input = { file_path: text, pattern: text, url: text };
      const { kind, record } = await call(tool, input, { mode: 'acceptEdits', rules: DOCS, ...setting });
      if (kind !== verdict || verdictOf(record) !== verdict) wrong.push(`${tool} ${JSON.stringify(text)}: ${kind}`);
    }
  assert.deepEqual(wrong, []);
});
