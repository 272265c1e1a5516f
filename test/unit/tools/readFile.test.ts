import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { memoryWorkspace } from '../../support/memoryWorkspace.ts';
import { fixture, tempFolder, textOf } from './fixture.ts';

/** One white pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=',
  'base64',
);

test('text is numbered, and remembered as seen', async (t) => {
  const root = await tempFolder(t);
  const file = path.join(root, 'a.txt');
  await writeFile(file, 'one\n\n  three\n');
  const { run, context } = fixture(root);
  const output = await run('Read', { file_path: file });
  assert.equal(textOf(output), '1\tone\n2\t\n3\t  three');
  assert.deepEqual(output.detail, { type: 'file', path: file, startLine: 1, lines: 3, totalLines: 3 });
  assert.equal(context.state.seen.get(file), 'one\n\n  three\n');
});

test('a part is read by offset and limit, and what follows is said', async (t) => {
  const root = await tempFolder(t);
  await writeFile(path.join(root, 'a.txt'), Array.from({ length: 3000 }, (_, i) => `l${i + 1}`).join('\n'));
  const { run } = fixture(root);
  assert.equal(
    textOf(await run('Read', { file_path: 'a.txt', offset: 10, limit: 2 })),
    '10\tl10\n11\tl11\n[lines 10–11 of 3000; the next offset is 12]',
  );
  assert.match(
    textOf(await run('Read', { file_path: 'a.txt' })),
    /\n2000\tl2000\n\[lines 1–2000 of 3000; the next offset is 2001\]$/,
  );
  assert.match(textOf(await run('Read', { file_path: 'a.txt', offset: 2999 })), /^2999\tl2999\n3000\tl3000$/);
  await assert.rejects(run('Read', { file_path: 'a.txt', offset: 3001 }), /past the end: .* has 3000 lines/);
});

test('long lines and long files are cut and say so', async (t) => {
  const root = await tempFolder(t);
  await writeFile(path.join(root, 'long.txt'), `${'x'.repeat(5000)}\nend\n`);
  await writeFile(path.join(root, 'wide.txt'), `${'y'.repeat(1900)}\n`.repeat(1000));
  const { run } = fixture(root);
  const lines = textOf(await run('Read', { file_path: 'long.txt' })).split('\n');
  assert.equal(lines[0], `1\t${'x'.repeat(2000)} [line cut: 5,000 characters]`);
  assert.equal(lines[1], '2\tend');
  const wide = textOf(await run('Read', { file_path: 'wide.txt' }));
  assert.ok(wide.length < 105_000);
  assert.match(wide, /of 1000; the next offset is \d+\]$/);
});

test('what is not plain about a text is said', async (t) => {
  const root = await tempFolder(t);
  await writeFile(path.join(root, 'crlf.txt'), 'a\r\nb\r\n');
  await writeFile(path.join(root, 'utf16.txt'), Buffer.from('\ufeffé\n', 'utf16le'));
  await writeFile(path.join(root, 'empty.txt'), '');
  await writeFile(path.join(root, 'binary.dat'), Buffer.from([0, 1, 2, 255]));
  const { run } = fixture(root);
  assert.equal(textOf(await run('Read', { file_path: 'crlf.txt' })), '1\ta\n2\tb\n[lines end in CRLF]');
  assert.equal(textOf(await run('Read', { file_path: 'utf16.txt' })), '1\té\n[encoding utf-16le]');
  assert.equal(textOf(await run('Read', { file_path: 'empty.txt' })), '[The file is empty.]');
  await assert.rejects(run('Read', { file_path: 'binary.dat' }), /is binary/);
});

test('unsaved text is what is read', async () => {
  const workspace = memoryWorkspace({ '/w/a.txt': 'saved' });
  workspace.unsaved.set('/w/a.txt', 'unsaved');
  const { run, context } = fixture('/w', { workspace });
  assert.equal(
    textOf(await run('Read', { file_path: '/w/a.txt' })),
    '1\tunsaved\n[with unsaved changes of the editor]',
  );
  assert.equal(context.state.seen.get('/w/a.txt'), 'unsaved');
});

test('a missing file names its neighbours, a folder names the right tool', async (t) => {
  const root = await tempFolder(t);
  await mkdir(path.join(root, 'src'));
  await writeFile(path.join(root, 'src/main.ts'), '');
  const { run } = fixture(root);
  await assert.rejects(
    run('Read', { file_path: 'src/main.js' }),
    new RegExp(`does not exist\\. Did you mean ${root}/src/main\\.ts\\?`),
  );
  await assert.rejects(run('Read', { file_path: 'src/Mian.ts' }), /Did you mean .*main\.ts/);
  await assert.rejects(run('Read', { file_path: 'src/other.md' }), /other\.md does not exist\.$/);
  await assert.rejects(
    run('Read', { file_path: '/etc/passwd_' }),
    /passwd_ does not exist\.$/,
    'nothing is told of folders outside',
  );
  await assert.rejects(run('Read', { file_path: 'src/' }), /is a folder\. Use Glob/);
  await assert.rejects(run('Read', { file_path: 'src/x.png' }), /x\.png does not exist/);
});

test('images are shown by what they are, within limits', async (t) => {
  const root = await tempFolder(t);
  const { run } = fixture(root);
  await writeFile(path.join(root, 'a.png'), PNG);
  await writeFile(path.join(root, 'really-png.jpg'), PNG);
  await writeFile(path.join(root, 'fake.png'), 'hello');
  const wide = Buffer.from(PNG);
  wide.writeUInt32BE(9000, 16);
  await writeFile(path.join(root, 'wide.png'), wide);
  await writeFile(path.join(root, 'big.png'), Buffer.concat([PNG, Buffer.alloc(4_000_000)]));
  const output = await run('Read', { file_path: 'a.png' });
  assert.deepEqual(output.content[1], { type: 'image', mediaType: 'image/png', data: PNG.toString('base64') });
  assert.match(textOf(output), /a\.png \(1 × 1 pixels, 1 kB\)/);
  assert.match(textOf(await run('Read', { file_path: 'really-png.jpg' })), /<image\/png>/);
  await assert.rejects(run('Read', { file_path: 'fake.png' }), /not PNG, JPEG, GIF or WebP/);
  await assert.rejects(run('Read', { file_path: 'wide.png' }), /9000 × 1 pixels; at most 8000/);
  await assert.rejects(run('Read', { file_path: 'big.png' }), /has 4\.0 MB; at most 3\.8 MB/);
});

test('the size of each image format is read from its header', async () => {
  const { imageInfo } = await import('../../../src/util/imageInfo.ts');
  const gif = Buffer.from('GIF89a\x05\x00\x07\x00\x00\x00\x00', 'latin1');
  assert.deepEqual(imageInfo(gif), { mediaType: 'image/gif', width: 5, height: 7 });
  const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc2, 0, 17, 8, 0, 9, 0, 3, 3, 1, 1]);
  assert.deepEqual(imageInfo(jpeg), { mediaType: 'image/jpeg', width: 3, height: 9 });
  const webp = Buffer.alloc(30);
  webp.write('RIFF\0\0\0\0WEBPVP8X', 'latin1');
  webp.writeUIntLE(99, 24, 3);
  webp.writeUIntLE(49, 27, 3);
  assert.deepEqual(imageInfo(webp), { mediaType: 'image/webp', width: 100, height: 50 });
  assert.equal(imageInfo(jpeg.subarray(0, 9)), undefined);
});

test('a PDF is a document; single pages are refused with a way out', async (t) => {
  const root = await tempFolder(t);
  await writeFile(path.join(root, 'a.pdf'), '%PDF-1.7\n');
  await writeFile(path.join(root, 'fake.pdf'), 'hello');
  await writeFile(path.join(root, 'big.pdf'), Buffer.concat([Buffer.from('%PDF-1.7'), Buffer.alloc(21 * 1024 * 1024)]));
  const { run } = fixture(root);
  const output = await run('Read', { file_path: 'a.pdf' });
  assert.deepEqual(output.content[1], {
    type: 'document',
    mediaType: 'application/pdf',
    data: Buffer.from('%PDF-1.7\n').toString('base64'),
  });
  await assert.rejects(run('Read', { file_path: 'fake.pdf' }), /its content is not one/);
  await assert.rejects(run('Read', { file_path: 'big.pdf' }), /has 22\.0 MB; at most 21\.0 MB/);
  await assert.rejects(run('Read', { file_path: 'a.pdf', pages: '1-2' }), /pdftotext -f 1 -l 5/);
});

test('a PDF of too many pages is refused, compressed ones are counted too', async (t) => {
  const root = await tempFolder(t);
  const pages = deflateSync(Buffer.from('<< /Type /Page /Parent 1 0 R >>'.repeat(101)));
  const stream = Buffer.concat([
    Buffer.from(`%PDF-1.7\n5 0 obj\n<< /Type /ObjStm /N 101 /Length ${pages.length} /Filter /FlateDecode >>\nstream\n`),
    pages,
    Buffer.from('\nendstream\nendobj\n'),
  ]);
  await writeFile(path.join(root, 'packed.pdf'), stream);
  await writeFile(
    path.join(root, 'plain.pdf'),
    `%PDF-1.4\n<< /Type /Pages /Kids [] >>\n${'<</Type/Page>>\n'.repeat(100)}`,
  );
  const { run } = fixture(root);
  await assert.rejects(run('Read', { file_path: 'packed.pdf' }), /has 101 pages; at most 100/);
  assert.match(textOf(await run('Read', { file_path: 'plain.pdf' })), /<application\/pdf>/);
});

test('a pipe or device is neither read nor written', async (t) => {
  const root = await tempFolder(t);
  const { run } = fixture(root);
  execFileSync('mkfifo', [path.join(root, 'pipe'), path.join(root, 'pipe.png')]);
  await assert.rejects(run('Read', { file_path: 'pipe' }), /is a device, pipe or socket/);
  await assert.rejects(run('Read', { file_path: 'pipe.png' }), /is a device, pipe or socket/);
  await assert.rejects(run('Read', { file_path: '/dev/zero' }), /is a device, pipe or socket/);
  await assert.rejects(run('Write', { file_path: 'pipe', content: 'x' }), /is a device, pipe or socket/);
});

test('a notebook is read as cells with their outputs and pictures', async (t) => {
  const root = await tempFolder(t);
  const file = path.join(root, 'n.ipynb');
  const notebook = {
    cells: [
      { cell_type: 'markdown', id: 'intro', metadata: {}, source: ['# Title\n', 'text'] },
      {
        cell_type: 'code',
        id: 'plot',
        metadata: {},
        execution_count: 1,
        source: 'plot()',
        outputs: [
          { output_type: 'stream', name: 'stdout', text: ['drawn\n'] },
          {
            output_type: 'display_data',
            data: { 'text/plain': ['<Figure>'], 'image/png': PNG.toString('base64') },
            metadata: {},
          },
          { output_type: 'error', ename: 'E', evalue: 'v', traceback: ['\x1b[31mboom\x1b[0m'] },
        ],
      },
      { cell_type: 'code', metadata: {}, execution_count: null, source: [], outputs: [] },
    ],
    metadata: {},
    nbformat: 4,
    nbformat_minor: 4,
  };
  await writeFile(file, JSON.stringify(notebook));
  const { run, context } = fixture(root);
  const text = textOf(await run('Read', { file_path: file }));
  assert.match(text, /<cell id="intro" type="markdown">\n# Title\ntext\n<\/cell>/);
  assert.match(text, /<output cell="plot">\ndrawn\n<\/output>/);
  assert.match(text, /<output cell="plot">\nboom\n<\/output>/);
  assert.match(text, /<image\/png>/);
  assert.match(text, /<cell id="cell-2" type="code">/);
  assert.equal(context.state.seen.get(file), JSON.stringify(notebook));
  await writeFile(file, '{"cells": 1}');
  await assert.rejects(run('Read', { file_path: file }), /not a notebook of format 4/);
  await writeFile(file, '{');
  await assert.rejects(run('Read', { file_path: file }), /it is not JSON/);
});
