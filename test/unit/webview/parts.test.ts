// The small pure parts of the page.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Change, HunkAnswer, Review } from '../../../src/contracts/edit.ts';
import type { AgentEvent } from '../../../src/contracts/event.ts';
import type { HistoryItem, Mention } from '../../../src/protocol.ts';
import { usd } from '../../../src/util/usd.ts';
import { announcements } from '../../../webview/announce.ts';
import { commandOf, slashCommands } from '../../../webview/commands.ts';
import { duration, fromRoot, short } from '../../../webview/format.ts';
import { groupHistory, searchHistory } from '../../../webview/historyGroups.ts';
import { watchComposition } from '../../../webview/ime.ts';
import {
  completionAt,
  mentionAttachments,
  mentionText,
  mentionTokens,
  remember,
  unknownMentions,
} from '../../../webview/mentions.ts';
import { INITIAL, reduce, type State } from '../../../webview/state.ts';
import {
  answerChange,
  answerReview,
  fileVerdict,
  openHunks,
  ownEdits,
  withAnswers,
} from '../../../webview/verdicts.ts';

describe('mentions', () => {
  const app: Mention = { kind: 'file', path: '/w/src/app.ts', label: 'src/app.ts', detail: '' };
  const folder: Mention = { kind: 'folder', path: '/w/src', label: 'src/', detail: '' };
  const odd: Mention = { kind: 'file', path: '/w/a b.md', label: 'a b.md', detail: '' };
  const known = new Map([app, folder, odd].map((item) => [item.label.replace(/\/$/, ''), item]));

  it('reads names and lines, and leaves mail addresses alone', () => {
    assert.deepEqual(mentionTokens('see @src/app.ts#5-10, @b.ts#7. mail a@b.example (@c)'), [
      { name: 'src/app.ts', lines: [5, 10] },
      { name: 'b.ts', lines: [7, 7] },
      { name: 'c' },
    ]);
    assert.deepEqual(mentionTokens('@a.ts#9-3'), [{ name: 'a.ts' }]);
    assert.deepEqual(mentionTokens('look at @src/app.ts.'), [{ name: 'src/app.ts' }]);
  });

  it('attaches only what the extension offered', () => {
    assert.deepEqual(mentionAttachments('@src/app.ts#5-10 @src/ @types/node @"a b.md"', known), [
      { type: 'file', path: '/w/src/app.ts', lines: [5, 10] },
      { type: 'folder', path: '/w/src' },
      { type: 'file', path: '/w/a b.md' },
    ]);
    assert.deepEqual(unknownMentions('@src/app.ts @types/node @someone', known), ['types/node']);
  });

  it('writes a name with blanks so that it is read again', () => {
    assert.deepEqual(mentionTokens(mentionText(odd)), [{ name: 'a b.md' }]);
    for (const uri of ['issue://12', 'issue://12#5', 'file:///a b', 'x://y.', 'x://(y)', 'x://y,z']) {
      const resource = { kind: 'resource' as const, server: 's', path: uri, label: `s:${uri}`, detail: '' };
      const sent = mentionAttachments(`see ${mentionText(resource)} please`, new Map([[resource.label, resource]]));
      assert.deepEqual(sent, [{ type: 'resource', server: 's', uri }]);
      // A template is none yet.
      const open = { ...resource, open: true as const };
      assert.deepEqual(mentionAttachments(mentionText(open), new Map([[open.label, open]])), []);
    }
  });

  it('means what was offered by exactly that name', () => {
    const resource = (uri: string, label = `s:${uri}`) => ({
      kind: 'resource' as const,
      server: 's',
      path: uri,
      label,
      detail: '',
    });
    const read = (text: string, ...items: Mention[]) => {
      const offered = new Map<string, Mention>();
      remember(offered, items);
      return mentionAttachments(text, offered).map((one) => ('path' in one ? one.path : 'uri' in one && one.uri));
    };
    const [one, slash, quoted] = [resource('x://a'), resource('x://a/'), resource('x://say "hi"')];
    assert.deepEqual(read(`${mentionText(one)} ${mentionText(slash)}`, slash, one), ['x://a', 'x://a/']);
    assert.deepEqual(read(mentionText(slash), one), [], 'an address that is not known is none that is alike');
    assert.deepEqual(read(mentionText(quoted), quoted), ['x://say "hi"']);
    // A template begins as a resource is called.
    const open: Mention = { ...resource('x://a{/more}', 's:x://a'), open: true };
    assert.deepEqual(read(mentionText(one), one, open), ['x://a']);
    assert.deepEqual(read(mentionText(one), open, one), ['x://a']);
    const file: Mention = { kind: 'file', path: '/w/s:x', label: 's:x', detail: '' };
    assert.deepEqual(read('@s:x', file, resource('x')), ['/w/s:x']);
    assert.deepEqual(read('@src @src/', folder), ['/w/src', '/w/src']);
  });

  it('completes the word at the cursor, and a command only at the very start', () => {
    assert.deepEqual(completionAt('fix @src/a', 10), { sign: '@', query: 'src/a', from: 4 });
    assert.deepEqual(completionAt('/co', 3), { sign: '/', query: 'co', from: 0 });
    assert.equal(completionAt('a /co', 5), undefined);
    assert.equal(completionAt('a@b', 3), undefined);
    assert.equal(completionAt('@a#5', 4), undefined);
    assert.deepEqual(completionAt('@', 1), { sign: '@', query: '', from: 0 });
    const prompt = '/mcp__my-server__review "a b" sl';
    assert.deepEqual(completionAt(prompt, prompt.length), { sign: '/', query: prompt.slice(1), from: 0 });
    // What follows a command of ours is text.
    assert.equal(completionAt('/compact keep', 13), undefined);
    assert.equal(completionAt(`${prompt}\nmore`, prompt.length + 5), undefined);
  });
});

