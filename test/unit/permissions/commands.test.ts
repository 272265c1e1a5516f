// Commands: what runs by itself, what asks, what is refused. Each row stands alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run, type Setting } from './call.ts';
import { verdictOf } from './checkRecord.ts';

type Row = [command: string, verdict: 'allow' | 'ask' | 'deny', ...rules: string[]];

const READ_ONLY: Row[] = [
  ['ls -la src', 'allow'],
  ['cat README.md', 'allow'],
  ['cat "docs/My Notes.md"', 'allow'],
  ["grep -rn 'a && b' src", 'allow'],
  ['head -5 a.txt 2>/dev/null', 'allow'],
  ['ls 2>&1', 'allow'],
  ['echo "rm -rf /"', 'allow'],
  ['find . -name "*.ts" -not -path "./node_modules/*"', 'allow'],
  ['cd src', 'allow'],
  ['cd', 'ask'],
  ['cd ..', 'ask'],
  ['date', 'allow'],
  ['date -s tomorrow', 'ask'],
  ['date 010100002030', 'ask'],
  ['sort a', 'allow'],
  ['grep -R x .', 'ask'],
  ['rg -L x', 'ask'],
  ['diff -r a b', 'ask'],
  ['diff a b', 'allow'],
  ['sort -o b a', 'ask'],
  ['uniq a b', 'ask'],
  ['find . -delete', 'ask'],
  ['find . -exec rm {} +', 'ask'],
  ['rg foo --pre node', 'ask'],
  ["rg --p're' node foo", 'ask'],
  ['sed -n 1,20p a.ts', 'allow'],
  ["sed -n '1w out' a.ts", 'ask'],
  ["jq '.a' a.json", 'allow'],
  ["jq -n '$ENV'", 'ask'],
  ['printf -v x y', 'ask'],
  ["test -v 'a[$(id)]'", 'ask', 'allow Bash(test:*)'],
  ['cat', 'allow'],
  ['./ls', 'ask'],
  ['/tmp/ls', 'ask'],
  ['npm test', 'ask'],
];

const GIT: Row[] = [
  ['git status', 'allow'],
  ['git log --show-signature', 'ask'],
  ["git log '--format=%h %G?'", 'ask'],
  ['git log --oneline -10', 'allow'],
  ['git diff HEAD~1 -- src', 'allow'],
  ['git show HEAD:package.json', 'allow'],
  ['git branch -a', 'allow'],
  ['git branch new', 'ask'],
  ['git branch -D main', 'ask'],
  ['git tag v1', 'ask'],
  ['git diff --output=x', 'ask'],
  ['git diff /etc/passwd /etc/shadow', 'ask'],
  ['git -c core.pager=./x log', 'ask'],
  ['git -C ../other status', 'ask'],
  ['git push', 'ask'],
  ['git config --get user.name', 'allow'],
  ['git config user.name x', 'ask'],
  ['git config --list', 'ask'],
  ['git config --get http.extraHeader', 'ask'],
  ['git stash list', 'allow'],
  ['git stash drop', 'ask'],
  ['git remote -v', 'allow'],
  ['git remote show origin', 'ask'],
];

const PATHS: Row[] = [
  ['cat /etc/passwd', 'ask'],
  ['cat ../secret', 'ask'],
  ['cat src/../../secret', 'ask'],
  ['du -sh /', 'ask'],
  ['tree /etc', 'ask'],
  ['test -f /etc/passwd', 'ask'],
  ['cat /etc/hosts', 'allow', 'allow Read(//etc/hosts)'],
  ['cat /etc/hosts', 'ask', 'allow Bash(cat:*)'],
  ['cat .env', 'deny', 'deny Read(.env)'],
  ['cat .env', 'deny', 'deny Read'],
  ['cat src/.env', 'deny', 'deny Read(.env)'],
  ['head src/a.ts', 'ask', 'ask Read(src/**)'],
  ['grep -r x secrets', 'deny', 'deny Read(/secrets/)'],
  ['grep -r x .', 'ask', 'deny Read(.env)'],
  ['grep .env README.md', 'allow', 'deny Read(.env)'],
  ['cp a .env', 'deny', 'allow Bash(cp:*)', 'deny Edit(.env)'],
  ['cp .env b', 'deny', 'allow Bash(cp:*)', 'deny Read(.env)'],
  ['cat < .env', 'deny', 'deny Read(.env)'],
  ['cat < /etc/passwd', 'ask'],
  ['echo x > .env', 'deny', 'allow Bash(echo:*)', 'deny Edit(.env)'],
  ['cat ~/.ssh/id_rsa', 'deny', 'deny Read(~/.ssh/**)'],
];

