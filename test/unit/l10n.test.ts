// Every sentence a person reads is in English and Korean, with the same arguments in both.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { PHRASES } from '../../src/util/phrases.ts';

const ROOT = process.env['ASSENT_ROOT'] ?? process.cwd();
const readJson = (file: string) => JSON.parse(readFileSync(path.join(ROOT, file), 'utf8')) as Record<string, string>;

/** Sentences given to `vscode.l10n.t` in the extension and to `t` in the page, as literals. */
function literals(): string[] {
  const found = new Set<string>();
  for (const folder of ['src', 'webview']) {
    for (const entry of readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.tsx?$/.test(entry.name)) continue;
      const text = readFileSync(path.join(entry.parentPath, entry.name), 'utf8');
      const call = folder === 'src' ? /\bl10n\.t\(\s*/g : /(?<![\w.])t\(\s*/g;
      for (const match of text.matchAll(call)) {
        const literal = /^(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`((?:[^`\\$]|\\.)*)`)/.exec(
          text.slice(match.index + match[0].length),
        );
        const raw = literal?.[1] ?? literal?.[2] ?? literal?.[3];
        if (raw !== undefined) found.add(raw.replace(/\\n/g, '\n').replace(/\\(.)/g, '$1'));
      }
    }
  }
  return [...found];
}

const argumentsOf = (sentence: string) => [...sentence.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

test('every sentence has its Korean, with the same arguments', () => {
  const korean = readJson('l10n/bundle.l10n.ko.json');
  const english = [...new Set([...Object.values(PHRASES), ...literals()])];
  assert.ok(english.length > 200, `only ${english.length} sentences found: the reader is broken`);
  assert.deepEqual(
    english.filter((sentence) => korean[sentence] === undefined),
    [],
    'without Korean',
  );
  const differ = english.filter((s) => argumentsOf(s).join() !== argumentsOf(korean[s] ?? s).join());
  assert.deepEqual(differ, [], 'other arguments in Korean');
  assert.deepEqual(
    Object.keys(korean).filter((sentence) => !english.includes(sentence)),
    [],
    'Korean for sentences that are not said',
  );
});

test('the manifest says everything in both languages', () => {
  const english = readJson('package.nls.json');
  const korean = readJson('package.nls.ko.json');
  assert.deepEqual(Object.keys(korean).sort(), Object.keys(english).sort());
  const used = [...readFileSync(path.join(ROOT, 'package.json'), 'utf8').matchAll(/"%([^%"]+)%"/g)].map(
    (match) => match[1] ?? '',
  );
  assert.deepEqual(
    used.filter((key) => english[key] === undefined),
    [],
  );
});
