// What a look at the rules alone tells their author: tables of rules and what is found about them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Behavior, Rule } from '../../../../src/contracts/permission.ts';
import { type LintPlaces, lintRules } from '../../../../src/permissions/lint/lintRules.ts';
import { sayInEnglish } from '../../../../src/util/phrases.ts';
import { shellReader } from '../../../support/shellReader.ts';

const FILE = '/proj/.claude/settings.json';
const PLACES: LintPlaces = { root: '/proj', home: '/home/me', platform: 'linux', shell: await shellReader() };

type Written = Partial<Record<Behavior, string[]>>;

function rulesOf(written: Written, more: Partial<Rule> = {}): Rule[] {
  return (['deny', 'ask', 'allow'] as const).flatMap((behavior) =>
    (written[behavior] ?? []).map(
      (text, index): Rule => ({
        behavior,
        text,
        scope: 'project',
        file: FILE,
        line: index + 1,
        anchor: '/proj',
        ...more,
      }),
    ),
  );
}

/** `code rule`, and `→ text` or `→ removed` where a fix is sure. */
async function found(rules: Rule[], places: Partial<LintPlaces> = {}): Promise<string[]> {
  const findings = await lintRules(rules, { ...PLACES, ...places });
  return findings.map(({ because, rule, fix }) => {
    assert.doesNotMatch(sayInEnglish(because), /(?<!\$)\{\w+\}/, because.code);
    const change = fix === undefined ? '' : fix.kind === 'remove' ? ' → removed' : ` → ${fix.text}`;
    return `${because.code.replace(/^policy\./, '')} ${rule.text}${change}`;
  });
}
const inOne = (written: Written) => found(rulesOf(written));

test('rules that say what they mean are left alone', async () => {
  assert.deepEqual(
    await inOne({
      allow: [
        ...['Bash(npm test)', 'Bash(npm run *)', 'Bash(git * main)'],
        ...['Bash(* --version)', 'Bash(python3 -m pytest *)', 'Bash(node scripts/build.mjs)', 'Bash(cargo test *)'],
        ...[
          'Edit(src/**)',
          'Edit(docs/)',
          'Edit(/assets/**)',
          'Edit(**/*.[tj]s)',
          'Edit(a\\[b\\].md)',
          'Read(//opt/tool/**)',
        ],
        ...['Read(~/notes/**)', 'WebFetch(domain:example.com)', 'WebFetch(domain:*.example.org)', 'mcp__github'],
        ...['mcp__docs__read_*', 'Agent(Explore)', 'Skill(commit)', 'Skill(review *)', 'WebSearch', 'TodoWrite'],
      ],
      ask: ['Bash(docker *)', 'mcp__db__write'],
      deny: [
        'Read(.env)',
        'Read(./secrets/**)',
        'Read(*.pem)',
        'Bash(rm:*)',
        'Bash(sudo *)',
        'Bash(run_in_background:true)',
      ],
    }),
    [],
  );
});

test('what can never match', async () => {
  assert.deepEqual(
    await inOne({
      allow: [
        ...['bash(npm test)', 'Bassh(npm test)', 'mcp_github_search', 'Bash()', 'Bash(git:* push)', 'Write(src/a.ts)'],
        ...['Edit(../x)', 'Edit(!src/a)', 'mcp__*', 'B*', 'Bash(git status && git diff *)', 'WebSearch(cats)'],
        ...['Bash(npm test > out.txt)', 'Bash(LD_PRELOAD=x npm test)'],
      ],
      deny: ['read(.env)', 'Edit( .env)', 'Database(x)'],
    }),
    [
      'misspelt read(.env) → Read(.env)',
      'blank Edit( .env) → Edit(.env)',
      'unknownTool Database(x)',
      'misspelt bash(npm test) → Bash(npm test)',
      'misspelt Bassh(npm test)',
      'mcpName mcp_github_search',
      'permissions.rule.empty Bash()',
      'colonStar Bash(git:* push) → Bash(git * push)',
      'permissions.rule.useInstead Write(src/a.ts) → Edit(src/a.ts)',
      'permissions.rule.parentFolder Edit(../x)',
      'permissions.rule.negated Edit(!src/a)',
      'permissions.rule.allowsTooMuch mcp__*',
      'permissions.rule.allowsTooMuch B*',
      'severalCommands Bash(git status && git diff *)',
      'permissions.rule.neverMatches WebSearch(cats)',
      'allowsNothing Bash(npm test > out.txt)',
      'notUnderstood Bash(LD_PRELOAD=x npm test)',
    ],
  );
});

