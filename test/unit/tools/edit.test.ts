import assert from 'node:assert/strict';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import type { Settled } from '../../../src/contracts/edit.ts';
import { editFunctions } from '../../../src/edits/functions.ts';
import { memoryWorkspace } from '../../support/memoryWorkspace.ts';
import { type Fixture, fixture, tempFolder, textOf } from './fixture.ts';

const edit = (file: string, from: string, to: string, more: object = {}) => ({
  file_path: file,
  old_string: from,
  new_string: to,
  ...more,
});

async function read(made: Fixture, ...files: string[]): Promise<void> {
  for (const file of files) await made.run('Read', { file_path: file });
}

test('an edit changes its place and no other byte', async (t) => {
  const root = await tempFolder(t);
  const made = fixture(root);
  const before = Buffer.from('\ufeffone\r\ntwo\nthree\rfour\t \r\nfünf', 'utf8');
  const file = path.join(root, 'a.txt');
  await writeFile(file, before);
  await read(made, file);
  const output = await made.run('Edit', edit(file, 'three', 'tres'));
  assert.equal(textOf(output), `${file} was updated.`);
  assert.equal(output.isError, false);
  assert.deepEqual(await readFile(file), Buffer.from('\ufeffone\r\ntwo\ntres\rfour\t \r\nfünf', 'utf8'));
  assert.equal(made.context.state.seen.get(file), 'one\r\ntwo\ntres\rfour\t \r\nfünf');
  assert.equal(output.detail?.type === 'edit' && output.detail.changes.length, 1);
});

test('UTF-16 stays UTF-16', async (t) => {
  const root = await tempFolder(t);
  const made = fixture(root);
  await writeFile(path.join(root, 'a.txt'), Buffer.from('\ufeffone\r\ntwo\r\n', 'utf16le'));
  await read(made, 'a.txt');
  await made.run('Edit', edit('a.txt', 'two', '둘\nzwei'));
  assert.deepEqual(await readFile(path.join(root, 'a.txt')), Buffer.from('\ufeffone\r\n둘\r\nzwei\r\n', 'utf16le'));
});

test('old text in LF finds CRLF, and new lines take the ending of their place', async (t) => {
  const root = await tempFolder(t);
  const made = fixture(root);
  const file = path.join(root, 'a.txt');
  const rows: Array<[string, string, string, string]> = [
    ['a\r\nb\r\nc\r\n', 'a\nb', 'a\nx\nb', 'a\r\nx\r\nb\r\nc\r\n'],
    ['a\r\nb\r\nc', 'c', 'c\nd', 'a\r\nb\r\nc\r\nd'],
    ['a\r\nb\r\n', '\nb', '\nx\nb', 'a\r\nx\r\nb\r\n'],
    ['a\r\nb\r\n', 'b\n', '', 'a\r\n'],
    // Mixed: what stays the same keeps its own ending.
    ['a\nb\r\nc\nd\n', 'a\nb\nc\nd', 'a\nb\nC\nd', 'a\nb\r\nC\nd\n'],
    ['a\r\nb\n', 'a\r\n', 'a\n', 'a\nb\n'],
    ['a\nb\n', 'a\r\nb', 'a\r\nc', 'a\nc\n'],
    ['a\n', 'a', 'a\r\nb', 'a\r\nb\n'],
  ];
  for (const [before, from, to, after] of rows) {
    await writeFile(file, before);
    await read(made, file);
    await made.run('Edit', edit(file, from, to));
    assert.equal(await readFile(file, 'utf8'), after, JSON.stringify([before, from, to]));
  }
});

test('special characters of replacements mean nothing', async () => {
  const workspace = memoryWorkspace({ '/w/a': 'x.*y' });
  const made = fixture('/w', { workspace });
  await read(made, '/w/a');
  await made.run('Edit', edit('/w/a', '.*', "$& $1 $' \\n"));
  assert.equal(workspace.text('/w/a'), "x$& $1 $' \\ny");
});

test('several places need replace_all, which changes them all', async () => {
  const workspace = memoryWorkspace({ '/w/a': 'x\nfoo\nfoo foo\n' });
  const made = fixture('/w', { workspace });
  await read(made, '/w/a');
  await assert.rejects(made.run('Edit', edit('/w/a', 'foo', 'bar')), /occurs 3 times \(lines 2, 3, 3\).*replace_all/);
  await made.run('Edit', edit('/w/a', 'foo', 'bar', { replace_all: true }));
  assert.equal(workspace.text('/w/a'), 'x\nbar\nbar bar\n');
});