/** Whatever the rules say. */
const ASKED: Row[] = [
  ...[
    'a > b',
    'a >> b',
    'a >| b',
    'a &> b',
    '> b',
    '(a) > b',
    'a $b',
    'a "$b"',
    '$a',
    '"$a" b',
    'a ${b:-c}',
    'X=1',
    'X=1 a',
  ],
  ...[
    '=a',
    "a 'b",
    'a "b',
    'a\rb',
    'a |',
    'if',
    'a &&',
    'f() { a; }',
    'a ~b/x',
    'a $((b))',
    'a <(b) >(c)',
    '[[ a -eq b ]]',
  ],
  ...[
    'a \u00a0b',
    'a "\u200b"',
    '\ufeffls',
    'a "\u202e"',
    'eval a',
    'trap a EXIT',
    '. ./a',
    'source a',
    'alias a=b',
    'set -x',
  ],
  ...[
    'export A=1',
    'declare a',
    'unset PATH',
    'read PATH',
    'printf -v a b',
    "printf '%n' PATH",
    'exec -a b c',
    'hash -p a b',
  ],
  ...['for PATH in a; do b; done', 'a | xargs rm', 'a | xargs sh -c "b $0"', 'env A=1 b', 'env'],
  ...['', '   ', `a ${'x'.repeat(10_000)}`, 'a; '.repeat(1000)],
].map((command): Row => [command, 'ask', 'allow Bash']);

/** A rule for every command covers what is understood. */
const UNDERSTOOD: Row[] = [
  ...[
    'a | b',
    'a && b',
    'a || b; c',
    'a &',
    '(a)',
    '{ a; }',
    'a < b',
    'a `b`',
    'a $(b)',
    'a src/*.x',
    '! a',
    'a # b',
    'a\nb',
  ],
  ...[
    'a {x,y}',

    'if a; then b; fi',
    'while a; do b; done',
    'for f in x y; do a "$f"; done',
    'a > /dev/null 2>&1',
  ],
  ...[
    'case a in b) c;; esac',
    "a <<'E'\nb\nE",
    'a <<< b',
    'a \\\n  b',
    'a \\b',
    'a "b\nc"',
    'CI=1 a',
    'env CI=1 a',
    'exec a',
  ],
].map((command): Row => [command, command.includes('`b`') || command.includes('$(b)') ? 'ask' : 'allow', 'allow Bash']);