test('paths that start elsewhere than their author thinks', async () => {
  assert.deepEqual(
    await inOne({
      allow: [
        'Edit(/Users/me/x/**)',
        'Read(/home/me/notes/**)',
        'Edit(/etc/hosts)',
        'Read($HOME/x)',
        'Edit(/build/**)',
      ],
      deny: ['Read(C:\\keys\\**)', 'Read(/etc/passwd)', 'Read(//etc/passwd)', 'Read(~/.ssh/**)', 'Read(%SECRETS%/x)'],
    }),
    [
      'windowsPath Read(C:\\keys\\**) → Read(//c/keys/**)',
      'anchor Read(/etc/passwd) → Read(//etc/passwd)',
      'variable Read(%SECRETS%/x)',
      'anchor Edit(/Users/me/x/**) → Edit(//Users/me/x/**)',
      'anchor Read(/home/me/notes/**) → Read(~/notes/**)',
      'anchor Edit(/etc/hosts) → Edit(//etc/hosts)',
      'variable Read($HOME/x) → Read(~/x)',
    ],
  );
  // In a file of the organisation, `/` is the root of the disk.
  assert.deepEqual(await found(rulesOf({ deny: ['Read(/etc/passwd)'] }, { scope: 'managed', anchor: '/' })), []);
});

test('addresses are hosts alone', async () => {
  assert.deepEqual(
    await inOne({
      deny: [
        'WebFetch(domain:https://a.example/x)',
        'WebFetch(domain:a.example:8080)',
        'WebFetch(domain:c.example/docs)',
      ],
      allow: ['WebFetch(https://*.b.example/*)', 'WebFetch(b.example)', 'WebFetch(domain:b.example)'],
    }),
    [
      'permissions.rule.notAHost WebFetch(domain:https://a.example/x) → WebFetch(domain:a.example)',
      'permissions.rule.notAHost WebFetch(domain:a.example:8080) → WebFetch(domain:a.example)',
      'permissions.rule.notAHost WebFetch(domain:c.example/docs) → WebFetch(domain:c.example)',
      'permissions.rule.neverMatches WebFetch(https://*.b.example/*) → WebFetch(domain:*.b.example)',
      'permissions.rule.neverMatches WebFetch(b.example) → WebFetch(domain:b.example)',
    ],
  );
});

test('a stricter rule that covers all makes a rule unreachable; one that covers some does not', async () => {
  assert.deepEqual(
    await inOne({
      deny: ['Bash(git push:*)', 'Edit(generated/**)', 'mcp__db', 'Bash(npm publish)'],
      ask: ['Bash(git push --force *)', 'Bash(npm run deploy:*)', 'WebFetch'],
      allow: [
        ...['Bash(git push origin main)', 'Bash(git push *)', 'Bash(npm run deploy:*)', 'Bash(npm run deploy staging)'],
        ...['Edit(generated/api/**)', 'Edit(/generated/**)', 'mcp__db__read', 'WebFetch(domain:example.com)'],
        ...['Bash(npm publish:*)', 'Edit(src/generated.ts)', 'mcp__dbx'],
      ],
    }),
    [
      'denied Bash(git push --force *)',
      'denied Bash(git push origin main)',
      'denied Bash(git push *)',
      'asked Bash(npm run deploy:*)',
      'asked Bash(npm run deploy staging)',
      'denied Edit(generated/api/**)',
      'denied Edit(/generated/**)',
      'denied mcp__db__read',
      'asked WebFetch(domain:example.com)',
    ],
  );
});

test('rules of the same file that say the same', async () => {
  assert.deepEqual(
    await inOne({
      allow: [
        'Bash(npm run test)',
        'Bash(npm run *)',
        'Bash(npm run *)',
        'Edit(src/**)',
        'Edit(src/a/**)',
        'Edit(./src/**)',
      ],
      deny: ['Read(.env)', 'Read(**/.env)', 'Read(.env)', 'Read(.env.local)'],
    }),
    [
      'covered Read(**/.env)',
      'duplicate Read(.env) → removed',
      'covered Bash(npm run test)',
      'duplicate Bash(npm run *) → removed',
      'covered Edit(src/a/**)',
      'covered Edit(./src/**)',
    ],
  );
  const other = rulesOf({ allow: ['Bash(npm test)'] }, { scope: 'user', file: '/home/me/.claude/settings.json' });
  assert.deepEqual(await found([...rulesOf({ allow: ['Bash(npm test)'] }), ...other]), []);
});