describe('commands', () => {
  it('runs what it knows and leaves the rest to the model', () => {
    assert.deepEqual(commandOf('/compact keep the API'), { type: 'compact', focus: 'keep the API' });
    assert.deepEqual(commandOf('/compact'), { type: 'compact' });
    assert.deepEqual(commandOf('/clear'), { type: 'newConversation' });
    assert.deepEqual(commandOf('/resume'), { type: 'showHistory' });
    assert.equal(commandOf('/clear all my files'), undefined);
    assert.equal(commandOf('/unknown'), undefined);
    assert.equal(commandOf('a /clear'), undefined);
  });
  it('lists by the first letters, other names included', () => {
    assert.deepEqual(
      slashCommands('co').map((command) => command.name),
      ['compact'],
    );
    assert.deepEqual(
      slashCommands('res').map((command) => command.name),
      ['history'],
    );
    assert.ok(slashCommands('').length >= 5);
  });
});

describe('input methods', () => {
  const key = (over: Partial<{ isComposing: boolean; keyCode: number }>) => ({
    isComposing: false,
    keyCode: 13,
    ...over,
  });
  it('owns keys of a composition in every way browsers tell of one', () => {
    const composition = watchComposition();
    assert.equal(composition.owns(key({})), false);
    assert.equal(composition.owns(key({ isComposing: true })), true);
    assert.equal(composition.owns(key({ keyCode: 229 })), true);
    composition.start();
    assert.equal(composition.owns(key({})), true);
  });
  it('owns the key that ended a composition when the input method took it, and not one that is handed on', () => {
    const composition = watchComposition();
    composition.start();
    composition.end();
    assert.equal(composition.owns(key({ keyCode: 229 })), true);
    assert.equal(composition.owns(key({})), false);
  });
});