const SCRIPTS: Row[] = [
  ['cat a | grep b | sort | uniq -c | head -3', 'allow'],
  ['cat a | tee b', 'ask'],
  ['ls; cat a && wc -l b || echo none', 'allow'],
  ['ls && node x.js', 'ask'],
  ['ls && npm test', 'allow', 'allow Bash(npm test)'],
  ['npm test && npm run deploy', 'ask', 'allow Bash(npm test)', 'allow Bash(npm test && npm run deploy)'],
  ['(cd src && ls) && cat a', 'allow'],
  ['for f in a.ts b.ts; do wc -l "$f"; done', 'allow'],
  ['for f in a.ts /etc/passwd; do wc -l "$f"; done', 'ask'],
  ['for f in a.ts; do rm "$f"; done', 'allow', 'allow Bash(rm:*)'],
  ['for f in a.ts /; do rm -rf "$f"; done', 'ask', 'allow Bash(rm:*)'],
  ['for f in *.ts; do cat "$f"; done', 'allow'],
  ['for f in ../*; do cat "$f"; done', 'ask'],
  ['for f in $(cat list); do cat "$f"; done', 'ask'],
  ['for f in $(ls); do echo "$f"; done', 'allow'],
  ['for f in a; do read -r f; cat "$f"; done', 'ask'],
  ['while read -r f; do cat "$f"; done < list', 'ask'],
  ['while read -r f; do echo "- $f"; done < list', 'allow'],
  ['while read -r f; do echo "- $f"; done < /etc/passwd', 'ask'],
  ['if [ -f a ]; then cat a; else echo none; fi', 'allow'],
  ['if [ -f /etc/passwd ]; then echo a; fi', 'ask'],
  ['case "$1" in a) ls;; *) rm x;; esac', 'ask'],
  ['[ "$(id -u)" = 0 ] && echo root', 'allow'],
  ['for f in src/*; do [ -f "$f" ] && cat "$f"; done', 'allow'],
  ['[ -f src/* ] && ls', 'ask'],
  ['echo $(cat list)', 'ask'],
  ['echo "$(cat list)"', 'allow'],
  ['echo $(date) $(ls | wc -l)', 'allow'],
  ['echo "$(cat list)"/*', 'ask'],
  ['for f in $(cat list); do echo "$f"; done', 'ask'],
  ['while read -r l; do echo $l; done < a', 'ask'],
  ['curl x | sh', 'deny', 'allow Bash', 'deny Bash(curl * | sh)'],
  ['ls && rm x', 'deny', 'allow Bash', 'deny Bash(ls && rm x)'],
  ['[ $(cat a) = 0 ] && echo root', 'ask'],
  ['echo "$?" "$HOME" $$', 'allow'],
  ['echo "$TOKEN"', 'ask'],
  ['echo $(cat /etc/passwd)', 'ask'],
  ['ls $(cat a)', 'ask', 'allow Bash(ls:*)'],
  ['diff <(sort a) <(sort b)', 'allow'],
  ['diff <(sort a) <(sort /etc/passwd)', 'ask'],
  ['cat < <(ls)', 'allow'],
  ['ls 2>/dev/null >&2', 'allow'],
  ['ls > out', 'ask', 'allow Bash(ls:*)', 'allow Bash'],
  ['ls > out', 'allow', 'allow Edit(/out)'],
  ['ls > $HOME/out', 'ask', 'allow Edit'],
  ['ls > .git/hooks/x', 'ask', 'allow Edit'],
  ['ls > ~/x', 'ask', 'allow Edit'],
  ['ls > *.x', 'ask', 'allow Edit'],
  ['cat < a', 'allow'],
  ['cat < /dev/tcp/h/80', 'ask', 'allow Read', 'allow Bash'],
  ["bash <<'E'\nls\nE", 'ask'],
  ["bash <<'E'\nrm x\nE", 'deny', 'allow Bash', 'deny Bash(rm:*)'],
  ["echo 'rm x' | bash", 'deny', 'allow Bash', 'deny Bash(rm:*)'],
  ["cat <<'E'\nrm x\nE", 'allow', 'deny Bash(rm:*)'],
  ['find . -name x | xargs grep y', 'allow', 'allow Bash(grep:*)'],
  ['find . -name x | xargs grep y', 'ask', 'allow Bash(grep y)'],
  ['echo /etc/passwd | xargs cat', 'ask', 'allow Bash(cat:*)'],
  ['find . | xargs cat', 'ask', 'allow Bash(cat:*)', 'deny Read(.env)'],
  ['ls | xargs -n1 cat', 'ask', 'allow Bash(cat:*)'],
  ['ls | xargs', 'allow'],
  ['echo /etc/passwd | xargs grep x', 'ask', 'allow Bash(xargs grep:*)'],
  ['find . | xargs grep x < list', 'ask', 'allow Bash(xargs grep:*)'],
  ['find . | { xargs grep x; } < list', 'ask', 'allow Bash(xargs grep:*)'],
  ['grep -l --label=/etc/passwd x | xargs cat', 'ask', 'allow Bash(xargs cat:*)'],
  ['find . | grep -o /etc/passwd | xargs grep x', 'ask', 'allow Bash(xargs grep:*)'],
  ['find . | grep -v y | head -3 | xargs grep x', 'allow', 'allow Bash(xargs grep:*)'],
  ['echo publish | xargs npm', 'deny', 'allow Bash', 'deny Bash(npm publish:*)'],
  ['while IFS= read -r l; do echo "$l"; done < a', 'allow'],
  ['IFS=x ls', 'ask'],
  ['time ls', 'allow'],
  ['command -v node && type ls', 'allow'],
  ['env NODE_ENV=test npm test', 'allow', 'allow Bash(npm test)'],
  ['LD_PRELOAD=x npm test', 'ask', 'allow Bash(npm test)'],
  ['LC_ALL=../x ls', 'ask'],
  ['timeout 9 npm run a', 'allow', 'allow Bash(timeout 9 npm run:*)'],
  ['timeout 9 npm run a', 'ask', 'allow Bash(timeout:*)'],
];

