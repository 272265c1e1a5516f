// Which file is started for a command, on Windows by the command processor where it has to be.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { programCommand } from '../../../../src/mcp/connection/programCommand.ts';

const ENV = { Path: 'C:\\tools;relative;C:\\node', PATHEXT: '.EXE;.CMD', SystemRoot: 'C:\\Windows' };
const files = new Set(['C:\\node\\npx.CMD', 'C:\\node\\node.EXE', 'C:\\work\\npx.CMD', 'C:\\work\\bin\\own.EXE']);
const on = (command: string, args: string[] = []) =>
  programCommand(command, args, 'C:\\work', ENV, 'win32', (file) => files.has(file));

test('elsewhere a command is what it is', () => {
  assert.deepEqual(programCommand('npx', ['-y', 'a b'], '/work', {}, 'linux'), {
    file: 'npx',
    args: ['-y', 'a b'],
    verbatim: false,
  });
});

test('Windows: found in PATH, never in the project unless the command says so', () => {
  assert.deepEqual(on('node', ['x.js']), { file: 'C:\\node\\node.EXE', args: ['x.js'], verbatim: false });
  assert.equal(on('bin\\own').file, 'C:\\work\\bin\\own.EXE');
  assert.throws(() => on('missing'), { code: 'ENOENT' });
  assert.match(on('npx').args.join(' '), /C:\\node\\npx\.CMD/);
});

test('Windows: arguments of a batch file mean nothing to the command processor', () => {
  const { file, args, verbatim } = on('npx', ['-y', 'a & calc', '%PATH%', 'say "hi"', 'end\\']);
  assert.equal(file, 'C:\\Windows\\System32\\cmd.exe');
  assert.equal(verbatim, true);
  assert.deepEqual(args.slice(0, -1), ['/d', '/s', '/v:off', '/c']);
  // The processor and then the batch file each take one `^` away.
  const line = (args.at(-1) ?? '').slice(1, -1);
  assert.doesNotMatch(line.replaceAll(/\^./g, ''), /[&%"|<>]/);
  const once = line.replaceAll(/\^(.)/g, '$1');
  assert.doesNotMatch(once.slice(once.indexOf(' ')).replaceAll(/\^./g, ''), /[&%"|<>]/);
  const twice = once.replaceAll(/\^(.)/g, '$1');
  assert.equal(twice, 'C:\\node\\npx.CMD "-y" "a & calc" "%PATH%" "say \\"hi\\"" "end\\\\"');
});
