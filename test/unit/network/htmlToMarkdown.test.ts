import assert from 'node:assert/strict';
import { test } from 'node:test';
import { htmlToMarkdown } from '../../../src/network/htmlToMarkdown.ts';

const read = (html: string, limit = 100_000) => htmlToMarkdown(html, 'https://a.example/docs/page', limit);
const text = async (html: string) => (await read(html)).text;

test('headings, paragraphs, marks and links', async () => {
  assert.equal(
    await text(
      '<h2>Use <code>x</code></h2><p>One <b>bold</b>,\n <em>slanted</em> and <a href="../b?c=1">far</a> word.<p>Two<br>lines',
    ),
    '## Use `x`\n\nOne **bold**, *slanted* and [far](https://a.example/b?c=1) word.\n\nTwo\nlines',
  );
  assert.equal(
    await text('<p>a<b></b> <a href="/x"> </a>b <a href="#top">top</a> <a href="javascript:x()">run</a>'),
    'a b top run',
  );
});

test('lists, one in another, numbered or not', async () => {
  assert.equal(
    await text('<ul><li>a<li><p>b</p><ol><li>one</li><li>two</li></ol></li><li>c</ul>after'),
    '- a\n- b\n  1. one\n  2. two\n- c\n\nafter',
  );
});

test('code keeps its lines and names its language', async () => {
  assert.equal(
    await text(
      '<p>Run:</p><pre><code class="hljs language-ts">const <span>a</span> = 1 &lt; 2;\n  b();\n</code></pre><p>Done',
    ),
    'Run:\n\n```ts\nconst a = 1 < 2;\n  b();\n```\n\nDone',
  );
});

test('tables', async () => {
  assert.equal(
    await text(
      '<table><thead><tr><th>A</th><th>B</th></tr></thead><tbody><tr><td>1</td><td><p>two</p></td></tr></tbody></table>',
    ),
    '| A | B |\n| --- | --- |\n| 1 | two |',
  );
});

test('what does not show is not read: scripts, styles, and text hidden for a model to find', async () => {
  assert.equal(
    await text(
      `<style>p{}</style><script>alert("<p>no")</script><nav>menu</nav><p>yes</p><div hidden>no</div>
       <div style="color:red; DISPLAY : none">no <p>no</p></div><span aria-hidden="true">no</span>
       <span style="font-size:0">no</span><!-- no --><template>no</template><img alt="a cat" src=x><span style="opacity:0.5">half</span>`,
    ),
    'yes\n\n[image: a cat]half',
  );
});

test('text without tags, entities, broken tags', async () => {
  assert.equal(await text('a &lt; b &amp; c &nbsp;&copy; 한글'), 'a < b & c © 한글');
  assert.equal(await text('</p></div>x</b><i>y'), 'x*y*');
  assert.equal(await text(''), '');
});

test('pages that were made to take time or room end early', async () => {
  for (const html of [
    '<div>'.repeat(200_000),
    '<ul><li>'.repeat(100_000),
    '<b>'.repeat(100_000) + '</i>'.repeat(100_000),
    '<b>'.repeat(390) + '</i>'.repeat(300_000),
    '<!--'.repeat(100_000),
    '<'.repeat(200_000),
    `<pre>${' '.repeat(390_000)}x</pre>`,
    `<pre>${'\n'.repeat(200_000)}x${'\t'.repeat(180_000)}x</pre>`,
  ]) {
    assert.ok((await read(html)).text.length <= 400_000);
  }
  const { text: words, cut } = await read('<p>some words</p>'.repeat(100_000), 10_000);
  assert.ok(cut && words.length < 60_000, `${words.length}`);
});