test('text that is not there is explained', async () => {
  const workspace = memoryWorkspace({ '/w/a': 'if (x) {\n\treturn 1;\n}\n// end of it\n' });
  const made = fixture('/w', { workspace });
  await read(made, '/w/a');
  const fault = (from: string) => made.run('Edit', edit('/w/a', from, 'x'));
  await assert.rejects(
    fault('if (x) {\n  return 1;\n}'),
    /Lines 1–3 are the same but for white space\. They read exactly:\nif \(x\) \{\n\treturn 1;/,
  );
  await assert.rejects(fault('1\tif (x) {\n2\t\treturn 1;'), /carries the line numbers/);
  await assert.rejects(fault('// end of it\nmore'), /stands at line 4, but what is around it differs/);
  await assert.rejects(fault('nowhere'), /does not occur in the file\. Read the file again/);
  await assert.rejects(made.run('Edit', edit('/w/a', 'x', 'x')), /are the same/);
  await assert.rejects(made.run('Edit', edit('/w/a', '', 'x')), /old_string is empty, but \/w\/a exists/);
  assert.equal(workspace.writes.length, 0);
});

test('a file must have been read before it is changed or overwritten', async () => {
  const workspace = memoryWorkspace({ '/w/a': 'one' });
  const made = fixture('/w', { workspace });
  await assert.rejects(made.run('Edit', edit('/w/a', 'one', 'two')), /has not been read in this conversation/);
  await assert.rejects(
    made.run('Write', { file_path: '/w/a', content: 'two' }),
    /has not been read in this conversation/,
  );
  await assert.rejects(made.run('Edit', edit('/w/b', 'one', 'two')), /\/w\/b does not exist/);
});

test('a file that changed since is edited when the places are apart, and must be read again when not', async () => {
  const lines = (changed: Record<number, string>) =>
    Array.from({ length: 20 }, (_, i) => changed[i] ?? `line ${i}`).join('\n');
  const workspace = memoryWorkspace({ '/w/a': lines({}) });
  const made = fixture('/w', { workspace });
  await read(made, '/w/a');
  workspace.files.set('/w/a', Buffer.from(lines({ 15: 'theirs' })));
  await made.run('Edit', edit('/w/a', 'line 2\n', 'mine\n'));
  assert.equal(workspace.text('/w/a'), lines({ 2: 'mine', 15: 'theirs' }));
  // What the others wrote is not read by writing beside it: the whole text would take it away unseen.
  const whole = { file_path: '/w/a', content: lines({ 2: 'mine', 3: 'more' }) };
  await assert.rejects(made.run('Write', whole), /was changed since you read it \(line 16/);
  await made.run('Edit', edit('/w/a', 'line 9\n', 'mine as well\n'));
  await made.run('Edit', edit('/w/a', 'mine as well\n', 'line 9\n'));
  await assert.rejects(made.run('Write', whole), /was changed since you read it/);
  workspace.files.set('/w/a', Buffer.from(lines({ 2: 'mine', 3: 'theirs too', 15: 'theirs' })));
  await assert.rejects(
    made.run('Edit', edit('/w/a', 'mine', 'again')),
    /was changed since you read it \(lines 4–16 as it is now\).*Read it again/,
  );
  await assert.rejects(made.run('Write', { file_path: '/w/a', content: 'x' }), /was changed since you read it/);
  // The old text is unique in both, but stands in another place: nobody knows which was meant.
  workspace.files.set('/w/b', Buffer.from('a\nx = 1\nb\n'));
  await read(made, '/w/b');
  workspace.files.set('/w/b', Buffer.from('a\nb\nc\nd\nx = 1\n'));
  await assert.rejects(made.run('Edit', edit('/w/b', 'x = 1', 'x = 2')), /was changed since/);
});

test('unsaved text is edited in the editor, and the model is told', async () => {
  const workspace = memoryWorkspace({ '/w/a': 'saved\n' });
  workspace.unsaved.set('/w/a', 'unsaved\n');
  const made = fixture('/w', { workspace });
  await read(made, '/w/a');
  const output = await made.run('Edit', edit('/w/a', 'unsaved', 'edited'));
  assert.equal(workspace.text('/w/a'), 'saved\n');
  assert.equal(workspace.unsaved.get('/w/a'), 'edited\n');
  assert.match(textOf(output), /not on disk yet/);
});

test('previews build on those before them in the message', async () => {
  const workspace = memoryWorkspace({ '/w/a': 'one two' });
  const made = fixture('/w', { workspace });
  await read(made, '/w/a');
  const [first] = await made.preview('Edit', edit('/w/a', 'one', 'three'));
  const overlay = new Map([['/w/a', first?.after ?? '']]);
  const [second] = await made.preview('Edit', edit('/w/a', 'three', 'four'), overlay);
  assert.equal(second?.before, 'one two');
  assert.equal(second?.after, 'four two');
  const [created] = await made.preview('Edit', edit('/w/new', 'a', 'b'), new Map([['/w/new', 'a']]));
  assert.deepEqual([created?.kind, created?.before, created?.after], ['create', '', 'b']);
  assert.equal(workspace.writes.length, 0);
});

test('Write creates files, keeps CRLF of files that have it, and does not double a byte order mark', async (t) => {
  const root = await tempFolder(t);
  const made = fixture(root);
  const bytes = (name: string) => readFile(path.join(root, name), 'utf8');
  assert.match(textOf(await made.run('Write', { file_path: 'deep/er/new.txt', content: 'a\nb' })), /was created\.$/);
  assert.equal(await bytes('deep/er/new.txt'), 'a\nb');
  await writeFile(path.join(root, 'crlf.txt'), '\ufeffa\r\nb\r\n');
  await read(made, 'crlf.txt');
  await made.run('Write', { file_path: 'crlf.txt', content: '\ufeffx\ny\n' });
  assert.equal(await bytes('crlf.txt'), '\ufeffx\r\ny\r\n');
  await made.run('Write', { file_path: 'bom.txt', content: '\ufeffx' });
  assert.equal(await bytes('bom.txt'), '\ufeffx');
  await assert.rejects(made.run('Write', { file_path: 'bom.txt', content: 'x' }), /has exactly this content already/);
  await made.run('Write', { file_path: 'empty.txt', content: '' });
  assert.equal(await bytes('empty.txt'), '');
});

test('what cannot be written back without loss is refused', async (t) => {
  const root = await tempFolder(t);
  const made = fixture(root);
  await writeFile(path.join(root, 'latin.txt'), Buffer.from([0x66, 0xfc, 0x72]));
  await assert.rejects(
    made.run('Write', { file_path: 'latin.txt', content: 'x' }),
    /could be written back without loss/,
  );
  await assert.rejects(made.run('Write', { file_path: '.', content: 'x' }), /is a folder/);
  await assert.rejects(made.run('Write', { file_path: 'n.txt', content: 'a\0b' }), /no text file can hold \(NUL/);
  await assert.rejects(made.run('Write', { file_path: 'n.txt', content: '\ud800' }));
});

test('a link is written through', async (t) => {
  const root = await tempFolder(t);
  const made = fixture(root);
  await writeFile(path.join(root, 'real.txt'), 'one');
  await symlink('real.txt', path.join(root, 'link.txt'));
  await read(made, 'link.txt');
  await made.run('Edit', edit('link.txt', 'one', 'two'));
  assert.equal(await readFile(path.join(root, 'real.txt'), 'utf8'), 'two');
});

test('only problems that the edit brought are reported', async () => {
  const workspace = memoryWorkspace({ '/w/a.ts': 'one\n' });
  const problem = (line: number, message: string, severity: 'error' | 'hint' = 'error') => ({
    path: '/w/a.ts',
    line,
    column: 1,
    severity,
    message,
    source: 'ts',
  });
  workspace.problems = [problem(1, 'old')];
  workspace.onWrite = () => {
    workspace.problems = [problem(5, 'old'), problem(6, 'old'), problem(7, 'new'), problem(8, 'mere hint', 'hint')];
  };
  const made = fixture('/w', { workspace });
  await read(made, '/w/a.ts');
  const text = textOf(await made.run('Edit', edit('/w/a.ts', 'one', 'two')));
  assert.equal(
    text,
    '/w/a.ts was updated.\nThe editor reports new problems:\n/w/a.ts:6:1 error: old [ts]\n/w/a.ts:7:1 error: new [ts]',
  );
});

test('an edit is a success even when the editor cannot say what it thinks of it', async () => {
  const workspace = memoryWorkspace({ '/w/a': 'one' });
  workspace.diagnostics = () => Promise.reject(new Error('no editor'));
  const made = fixture('/w', { workspace });
  await read(made, '/w/a');
  const output = await made.run('Edit', edit('/w/a', 'one', 'two'));
  assert.equal(output.isError, false);
  assert.match(textOf(output), /could not be read: no editor/);
});

/** Previews, settles with the answers, and runs with what is left. */
async function reviewed(made: Fixture, input: object, answers: Parameters<typeof editFunctions.settle>[1]) {
  const [change] = await made.preview('Edit', input);
  assert.ok(change);
  const settled: Settled = editFunctions.settle(change, answers);
  made.context.settled = [settled];
  const tool = made.tool('Edit');
  return tool.run(tool.input.parse(input), made.context, settled.change ? [settled.change] : []);
}

test('the model is told exactly what the person accepted, rejected and changed', async () => {
  const before = Array.from({ length: 30 }, (_, i) => `line ${i + 1}\n`).join('');
  const workspace = memoryWorkspace({ '/w/a': before });
  const made = fixture('/w', { workspace });
  await read(made, '/w/a');
  const whole = before
    .replace('line 3\n', 'THREE\n')
    .replace('line 15\n', 'FIFTEEN\n')
    .replace('line 28\n', 'TWENTY-EIGHT\n');
  const output = await reviewed(made, edit('/w/a', before, whole), [
    { hunk: '0.0', verdict: 'accepted' },
    { hunk: '0.1', verdict: 'rejected', comment: 'keep this one' },
    { hunk: '0.2', verdict: 'edited', text: 'Twenty-eight\n' },
  ]);
  const text = textOf(output);
  assert.match(
    text,
    /rejected this part of the proposal \(line 15\); it was not written\. The comment: keep this one\n<text>\nFIFTEEN\n<\/text>/,
  );
  assert.match(
    text,
    /changed this part before accepting it \(line 28 of the proposal\)\. It now reads:\n<text>\nTwenty-eight\n<\/text>/,
  );
  assert.doesNotMatch(text, /THREE|as proposed/);
  assert.equal(workspace.text('/w/a'), before.replace('line 3\n', 'THREE\n').replace('line 28\n', 'Twenty-eight\n'));
  assert.equal(made.context.state.seen.get('/w/a'), workspace.text('/w/a'));
  assert.equal(output.detail?.type === 'edit' && output.detail.userModified, true);
});

test('accepted as proposed, rejected whole, and written with another call are told apart', async () => {
  const workspace = memoryWorkspace({ '/w/a': 'one\n' });
  const made = fixture('/w', { workspace });
  await read(made, '/w/a');
  const rejected = await reviewed(made, edit('/w/a', 'one', 'two'), [
    { hunk: '0.0', verdict: 'rejected', comment: 'no' },
  ]);
  assert.equal(rejected.isError, true);
  assert.match(textOf(rejected), /Nothing was written to \/w\/a: the person rejected the change\.\n.*The comment: no/);
  assert.equal(workspace.writes.length, 0);
  const accepted = await reviewed(made, edit('/w/a', 'one', 'two'), [{ hunk: '0.0', verdict: 'accepted' }]);
  assert.equal(textOf(accepted), '/w/a was updated as proposed.');
  const tool = made.tool('Edit');
  const together = await tool.run(tool.input.parse(edit('/w/a', 'two', 'three')), made.context, []);
  assert.equal(together.isError, false);
  assert.match(textOf(together), /written together with another edit/);
});

test('what an edit touches is said with the path it will open', () => {
  const made = fixture('/w');
  const actions = (name: string, input: object) =>
    made.tool(name).actions(made.tool(name).input.parse(input), '/w/sub');
  assert.deepEqual(actions('Edit', edit('../x/./a.ts', 'a', 'b')), [{ kind: 'write', path: '/w/x/a.ts' }]);
  assert.deepEqual(actions('Write', { file_path: '/w/a/', content: '' }), [{ kind: 'write', path: '/w/a' }]);
  assert.deepEqual(actions('NotebookEdit', { notebook_path: 'n.ipynb', new_source: '' }), [
    { kind: 'write', path: '/w/sub/n.ipynb' },
  ]);
  assert.deepEqual(actions('Read', { file_path: 'a' }), [{ kind: 'read', path: '/w/sub/a' }]);
});