describe('history', () => {
  const now = new Date(2026, 10, 23, 14).getTime();
  const item = (id: string, daysAgo: number, title = id): HistoryItem => ({
    id,
    title,
    updatedAtMs: now - daysAgo * 24 * 3600 * 1000,
    messages: 1,
  });
  it('groups by age, newest first, without empty groups', () => {
    const groups = groupHistory(
      [item('old', 30), item('now', 0), item('week', 5), item('yesterday', 1), item('now2', 0.1)],
      now,
    );
    assert.deepEqual(
      groups.map((group) => [group.age, group.items.map((one) => one.id)]),
      [
        ['today', ['now', 'now2']],
        ['yesterday', ['yesterday']],
        ['lastWeek', ['week']],
        ['older', ['old']],
      ],
    );
    assert.equal(groupHistory([item('a', 0)], now).length, 1);
  });
  it('counts days from midnight, not by hours', () => {
    const early = { ...item('early', 0), updatedAtMs: new Date(2026, 10, 23, 0, 1).getTime() };
    const late = { ...item('late', 0), updatedAtMs: new Date(2026, 10, 22, 23, 59).getTime() };
    assert.deepEqual(
      groupHistory([early, late], now).map((group) => group.age),
      ['today', 'yesterday'],
    );
  });
  it('finds all words in any order', () => {
    const items = [item('a', 0, 'Round the Prices'), item('b', 0, 'Prices')];
    assert.deepEqual(
      searchHistory(items, 'prices round').map((one) => one.id),
      ['a'],
    );
    assert.equal(searchHistory(items, ' ').length, 2);
  });
});

describe('verdicts', () => {
  const hunk = (id: string) => ({
    id,
    beforeStart: 1,
    beforeCount: 1,
    afterStart: 1,
    afterCount: 1,
    before: 'a',
    after: 'b',
  });
  const change: Change = {
    path: '/a',
    kind: 'modify',
    before: 'a',
    after: 'b',
    encoding: { name: 'utf-8', bom: false },
    hunks: [hunk('0.0'), hunk('0.1')],
  };
  const review: Review = { id: 'r', calls: [], changes: [change] };
  it('says what a file has and what is left', () => {
    const one: HunkAnswer[] = [{ hunk: '0.0', verdict: 'accepted' }];
    assert.equal(fileVerdict(change, one), 'open');
    assert.equal(openHunks(review, one), 1);
    const both = withAnswers(one, [{ hunk: '0.1', verdict: 'rejected' }]);
    assert.equal(fileVerdict(change, both), 'mixed');
    assert.equal(openHunks(review, both), 0);
    const changed = withAnswers(both, [{ hunk: '0.1', verdict: 'accepted' }]);
    assert.equal(changed.length, 2);
    assert.equal(fileVerdict(change, changed), 'accepted');
  });
  it('answers what is open with one verdict; with nothing open, all of the file', () => {
    const edited: HunkAnswer = { hunk: '0.0', verdict: 'edited', text: 'mine' };
    const rejected: HunkAnswer = { hunk: '0.0', verdict: 'rejected', comment: 'no' };
    // What was said of a hunk stays said, a change of the person's own above all.
    for (const said of [edited, rejected]) {
      const ids = answerChange(change, [said], 'accepted').map((answer) => answer.hunk);
      assert.ok(ids.length > 0 && !ids.includes('0.0'));
    }
    const all = withAnswers([edited], answerChange(change, [edited], 'accepted'));
    assert.deepEqual(answerChange(change, all, 'accepted')[0], edited);
    assert.deepEqual(answerChange(change, all, 'rejected', 'no')[0], rejected);
  });
  it('gives all the one verdict but those that have theirs, until none is open', () => {
    const said: HunkAnswer = { hunk: '1.0', verdict: 'rejected', comment: 'no' };
    const other = {
      ...change,
      path: '/other',
      hunks: change.hunks.map((hunk) => ({ ...hunk, id: `1${hunk.id.slice(1)}` })),
    };
    const one = { ...other, hunks: other.hunks.slice(0, 1) };
    const both = { id: 'r', calls: [], changes: [change, one] };
    const given = answerReview(both, [said], 'accepted');
    assert.deepEqual(
      given.map((answer) => answer.hunk),
      change.hunks.map((hunk) => hunk.id),
    );
    const again = answerReview(both, withAnswers([said], given), 'accepted');
    assert.deepEqual(again.at(-1), { hunk: '1.0', verdict: 'accepted' });
  });

  it('finds edits of the person’s own by their prefix', () => {
    const own: HunkAnswer = { hunk: '0.9', verdict: 'edited', text: 'x', lines: [4, 0] };
    assert.deepEqual(ownEdits(change, [own, { hunk: '1.9', verdict: 'edited', text: 'y', lines: [1, 0] }]), [own]);
  });
});

