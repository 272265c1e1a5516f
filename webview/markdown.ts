// Markdown from a model or a tool as HTML with nothing active in it: no raw HTML, no image, no address that the page
// would load. A link carries its target in `data-href` and shows it; opening it is the extension's, on a click.
import MarkdownIt, { type Env, type Token } from 'markdown-it';

const md = new MarkdownIt({ html: false, linkify: true, breaks: false, typographer: false });
// Bare names such as `README.md` are files far more often than hosts.
md.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
md.validateLink = (href) => linkKind(href) !== undefined;
// Keep what was written: decoding percent signs or punycode would show another target than the one that opens.
md.normalizeLink = (href) => href;
md.normalizeLinkText = (text) => text;

const escapeHtml = md.utils.escapeHtml;
const attribute = (token: Token | undefined, name: string) => String(token?.attrGet(name) ?? '');

md.renderer.rules['image'] = (tokens, index) => {
  const token = tokens[index];
  const source = attribute(token, 'src');
  const name = token?.content || source;
  return `<span class="md-image" title="${escapeHtml(source)}">${escapeHtml(name)}</span>`;
};
md.renderer.rules['link_open'] = (tokens, index) => {
  const href = attribute(tokens[index], 'href');
  const shown = escapeHtml(printable(href));
  return `<a class="md-link" role="link" tabindex="0" data-href="${escapeHtml(href)}" title="${shown}">`;
};
md.renderer.rules['link_close'] = (tokens, index) => `</a>${targetNote(tokens, index)}`;
md.renderer.rules['fence'] = (tokens, index) => codeBlock(tokens[index]?.content ?? '', tokens[index]?.info ?? '');
md.renderer.rules['code_block'] = (tokens, index) => codeBlock(tokens[index]?.content ?? '', '');
md.renderer.rules['table_open'] = () => '<div class="md-table" tabindex="0"><table>';
md.renderer.rules['table_close'] = () => '</table></div>';
for (const name of ['th_open', 'td_open']) {
  // The library aligns with a style attribute, which the page's policy forbids.
  md.renderer.rules[name] = (tokens, index) => {
    const token = tokens[index];
    const align = /text-align:(left|center|right)/.exec(attribute(token, 'style'))?.[1];
    return `<${token?.tag ?? 'td'}${align ? ` class="align-${align}"` : ''} dir="auto">`;
  };
}
for (const name of ['paragraph_open', 'heading_open', 'blockquote_open', 'list_item_open']) {
  md.renderer.rules[name] = (tokens, index, options, _env, self) => {
    const token = tokens[index];
    token?.attrSet('dir', 'auto');
    if (token && name === 'heading_open') {
      // Whatever levels a model jumps over, its headings stand below the heading of the turn.
      token.attrSet('class', `level-${token.tag.slice(1)}`);
      token.tag = 'h3';
    }
    return self.renderToken(tokens, index, options);
  };
}
md.renderer.rules['heading_close'] = () => '</h3>\n';
md.renderer.rules['code_inline'] = (tokens, index) =>
  `<code class="md-code">${escapeHtml(tokens[index]?.content ?? '')}</code>`;

/** Safe HTML of a whole text. Needs no DOM. */
export function renderMarkdown(text: string): string {
  return md.render(text);
}

export type Streamed = {
  /** HTML of the blocks that can no longer change, one each. */
  closed: string[];
  /** Where in the text the open block begins. */
  openAt: number;
  /** HTML of the block that may still grow; empty for an open code block. */
  open: string;
  /** The open block is a fenced code block: its text so far, which can be appended to. */
  code?: { language: string; text: string };
};

/**
 * Renders what came of a text from `from` on, which is 0 or an earlier `openAt`. A block is closed as soon as another one
 * has begun after it, so only the last is ever rendered again. `references` collects link definitions between the calls.
 */
export function renderStreamed(text: string, from: number, references: Record<string, unknown>): Streamed {
  const source = text.slice(from);
  const env: Env = references;
  const tokens = md.parse(source, env);
  const starts = tokens.flatMap((token, i) => (token.level === 0 && token.nesting >= 0 && token.map ? [i] : []));
  const lastStart = starts.at(-1);
  if (lastStart === undefined) return { closed: [], openAt: from, open: '' };
  const closed = starts.slice(0, -1).map((start, i) => render(tokens.slice(start, starts[i + 1]), env));
  const line = tokens[lastStart]?.map?.[0] ?? 0;
  const openAt = from + offsetOfLine(source, line);
  const token = tokens[lastStart];
  if (token?.type === 'fence') {
    return { closed, openAt, open: '', code: { language: language(token.info), text: token.content } };
  }
  return { closed, openAt, open: render(tokens.slice(lastStart), env) };
}

function render(tokens: Token[], env: Env): string {
  return md.renderer.render(tokens, md.options, env);
}

function offsetOfLine(text: string, line: number): number {
  let offset = 0;
  for (let i = 0; i < line; i++) offset = text.indexOf('\n', offset) + 1;
  return offset;
}

function language(info: string): string {
  return (/^[\w+#.-]{1,30}/.exec(info.trim())?.[0] ?? '').toLowerCase();
}

/** The frame of a code block; the page puts its copy button into `.code-head`. */
function codeBlock(content: string, info: string): string {
  const name = language(info);
  return `<div class="code" data-language="${name}"><div class="code-head"><span class="code-language">${escapeHtml(name)}</span></div><pre tabindex="0"><code>${escapeHtml(content)}</code></pre></div>`;
}

/** What a click on a target would do: open a site, write a mail, open a file of the workspace. Undefined: no link at all. */
export function linkKind(href: string): 'web' | 'mail' | 'file' | undefined {
  const target = href.trim();
  if (target === '' || /[\u0000-\u001f\u007f]/.test(target)) return undefined;
  if (/^https?:\/\/[^/\\]/i.test(target)) return 'web';
  if (/^mailto:/i.test(target)) return 'mail';
  // Any other scheme, a network path, or an absolute path is no link; `#L10` alone leads nowhere.
  if (/^[a-z][a-z0-9+.-]*:/i.test(target) && !/^[\w./-]+\.\w+:\d+/.test(target)) return undefined;
  if (/^[/\\#?]/.test(target) || target.includes('\\')) return undefined;
  return 'file';
}

/** The real host beside a link whose text does not show it, so that nobody has to hover to know. */
function targetNote(tokens: Token[], close: number): string {
  let open = close - 1;
  for (let depth = 0; open >= 0; open--) {
    const type = tokens[open]?.type;
    if (type === 'link_close') depth++;
    if (type === 'link_open' && depth-- === 0) break;
  }
  const href = attribute(tokens[open], 'href');
  const kind = linkKind(href);
  if (kind === undefined || kind === 'file') return '';
  const text = tokens
    .slice(open + 1, close)
    .map((token) => token.content)
    .join('')
    .trim();
  const target = kind === 'web' ? host(href) : href.slice('mailto:'.length).split('?')[0];
  if (!target || text === href || text === target || text === href.replace(/^https?:\/\//i, '')) return '';
  return ` <span class="md-target">(${escapeHtml(printable(target))})</span>`;
}

/** The host as it is really asked for: look-alike letters come out as `xn--…`. */
function host(href: string): string {
  try {
    return new URL(href).host;
  } catch {
    // Not an address a browser understands: show it as it stands.
    return href;
  }
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/gu, (character) =>
    /[\p{L}\p{N}\p{P}\p{S}]/u.test(character) ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