test('an allow rule that says too much', async () => {
  const broad: Array<[string, string]> = [
    ...['Bash', 'Bash(*)', 'Bash(bash:*)', 'Bash(python3 *)', 'Bash(node:*)', 'Bash(npx *)', 'Bash(git:*)'].map(
      (rule): [string, string] => [rule, 'runsAnything'],
    ),
    ...[
      'Bash(git config *)',
      'Bash(docker run:*)',
      'Bash(ssh *)',
      'Bash(sudo:*)',
      'Bash(npm *)',
      'Bash(pip install *)',
    ].map((rule): [string, string] => [rule, 'runsAnything']),
    ...['Bash(curl:*)', 'Bash(wget *)', 'Bash(scp *)'].map((rule): [string, string] => [rule, 'sendsAnything']),
    ['Bash(rm -rf *)', 'removesAnything'],
    ['Edit', 'writesAnywhere'],
    ['Edit(//**)', 'writesAnywhere'],
    ['Edit(~/**)', 'writesAnywhere'],
    ['Read(//**)', 'readsAnywhere'],
    ['WebFetch', 'anyHost'],
    ['WebFetch(domain:*)', 'anyHost'],
  ];
  for (const [rule, code] of broad) {
    assert.deepEqual(await inOne({ allow: [rule] }), [`${code} ${rule}`]);
    // To deny or ask about as much is careful, not careless.
    assert.deepEqual(await inOne({ deny: [rule] }), []);
  }
  assert.deepEqual(await inOne({ allow: ['Bash(npm run test*)'] }), ['gluedStar Bash(npm run test*)']);
});

test('what is asked about whatever the rules say', async () => {
  assert.deepEqual(
    await inOne({ allow: ['Edit(.git/**)', 'Edit(.vscode/settings.json)', 'Edit(.github/**)', 'Bash(rm -rf /)'] }),
    ['guarded Edit(.git/**)', 'guarded Edit(.vscode/settings.json)', 'guarded Bash(rm -rf /)'],
  );
});

test('allow rules that do not count', async () => {
  const managed = rulesOf({ allow: ['Bash(make)'] }, { scope: 'managed', file: '/etc/managed.json', anchor: '/' });
  const own = rulesOf({ allow: ['Bash(npm test)'], deny: ['Bash(rm:*)'] });
  assert.deepEqual(await found([...managed, ...own], { managedOnly: true }), ['managedOnly Bash(npm test)']);
  assert.deepEqual(await found(own, { tightenOnly: new Set([FILE]) }), ['parentFolder Bash(npm test)']);
});

test('five hundred rules are looked at in one go', async () => {
  const many = Array.from({ length: 250 }, (_, index) => [
    `Bash(npm run task-${index})`,
    `Edit(src/part-${index}/**)`,
  ]).flat();
  assert.deepEqual(await inOne({ allow: many }), []);
});

const many = () =>
  rulesOf({
    allow: Array.from({ length: 300 }, (_, index) => `Bash(tool-${index} sub:*)`),
    deny: [...Array.from({ length: 100 }, (_, index) => `Read(folder-${index}/**)`), 'Bash(tool-7:*)'],
  });

test('hundreds of rules are looked at in turns, and what they have to do with one another is still found', async () => {
  let turns = 0;
  const count = () => {
    turns += 1;
    next = setImmediate(count);
  };
  let next = setImmediate(count);
  const findings = await found(many());
  clearImmediate(next);
  assert.deepEqual(findings, ['denied Bash(tool-7 sub:*)']);
  assert.ok(turns > 0, 'others had their turn');
});

test('a look at rules that are out of date ends', async () => {
  const stop = new AbortController();
  setImmediate(() => stop.abort());
  await assert.rejects(lintRules(many(), PLACES, stop.signal), { name: 'AbortError' });
});

test('rules meet in other spellings of the same: a path, letter case, an option in front, a file that a command names', async () => {
  assert.deepEqual(await inOne({ deny: ['Bash(rm:*)'], allow: ['Bash(RM -r build)'] }), ['denied Bash(RM -r build)']);
  assert.deepEqual(await inOne({ deny: ['Bash(git push:*)'], allow: ['Bash(/usr/bin/git -C x push origin)'] }), [
    'denied Bash(/usr/bin/git -C x push origin)',
  ]);
  assert.deepEqual(await inOne({ deny: ['Read(//proj/secret/**)'], allow: ['Bash(cat secret/a)', 'Read(secret/b)'] }), [
    'denied Bash(cat secret/a)',
    'denied Read(secret/b)',
  ]);
  assert.deepEqual(await inOne({ deny: ['Read(.env*)'], allow: ['Bash(cat "./.env.local")'] }), [
    'denied Bash(cat "./.env.local")',
  ]);
});
