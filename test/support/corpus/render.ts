// What the page makes of Markdown, judged from the HTML alone: what would load or run, what is left out, what a click opens.
import path from 'node:path';
import { Parser } from 'htmlparser2';
import { linkKind, renderMarkdown, renderStreamed } from '../../../webview/markdown.ts';
import { type Row, strictest, textOf, type Verdict } from './row.ts';

export function render({ action, context }: Row): Verdict {
  const text = textOf(action['markdown'], 'markdown');
  const streamed = renderStreamed(text, 0, {});
  const code =
    streamed.code === undefined ? '' : renderMarkdown(`\`\`\`${streamed.code.language}\n${streamed.code.text}\n\`\`\``);
  // Live in one of the two is live.
  const verdicts = [renderMarkdown(text), [...streamed.closed, streamed.open, code].join('')].map((html) =>
    verdictOf(html, context.cwd),
  );
  return verdicts.includes('allow') ? 'allow' : strictest(...verdicts);
}

const TAGS = new Set(
  'a blockquote br code del div em h1 h2 h3 h4 h5 h6 hr li ol p pre s span strong table tbody td th thead tr ul'.split(
    ' ',
  ),
);
/** None of these makes a browser load or run anything. */
const ATTRIBUTES = new Set(['class', 'dir', 'role', 'tabindex', 'title', 'start', 'data-href', 'data-language']);
/** Other pages draw these instead of showing them. */
const DRAWN = new Set([
  'mermaid',
  'plantuml',
  'puml',
  'dot',
  'graphviz',
  'd2',
  'vega',
  'vega-lite',
  'markmap',
  'math',
  'latex',
  'katex',
  'svg',
  'html',
]);
const LOADS = /<\w|https?:|file:|\burl\(|\bsrc\b|\bhref\b/i;

const BLOCKS = new Set('blockquote div h3 hr li ol p pre table td th tr ul'.split(' '));
/** Raw HTML, a link or an image that was not made, a formula that loads: they stand there as the text they are. */
const WITHHELD = [
  /<[/!?]?(img|i?frame|frameset|script|style|link|meta|base|object|embed|applet|portal|svg|math|video|audio|source|track|picture|form|input|button|a|area|body|template)\b/i,
  /<[/!?]?[a-z][^>]*[\s"'/](src|href|srcset|data|action|poster|style|on\w+|background|formaction|ping|srcdoc|content)\s*=/i,
  /\]\(\s*(?!#)[^)\s]/,
  /<\s*(javascript|vbscript|data|file|blob|command):/i,
  /\\[a-z]+\s*\{[^}]*(\/\/|\b(javascript|vbscript|data|file):)/i,
  /^\s*\[[^\]]+\]:\s*\S*[:/]/m,
];
/** An address that is no link: it is shown, and nothing happens on a click. */
const ADDRESS = /\bwww\.|[a-z][a-z0-9+.-]*:\/\/|[\w.]@[\w-]+\.\w/i;

type Link = { target: string; text: string; title: string; note: string };

function verdictOf(html: string, cwd: string): Verdict {
  let active = false;
  let withheld = false;
  let plain = '';
  let drawn = '';
  const links: Link[] = [];
  const open: Array<{ name: string; attributes: Record<string, string> }> = [];
  const inside = (name: string, value?: string) =>
    open.some((one) => one.name === name && (value === undefined || one.attributes['class'] === value));
  const parser = new Parser({
    onopentag(name, attributes) {
      if (!TAGS.has(name) || Object.keys(attributes).some((attribute) => !ATTRIBUTES.has(attribute))) active = true;
      if (attributes['class'] === 'md-image') withheld = true;
      if (attributes['data-href'] !== undefined)
        links.push({ target: attributes['data-href'], text: '', title: attributes['title'] ?? '', note: '' });
      open.push({ name, attributes });
    },
    ontext(text) {
      const link = links.at(-1);
      if (link !== undefined && inside('a')) link.text += text;
      if (link !== undefined && inside('span', 'md-target')) link.note += text;
      if (inside('code', 'md-code')) return;
      const language = open.find(({ attributes }) => attributes['data-language'] !== undefined)?.attributes[
        'data-language'
      ];
      if (language !== undefined) {
        if (inside('pre') && DRAWN.has(language)) drawn += text;
        return;
      }
      plain += text;
    },
    onclosetag(name) {
      open.pop();
      if (BLOCKS.has(name)) plain += '\n';
    },
    oncomment() {
      active = true;
    },
    onprocessinginstruction() {
      active = true;
    },
  });
  parser.end(html);
  if (active) return 'allow';
  if (withheld || LOADS.test(drawn) || WITHHELD.some((pattern) => pattern.test(plain))) return 'deny';
  return strictest(ADDRESS.test(plain) ? 'ask' : 'allow', ...links.map((link) => ofLink(link, cwd)));
}

/** A file of the project opens beside the chat; for all else the target has to be in view before the click. */
function ofLink({ target, text, title, note }: Link, cwd: string): Verdict {
  const kind = linkKind(target);
  if (kind === undefined) return 'allow';
  if (kind === 'file') {
    const from = path.relative(cwd, path.resolve(cwd, target.replace(/[#?].*$/, '')));
    return from === '..' || from.startsWith('../') ? 'ask' : 'allow';
  }
  const shown = kind === 'web' ? new URL(target).host : target.replace(/^mailto:/i, '').split('?')[0];
  const isShown = [text, note].some((one) => one.includes(shown ?? target));
  return isShown && title !== '' ? 'ask' : 'allow';
}