describe('announcements', () => {
  const events = (list: AgentEvent[], from: State) =>
    reduce(
      from,
      {
        type: 'events',
        events: list,
        state: { id: 'c', title: '', root: '/', mode: 'default', model: 'm', running: true, questions: [], queue: [] },
      },
      0,
    );
  const message = (words: string): AgentEvent => ({
    type: 'message',
    message: { role: 'assistant', blocks: [{ type: 'text', text: words }] },
  });
  it('says a reply once, when it is complete', () => {
    const streaming = events([{ type: 'textDelta', text: 'Hel' }], INITIAL);
    assert.deepEqual(announcements(INITIAL, streaming), []);
    const whole = events([message('Hello')], streaming);
    assert.equal(announcements(streaming, whole).length, 1);
    assert.match(announcements(streaming, whole)[0]?.text ?? '', /Hello/);
    const after = events([{ type: 'finished', finish: { reason: 'done' } }], whole);
    assert.deepEqual(announcements(whole, after), []);
  });
  it('interrupts for a question, with tool and subject', () => {
    const call = { type: 'toolUse' as const, id: 'c', name: 'Bash', input: {} };
    const asked = events(
      [
        {
          type: 'asked',
          question: {
            type: 'permission',
            id: 'q',
            call,
            subject: 'npm test',
            decision: {
              kind: 'ask',
              because: { code: 'x', args: {} },
              record: {
                tool: 'Bash',
                mode: 'default',
                trusted: true,
                cwd: '/',
                actions: [],
                step: 'mode',
                safety: [],
                matches: [],
                smallestChange: { kind: 'none', because: { code: 'x', args: {} } },
              },
            },
          },
        },
      ],
      INITIAL,
    );
    const [said] = announcements(INITIAL, asked);
    assert.equal(said?.urgency, 'now');
    assert.match(said?.text ?? '', /Bash/);
    assert.match(said?.text ?? '', /npm test/);
    assert.deepEqual(announcements(asked, events([], asked)), []);
  });
  it('says nothing about what is drawn again or comes before', () => {
    const later = events([message('Hello')], INITIAL);
    const earlier = reduce(later, { type: 'earlier', events: [message('Old')] }, 0);
    assert.deepEqual(announcements(later, earlier), []);
    assert.deepEqual(announcements({ ...INITIAL, generation: 7 }, later), []);
  });
});

describe('format', () => {
  it('writes durations, counts, money and paths', () => {
    assert.equal(duration(420), '0.4 s');
    assert.equal(duration(12_400), '12 s');
    assert.equal(duration(185_000), '3 min 5 s');
    assert.equal(short(68_000), '68k');
    assert.equal(short(1_250_000), '1.3M');
    assert.equal(usd(0.004), '< $0.01');
    assert.equal(usd(1.5), '$1.50');
    assert.equal(fromRoot('/w/src/a.ts', '/w'), 'src/a.ts');
    assert.equal(fromRoot('/other/a.ts', '/w'), '/other/a.ts');
    assert.equal(fromRoot('C:\\w\\a.ts', 'C:\\w'), 'a.ts');
    assert.equal(fromRoot('/www/a.ts', '/w'), '/www/a.ts');
  });
});
