// Telling git to leave the local settings file out: only where it would take it in, and only in the person's own list.
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { SettingsFault } from '../../../src/settings/fault.ts';
import { ignoreLineFor, ignoreLocalSettings } from '../../../src/settings/localFile.ts';
import { asNobody } from '../../support/asNobody.ts';
import { freshPlace, type Place } from './kit.ts';

const LINE = '**/.claude/settings.local.json';
const lineFor = (place: Place, env: Record<string, string | undefined> = {}) =>
  ignoreLineFor(place.file('local'), place.home, { ...place.env, ...env });

test('it goes to the list that git reads by itself, and afterwards git ignores the file', async () => {
  const place = freshPlace({ local: {} });
  assert.equal(await lineFor(place), undefined, 'outside a repository there is nothing to do');
  place.git('init', '-q');
  const wanted = await lineFor(place);
  assert.deepEqual(wanted, { file: path.join(place.home, '.config/git/ignore'), line: LINE });
  assert.ok(wanted);
  // To ask writes nothing.
  assert.equal(existsSync(wanted.file), false);
  assert.match(place.git('status', '--porcelain', '-uall'), /settings\.local\.json/);
  await ignoreLocalSettings(wanted);
  assert.equal(place.git('status', '--porcelain', '-uall'), '');
  assert.equal(await lineFor(place), undefined, 'once is enough');
  await ignoreLocalSettings(wanted);
  assert.equal(readFileSync(wanted.file, 'utf8'), `${LINE}\n`);
});

test('what is in the list stays, and the last line is ended first', async () => {
  const place = freshPlace({ local: {}, 'home/.config/git/ignore': '*.swp' });
  place.git('init', '-q');
  const wanted = await lineFor(place);
  assert.ok(wanted);
  await ignoreLocalSettings(wanted);
  assert.equal(readFileSync(wanted.file, 'utf8'), `*.swp\n${LINE}\n`);
});

test('the list is the one that the person chose, never one that the repository names', async () => {
  const place = freshPlace({ local: {} });
  place.git('init', '-q');
  place.git('config', 'core.excludesFile', path.join(place.folder, 'of-the-repository'));
  assert.equal((await lineFor(place))?.file, path.join(place.home, '.config/git/ignore'));
  const xdg = path.join(place.folder, 'xdg');
  assert.equal((await lineFor(place, { XDG_CONFIG_HOME: xdg }))?.file, path.join(xdg, 'git/ignore'));
  const rows: Array<[string, string]> = [
    ['~/mine', path.join(place.home, 'mine')],
    ['/opt/mine', '/opt/mine'],
    ['relative', path.join(place.home, '.config/git/ignore')],
  ];
  for (const [configured, expected] of rows) {
    writeFileSync(path.join(place.home, '.gitconfig'), `[core]\n\texcludesFile = ${configured}\n`);
    assert.equal((await lineFor(place))?.file, expected, configured);
  }
});

test('where git ignores the file already, or tracks it, there is nothing to do', async () => {
  const ignored = freshPlace({ local: {}, 'proj/.gitignore': '*.local.json\n' });
  ignored.git('init', '-q');
  assert.equal(await lineFor(ignored), undefined);
  const tracked = freshPlace({ local: {} });
  tracked.git('init', '-q');
  tracked.git('add', '-f', '.');
  assert.equal(await lineFor(tracked), undefined);
  const noGit = freshPlace({ local: {} });
  noGit.git('init', '-q');
  assert.equal(await lineFor(noGit, { PATH: '' }), undefined);
});

test('a list that cannot be written is said with its name', async () => {
  const place = freshPlace();
  const folder = path.join(place.folder, 'shut');
  mkdirSync(folder);
  chmodSync(folder, 0o500);
  const file = path.join(folder, 'ignore');
  await asNobody(place.folder, () =>
    assert.rejects(ignoreLocalSettings({ file, line: LINE }), (error) => {
      assert.ok(error instanceof SettingsFault);
      assert.match(error.message, /not told.*shut\/ignore.*permission denied/);
      return true;
    }),
  );
});