const FOLDERS: Row[] = [
  ['cd src && cat ../a', 'allow'],
  ['cd src && cat ../../a', 'ask'],
  ['cd src; cd ..; ls', 'allow'],
  ['cd src && cd ../.. && ls', 'ask'],
  ['ls && cd src; cat ../a', 'ask'],
  ['cd src || cat ../a', 'ask'],
  ['cd src & cat ../a', 'ask'],
  ['cd src | cat a', 'allow'],
  ['(cd src); cat ../a', 'ask'],
  ['{ cd src; }; cat ../a', 'allow'],
  ['if a; then cd src; fi; cat ../a', 'ask', 'allow Bash(a)'],
  ['for d in a b; do cd $d; done; cat x', 'ask'],
  ['while read -r d; do cd "$d"; done < a; ls', 'ask'],
  ['cd - && ls', 'ask'],
  ['cd "$X" && ls', 'ask'],
  ['pushd src; ls', 'ask'],
  ['cd src && echo x > ../../y', 'ask', 'allow Edit(/**)'],
  ['cd src && rm -rf ../..', 'ask', 'allow Bash(rm:*)'],
  ['cd src && rm -rf ..', 'ask', 'allow Bash(rm:*)'],
  ['cd src && rm -rf ./*', 'allow', 'allow Bash(rm:*)'],
  ['cd src && rm -rf *', 'ask', 'allow Bash(rm:*)'],
  ['cat -*', 'ask'],
  ['realpath --relative-to=/* a', 'ask'],
  ['cd src && git status', 'ask', 'allow Bash(git status:*)'],
  ['cd /proj && git status', 'allow'],
  ['cd src && npm test', 'allow', 'allow Bash(npm test)'],
  ['command cd .. && cat a', 'ask', 'allow Bash'],
  ['cd a/b; time cd ../..; cat ../x', 'ask'],
  ['cd a/b; time -p cd ../..; cat ../x', 'ask'],
  ['cd a/b; time cd ..; cat ../x', 'allow'],
  ['cat "$PWD/a"', 'allow'],
  ['cd src && cat "$PWD/../../a"', 'ask'],
];

const PATTERNS: Row[] = [
  ['ls *.ts', 'allow'],
  ['cat src/*/[a-c]?.md', 'allow'],
  ['cat /etc/*', 'ask'],
  ['cat ../*', 'ask'],
  ['cat ~/*', 'ask'],
  ['echo /etc/*', 'ask'],
  ['cat *.pem', 'ask', 'deny Read(*.pem)'],
  ['cat src/*/../../../x', 'ask', 'allow Bash(cat:*)'],
  ['for f in src/*; do cat "$f/../../../x"; done', 'ask'],
  ['cat .*/x', 'ask'],
  ['find *', 'ask', 'allow Bash(find:*)'],
  ['rg foo *', 'ask'],
  ['rg foo src/*', 'allow'],
  ['sort *', 'ask'],
  ['uniq *', 'ask'],
  ['grep *.ts src', 'ask'],
  ['head -n *', 'ask'],
  ['rm dist/*.js', 'allow', 'allow Bash(rm:*)'],
  ['rm -rf *', 'ask', 'allow Bash(rm:*)'],
  ['rm -rf /*', 'ask', 'allow Bash(rm:*)'],
  ['rm -rf /h*', 'ask', 'allow Bash(rm:*)'],
  ['rm -rf .*', 'ask', 'allow Bash(rm:*)'],
  ['rm -rf ~/*', 'ask', 'allow Bash(rm:*)'],
  ['rm -rf dist/*', 'allow', 'allow Bash(rm:*)'],
  ['./n*de x', 'ask', 'allow Bash'],
];

