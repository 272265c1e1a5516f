import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryWorkspace } from '../../support/memoryWorkspace.ts';
import { fixture } from './fixture.ts';

const FILE = '/w/n.ipynb';
/** As Jupyter writes it, with values that a parse and print would change: 1.0, a big number, an escape. */
const NOTEBOOK = `{
 "cells": [
  {
   "cell_type": "markdown",
   "id": "intro",
   "metadata": {"z": 1.0, "a": 12345678901234567890},
   "source": [
    "# Title\\n",
    "caf\\u00e9"
   ]
  },
  {
   "cell_type": "code",
   "execution_count": 7,
   "id": "calc",
   "metadata": {},
   "outputs": [
    {
     "data": {
      "text/plain": [
       "1e-05"
      ]
     },
     "execution_count": 7,
     "metadata": {},
     "output_type": "execute_result"
    }
   ],
   "source": [
    "x = 1"
   ]
  }
 ],
 "metadata": {
  "n": 1e-05
 },
 "nbformat": 4,
 "nbformat_minor": 5
}
`;

async function edited(before: string, input: object, file = FILE): Promise<string> {
  const workspace = memoryWorkspace({ [file]: before });
  const made = fixture('/w', { workspace });
  await made.run('Read', { file_path: file });
  await made.run('NotebookEdit', { notebook_path: file, ...input });
  return workspace.text(file) ?? '';
}

test('replacing a source leaves every other byte as it is', async () => {
  const after = await edited(NOTEBOOK, { cell_id: 'calc', new_source: 'x = 2\nprint("é")' });
  assert.equal(after, NOTEBOOK.replace('    "x = 1"\n', '    "x = 2\\n",\n    "print(\\"\\u00e9\\")"\n'));
});

test('an empty source is an empty list, and a source that was one text stays one', async () => {
  assert.equal(
    await edited(NOTEBOOK, { cell_id: 'calc', new_source: '' }),
    NOTEBOOK.replace('[\n    "x = 1"\n   ]', '[]'),
  );
  const compact =
    '{"cells":[{"cell_type":"code","metadata":{},"outputs":[],"execution_count":null,"source":"a"}],"metadata":{},"nbformat":4,"nbformat_minor":2}';
  assert.equal(
    await edited(compact, { cell_id: 'cell-0', new_source: 'b\nc' }),
    compact.replace('"source":"a"', '"source":"b\\nc"'),
  );
});

test('a cell is inserted after another, at the top, and into an empty notebook', async () => {
  const after = await edited(NOTEBOOK, {
    edit_mode: 'insert',
    cell_id: 'intro',
    cell_type: 'code',
    new_source: 'y = 1',
  });
  const cells = JSON.parse(after).cells;
  assert.deepEqual(
    cells.map((cell: { id: string }) => cell.id).filter((id: string) => id === 'intro' || id === 'calc'),
    ['intro', 'calc'],
  );
  const { id, ...rest } = cells[1];
  assert.match(id, /^[0-9a-f]{8}$/);
  assert.deepEqual(rest, { cell_type: 'code', execution_count: null, metadata: {}, outputs: [], source: ['y = 1'] });
  const inserted = `  {\n   "cell_type": "code",\n   "execution_count": null,\n   "id": "${id}",\n   "metadata": {},\n   "outputs": [],\n   "source": [\n    "y = 1"\n   ]\n  },\n`;
  assert.equal(after.replace(inserted, ''), NOTEBOOK);

  const top = await edited(NOTEBOOK, { edit_mode: 'insert', cell_type: 'markdown', new_source: 'hi' });
  assert.equal(JSON.parse(top).cells[0].source[0], 'hi');
  assert.equal('outputs' in JSON.parse(top).cells[0], false);
  assert.ok(top.endsWith(NOTEBOOK.slice(NOTEBOOK.indexOf('  {\n   "cell_type": "markdown"'))));

  const last = await edited(NOTEBOOK, { edit_mode: 'insert', cell_id: 'calc', new_source: 'z' });
  assert.equal(JSON.parse(last).cells[2].source[0], 'z');

  const empty = '{\n "cells": [],\n "metadata": {},\n "nbformat": 4,\n "nbformat_minor": 4\n}';
  const filled = await edited(empty, { edit_mode: 'insert', cell_type: 'markdown', new_source: 'hi' });
  assert.equal(
    filled,
    '{\n "cells": [\n  {\n   "cell_type": "markdown",\n   "metadata": {},\n   "source": [\n    "hi"\n   ]\n  }\n ],\n "metadata": {},\n "nbformat": 4,\n "nbformat_minor": 4\n}',
  );
});

test('a cell is deleted with its comma', async () => {
  for (const [id, left] of [
    ['intro', 'calc'],
    ['calc', 'intro'],
  ]) {
    const after = await edited(NOTEBOOK, { edit_mode: 'delete', cell_id: id, new_source: '' });
    assert.deepEqual(
      JSON.parse(after).cells.map((cell: { id: string }) => cell.id),
      [left],
    );
    assert.ok(after.startsWith('{\n "cells": [\n  {\n'));
    assert.ok(
      after.endsWith('\n  }\n ],\n "metadata": {\n  "n": 1e-05\n },\n "nbformat": 4,\n "nbformat_minor": 5\n}\n'),
    );
  }
});

test('another type of cell has what its type needs', async () => {
  const markdown = JSON.parse(await edited(NOTEBOOK, { cell_id: 'calc', cell_type: 'markdown', new_source: 'text' }))
    .cells[1];
  assert.deepEqual(markdown, { cell_type: 'markdown', id: 'calc', metadata: {}, source: ['text'] });
  const code = JSON.parse(await edited(NOTEBOOK, { cell_id: 'intro', cell_type: 'code', new_source: 'a' })).cells[0];
  assert.deepEqual([code.outputs, code.execution_count], [[], null]);
});

test('the same call proposes the same text twice, new id included', async () => {
  const input = { edit_mode: 'insert', new_source: 'a' };
  assert.equal(await edited(NOTEBOOK, input), await edited(NOTEBOOK, input));
});

test('CRLF notebooks stay CRLF', async () => {
  const after = await edited(NOTEBOOK.replaceAll('\n', '\r\n'), { cell_id: 'calc', new_source: 'a\nb' });
  assert.doesNotMatch(after, /[^\r]\n/);
  assert.deepEqual(JSON.parse(after).cells[1].source, ['a\n', 'b']);
});

test('what cannot be done says why', async () => {
  await assert.rejects(
    edited(NOTEBOOK, { cell_id: 'nope', new_source: '' }),
    /no cell "nope" in this notebook; its cells are intro, calc/,
  );
  await assert.rejects(edited(NOTEBOOK, { new_source: '' }), /cell_id: needed to replace a cell/);
  await assert.rejects(edited('text', { cell_id: 'x', new_source: '' }, '/w/a.txt'), /is not a notebook \(\.ipynb\)/);
  const made = fixture('/w', { workspace: memoryWorkspace({ [FILE]: NOTEBOOK }) });
  await assert.rejects(
    made.run('NotebookEdit', { notebook_path: FILE, cell_id: 'calc', new_source: '' }),
    /has not been read/,
  );
});
