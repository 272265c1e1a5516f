// Markdown of a model as HTML with nothing active in it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { linkKind, renderMarkdown, renderStreamed } from '../../../webview/markdown.ts';

/** Tags of the output, and the attributes that could load or run something. */
function tags(html: string): string[] {
  return [...html.matchAll(/<([a-z][a-z0-9]*)/g)].map((match) => match[1] ?? '');
}
const ACTIVE = /<[a-z][^>]*\s(?:src|srcset|href|style|on\w+|action|formaction|poster|background)\s*=/i;

describe('renderMarkdown', () => {
  it('draws the usual', () => {
    const html = renderMarkdown('# Title\n\n**bold** `code`\n\n- a\n- b\n\n| a | b |\n|--:|---|\n| 1 | 2 |');
    for (const tag of ['h3', 'strong', 'code', 'ul', 'li', 'table', 'th', 'td'])
      assert.ok(tags(html).includes(tag), tag);
    assert.match(html, /class="align-right"/);
    assert.doesNotMatch(html, ACTIVE);
  });

  it('shows raw HTML as text', () => {
    for (const source of [
      '<script>alert(1)</script>',
      '<img src="https://evil.example/x" onerror="alert(1)">',
      'a <b onclick="x()">b</b>',
      '<style>*{background:url(https://evil.example)}</style>',
      '<iframe src="https://evil.example"></iframe>',
      '<base href="https://evil.example/">',
    ]) {
      const html = renderMarkdown(source);
      assert.doesNotMatch(html, ACTIVE, source);
      assert.ok(!tags(html).some((tag) => ['script', 'img', 'style', 'iframe', 'base', 'b'].includes(tag)), source);
      assert.match(html, /&lt;/, source);
    }
  });

  it('loads no image, and names where it would have come from', () => {
    for (const source of [
      '![x](https://evil.example/p.png?d=1)',
      '![](http://evil.example/a)',
      '![x](//evil.example/a)',
      '![x](file:///etc/passwd)',
      '![x](data:image/svg+xml,<svg/>)',
    ]) {
      const html = renderMarkdown(source);
      assert.ok(!tags(html).includes('img'), source);
      assert.doesNotMatch(html, ACTIVE, source);
    }
    assert.match(renderMarkdown('![x](https://evil.example/p.png)'), /title="https:\/\/evil\.example\/p\.png"/);
  });

  it('makes no link of an address that would run or open something else', () => {
    for (const target of [
      'javascript:alert(1)',
      'JaVaScRiPt:alert(1)',
      'data:text/html,x',
      'vbscript:x',
      'file:///etc/passwd',
      'command:workbench.action.quit',
      'vscode://a.b/c',
      'ssh://host',
      '//evil.example',
      '/etc/passwd',
      '\\\\host\\share',
      'java&#115;cript:alert(1)',
      'javascript&colon;alert(1)',
    ]) {
      const html = renderMarkdown(`[click](${target})`);
      assert.ok(!tags(html).includes('a'), `${target}: ${html}`);
    }
  });

  it('keeps the target of a link in data alone, and shows the real host where the text does not', () => {
    const html = renderMarkdown('[https://good.example](https://evil.example/q?d=1)');
    assert.match(html, /data-href="https:\/\/evil\.example\/q\?d=1"/);
    assert.match(html, /title="https:\/\/evil\.example\/q\?d=1"/);
    assert.match(html, /\(evil\.example\)/);
    assert.doesNotMatch(html, ACTIVE);
    assert.match(renderMarkdown('[x](https://ok.example@evil.example/)'), /\(evil\.example\)/);
    assert.match(renderMarkdown('[x](https://d\u043ecs.example.com/)'), /\(xn--dcs-sed\.example\.com\)/);
    assert.doesNotMatch(renderMarkdown('https://plain.example/a'), /md-target/);
  });

  it('links files of the workspace', () => {
    assert.match(renderMarkdown('[a](src/a.ts#L10)'), /data-href="src\/a\.ts#L10"/);
    assert.match(renderMarkdown('[a](src/a.ts:12)'), /data-href="src\/a\.ts:12"/);
    assert.ok(!tags(renderMarkdown('README.md and example.com')).includes('a'));
  });

  it('cannot be broken out of by quotes in a target or a language', () => {
    assert.doesNotMatch(renderMarkdown('[x](<https://a.example/"onmouseover="alert(1)>)'), /"onmouseover/);
    assert.doesNotMatch(renderMarkdown('```"onclick="x\ncode\n```'), /onclick=/);
    assert.doesNotMatch(renderMarkdown('[x](https://a.example "t\\" onclick=x")'), ACTIVE);
  });

  it('lets each paragraph find its own direction', () => {
    assert.match(renderMarkdown('שלום'), /<p dir="auto">/);
  });
});

describe('linkKind', () => {
  it('tells sites, mail and files, and refuses the rest', () => {
    assert.equal(linkKind('https://a.example'), 'web');
    assert.equal(linkKind('mailto:a@b.example'), 'mail');
    assert.equal(linkKind('docs/a b.md'), 'file');
    assert.equal(linkKind('http:///x'), undefined);
    assert.equal(linkKind('#L10'), undefined);
    assert.equal(linkKind('a\u0000b'), undefined);
  });
});

describe('renderStreamed', () => {
  /** Feeds a text in pieces, as the page does, and returns all closed blocks and the open rest. */
  function stream(text: string, step: number): { closed: string; open: string; renders: number } {
    let from = 0;
    let closed = '';
    let renders = 0;
    let last = renderStreamed('', 0, {});
    const references = {};
    for (let end = step; end < text.length + step; end += step) {
      last = renderStreamed(text.slice(0, end), from, references);
      closed += last.closed.join('');
      from = last.openAt;
      renders++;
    }
    return { closed, open: renderMarkdown(text.slice(from)), renders };
  }
  const TEXT =
    'Intro line\nsecond line\n\n## Head\n\n- a\n\n- b\n  more\n\n1. x\n2. y\n\n```js\nconst a = 1;\n\nconst b = 2;\n```\n\n> quote\n> goes on\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nEnd.';

  it('gives the same as the whole text, whatever the pieces', () => {
    for (const step of [1, 3, 7, 50, 1000]) {
      const streamed = stream(TEXT, step);
      assert.equal(streamed.closed + streamed.open, renderMarkdown(TEXT), `step ${step}`);
    }
  });

  it('closes a block as soon as the next has begun, and never gives it again', () => {
    const first = renderStreamed('One.\n\nTwo', 0, {});
    assert.deepEqual(first.closed, ['<p dir="auto">One.</p>\n']);
    assert.match(first.open, /Two/);
    const second = renderStreamed('One.\n\nTwo more\n\nThree', first.openAt, {});
    assert.deepEqual(second.closed, ['<p dir="auto">Two more</p>\n']);
  });

  it('gives the text of a code block that is still open, so that it can be appended to', () => {
    const { code, open } = renderStreamed('Hi\n\n```ts\nlet a', 0, {});
    assert.deepEqual(code, { language: 'ts', text: 'let a' });
    assert.equal(open, '');
  });
});