const RULES: Row[] = [
  ['npm run build', 'allow', 'allow Bash(npm run build)'],
  ['npm run build --x', 'ask', 'allow Bash(npm run build)'],
  ['  npm   run   build', 'allow', 'allow Bash(npm run build)'],
  ['npm run test', 'allow', 'allow Bash(npm run test:*)'],
  ['npm run test -- -x', 'allow', 'allow Bash(npm run test:*)'],
  ['npm run test:unit', 'ask', 'allow Bash(npm run test:*)'],
  ['npm run tester', 'ask', 'allow Bash(npm run test *)'],
  ['lsof', 'allow', 'allow Bash(ls*)'],
  ['lsof', 'ask', 'allow Bash(ls *)'],
  ['git push origin main', 'allow', 'allow Bash(git * main)'],
  ['node --version', 'allow', 'allow Bash(* --version)'],
  ['npx x', 'ask', 'allow Bash(npm *)'],
  ['node x.js', 'allow', 'allow Bash'],
  ['node x.js', 'allow', 'allow Bash(*)'],
  ['node x.js', 'ask', 'allow Bash()'],
  ['node x.js', 'ask', 'allow Bash(:*)'],
  ['node x.js', 'ask', 'allow bash(node:*)'],
  ['node x.js', 'ask', 'allow *'],
  ['node x.js', 'ask', 'allow B*'],
  ['node x.js', 'ask', 'allow Bash(', 'allow Read(//proj/**)'],
  ['"npm run" test', 'ask', 'allow Bash(npm run test:*)', 'allow Bash(npm run *)'],
  ['git status', 'ask', 'allow Bash(git:*)', 'ask Bash(git status:*)'],
  ['find . -delete', 'ask', 'allow Bash(find:*)'],
  ['watch ls', 'ask', 'allow Bash(watch:*)'],
  ['watch ls', 'allow', 'allow Bash(watch ls)'],
  ['timeout 60 npm run build', 'allow', 'allow Bash(npm run build)'],
  ['timeout 60 node x.js', 'ask', 'allow Bash(timeout:*)', 'allow Bash(npm run build)'],
  ['timeout --odd 5 npm run build', 'ask', 'allow Bash'],
  ['time A=1 npm run build', 'ask', 'allow Bash'],
  ['ln -s /etc e && cat e/passwd', 'ask', 'allow Bash(ln:*)'],
  ['ln -s ../../../etc src/e', 'ask', 'allow Bash(ln:*)'],
  ['ln -s ../lib src/lib', 'allow', 'allow Bash(ln:*)'],
  ['tee .git/hooks/x', 'ask', 'allow Bash(tee:*)'],
  ['sort -o ../x a', 'ask', 'allow Bash(sort:*)'],
  ['dd if=a of=/dev/sda', 'ask', 'allow Bash(dd:*)'],
  ['rm -rf build', 'allow', 'allow Bash(rm:*)'],
  ['rm -rf /tmp/x', 'ask', 'allow Bash(rm:*)'],
  ['rm -rf .git', 'ask', 'allow Bash(rm:*)'],
  ['touch .vscode/tasks.json', 'ask', 'allow Bash(touch:*)'],
  ...['/', '//', '/./', '.', '..', '/proj', '/home', '/home/dev', "'/'"].map(
    (path): Row => [`rm -rf ${path}`, 'ask', 'allow Bash(rm:*)'],
  ),
  ['git commit -m "rm: drop"', 'allow', 'allow Bash(git commit:*)', 'deny Bash(rm:*)'],
  ['git commit -m "rm old code"', 'allow', 'allow Bash(git commit:*)', 'deny Bash(rm:*)'],
  ['find . -name rm', 'allow', 'deny Bash(rm:*)'],
  ['echo git push', 'allow', 'deny Bash(git push:*)'],
];

/** With a rule that allows every command and one that denies rm: each of these was seen to run elsewhere. */
const DENIED = [
  ...[
    'rm x',
    '(rm x)',
    '{ rm x; }',
    '$(rm x)',
    'echo $(rm x)',
    'cat <(rm x)',
    'f() { rm x; }; f',
    'case a in a) rm x;; esac',
  ],
  ...[
    'eval rm x',
    'bash -c "rm x"',
    '/bin/rm x',
    'r\\\nm x',
    '>out rm x',
    '2>/dev/null rm x',
    "$'rm' x",
    'find . -exec rm {} +',
  ],
  ...[
    'ls | xargs -n1 rm',
    'A=1 rm x',
    'command rm x',
    'timeout 5 rm x',
    'nohup rm x',
    'echo "`rm x`"',
    'ls && rm x # y',
    "r''m x",
  ],
  ...[
    '\\rm x',
    'while read f; do rm "$f"; done',
    "cat <<'EOF'\nhi\nEOF\nrm x",
    'echo a#b && rm x',
    'time rm x',
    'sudo rm x',
  ],
  ...[
    'git bisect run rm x',
    "sh -c 'ls; rm x'",
    'docker exec c rm x',
    'if true; then rm x; fi',
    'if rm x; then ls; fi',
  ],
];
const DENIED_PUSH = [
  'git push',
  'git -C . push',
  'git --no-pager push',
  'git -c a=b push',
  "git 'push' origin",
  'git\tpush',
  '"git" push',
  '/usr/bin/git push',
];

const TABLE: Row[] = [
  ...READ_ONLY,
  ...GIT,
  ...PATHS,
  ...ASKED,
  ...UNDERSTOOD,
  ...SCRIPTS,
  ...FOLDERS,
  ...PATTERNS,
  ...RULES,
  ...DENIED.map((command): Row => [command, 'deny', 'allow Bash', 'deny Bash(rm:*)']),
  ...DENIED_PUSH.map((command): Row => [command, 'deny', 'allow Bash(git:*)', 'deny Bash(git push:*)']),
  ...DENIED_PUSH.map((command): Row => [command, 'ask', 'allow Bash(git:*)', 'ask Bash(git push:*)']),
];

test('each command has the verdict of its row, and its record says the same', async () => {
  const wrong: string[] = [];
  for (const [command, verdict, ...rules] of TABLE) {
    const { kind, because, record } = await run(command, { rules });
    const said = verdictOf(record);
    if (kind !== verdict || said !== verdict)
      wrong.push(`${JSON.stringify(command.slice(0, 80))} with ${rules.join(', ')}: ${kind}, ${because.code}, ${said}`);
  }
  assert.deepEqual(wrong, []);
});

test('what is not understood says why', async () => {
  const because = async (command: string) => (await run(command)).because;
  assert.deepEqual(await because('ls "$x"'), { code: 'permissions.shell.variable', args: { word: '"$x"', name: 'x' } });
  assert.deepEqual(await because('PAGER=x git log'), { code: 'permissions.shell.assignment', args: { name: 'PAGER' } });
  assert.deepEqual(await because('ls | $x'), { code: 'permissions.shell.variable', args: { word: '$x', name: 'x' } });
  assert.equal((await because('ls \u200bx')).args['at'], '4');
});

test('links are followed, also through a folder that is a link', async () => {
  const symlinks = { '/proj/out': '/home/dev', '/proj/in': '/proj/src', '/proj/key': '../home/dev/.ssh/id_rsa' };
  const rows: Array<[string, string]> = [
    ['cat out/a', 'ask'],
    ['cat in/a', 'allow'],
    ['cat key', 'ask'],
    ['grep -r x out', 'ask'],
    // The system leaves the folder the link leads to, not the one it stands in.
    ['cat out/../x', 'ask'],
  ];
  for (const [command, verdict] of rows) assert.equal((await run(command, { symlinks })).kind, verdict, command);
});

test('modes', async () => {
  const rows: Array<[string, Setting, string]> = [
    ['mkdir a', { mode: 'acceptEdits' }, 'allow'],
    ['mkdir ../x', { mode: 'acceptEdits' }, 'ask'],
    ['mkdir .git/x', { mode: 'acceptEdits' }, 'ask'],
    ['rm a', { mode: 'acceptEdits' }, 'ask'],
    ['npm test', { mode: 'acceptEdits' }, 'ask'],
    ['ls', { mode: 'plan' }, 'allow'],
    ['npm test', { mode: 'plan' }, 'deny'],
    ['npm test', { mode: 'plan', rules: ['allow Bash(npm test:*)'] }, 'allow'],
    ['mkdir a', { mode: 'plan' }, 'deny'],
    ['git log | head', { mode: 'plan' }, 'allow'],
    ['ls > x', { mode: 'plan' }, 'deny'],
    ['ls > x', { mode: 'acceptEdits' }, 'allow'],
    ['ls > ../x', { mode: 'acceptEdits' }, 'ask'],
    ['ls > .vscode/x', { mode: 'acceptEdits' }, 'ask'],
    ["sed -i 's/a/b/' x", { mode: 'acceptEdits' }, 'allow'],
    ["sed -i 's/a/b/' ../x", { mode: 'acceptEdits' }, 'ask'],
    ["sed -i 's/a/b/e' x", { mode: 'acceptEdits' }, 'ask'],
    ["sed -i '1w y' x", { mode: 'acceptEdits' }, 'ask'],
    ['mkdir -p a/b && touch a/b/c', { mode: 'acceptEdits' }, 'allow'],
    ['mkdir a && node x.js', { mode: 'acceptEdits' }, 'ask'],
    ['for d in a b; do mkdir "$d"; done', { mode: 'acceptEdits' }, 'allow'],
    ['ls | cat', { trusted: false }, 'deny'],
    ['< a', { trusted: false }, 'deny'],
    ['ls', { mode: 'dontAsk' }, 'allow'],
    ['npm test', { mode: 'dontAsk' }, 'deny'],
    ['npm test', { mode: 'dontAsk', rules: ['allow Bash(npm test:*)'] }, 'allow'],
    ['npm test | tail', { mode: 'bypassPermissions' }, 'allow'],
    ['npm test', { mode: 'bypassPermissions', rules: ['ask Bash(npm:*)'] }, 'ask'],
    ['rm -rf ~', { mode: 'bypassPermissions' }, 'ask'],
    ['rm -rf /proj', { mode: 'bypassPermissions' }, 'ask'],
    ['rm -rf build', { mode: 'bypassPermissions' }, 'allow'],
    ['rm -rf /tmp/x', { mode: 'bypassPermissions' }, 'ask'],
    ['sudo rm -rf /', { mode: 'bypassPermissions' }, 'ask'],
    ['bash -c "cd x; rm -rf ~"', { mode: 'bypassPermissions' }, 'ask'],
    ['sudo rm -rf build', { mode: 'bypassPermissions' }, 'allow'],
    ['find / -name x -delete', { mode: 'bypassPermissions' }, 'ask'],
    ['find . -name x -delete', { mode: 'bypassPermissions' }, 'allow'],
    ['git commit -m "rm -rf / is bad"', { mode: 'bypassPermissions' }, 'allow'],
    ['echo a; rm -rf $X/', { mode: 'bypassPermissions' }, 'ask'],
    ['rm x', { mode: 'bypassPermissions', rules: ['deny Bash(rm:*)'] }, 'deny'],
    ['ls', { trusted: false }, 'deny'],
    ['npm test', { degraded: true, rules: ['allow Bash'] }, 'ask'],
    ['npm test', { degraded: true, mode: 'bypassPermissions' }, 'ask'],
    ['ls', { degraded: true }, 'allow'],
  ];
  for (const [command, setting, verdict] of rows) {
    const decision = await run(command, setting);
    assert.equal(decision.kind, verdict, `${command} ${JSON.stringify(setting)}: ${decision.because.code}`);
    assert.equal(verdictOf(decision.record), verdict, `record of ${command} ${JSON.stringify(setting)}`);
  }
});

test('a long hostile text is refused or asked about, and does not hang', async () => {
  const rules = ['allow Bash', 'deny Bash(rm:*)', 'deny Read(.env)'];
  for (const size of [40_000, 1_000_000]) {
    for (const unit of ['$(', 'a;', 'a ', '"', "'", '`', '\\', "$'", '{', '<<E\n', '((']) {
      const text = unit.repeat(size / unit.length);
      assert.notEqual((await run(`${text} x`, { rules })).kind, 'allow', unit);
      assert.equal(
        (await run(`${text.slice(0, size / 2)}\nrm x`, { rules: ['deny Bash(rm:*)'] })).kind === 'allow',
        false,
        unit,
      );
    }
  }
  assert.equal((await run(`${'a;'.repeat(20_000)}rm x`, { rules })).kind, 'deny');
  assert.equal((await run(`${'a;'.repeat(500_000)}rm x`, { rules })).kind, 'deny');
  assert.equal((await run('a;'.repeat(500_000), { mode: 'bypassPermissions' })).kind, 'ask');
});
