// The last wall before text of a model becomes part of the page: whatever is not on these lists is taken out, though
// `markdown.ts` and the highlighter should never have written it. Nodes are moved, not serialised again, so that what
// was checked is what is shown.
const TAGS = new Set(
  'A,BLOCKQUOTE,BR,CODE,DEL,DIV,EM,H1,H2,H3,H4,H5,H6,HR,LI,OL,P,PRE,S,SPAN,STRONG,TABLE,TBODY,TD,TH,THEAD,TR,UL'.split(
    ',',
  ),
);
const ATTRIBUTES = new Set(['class', 'dir', 'role', 'tabindex', 'title', 'start', 'data-href', 'data-language']);

export function fragmentOf(html: string): DocumentFragment {
  const template = document.createElement('template');
  template.innerHTML = html;
  for (const element of [...template.content.querySelectorAll('*')]) {
    if (!TAGS.has(element.tagName)) {
      element.replaceWith(document.createTextNode(element.textContent ?? ''));
      continue;
    }
    for (const { name } of [...element.attributes]) if (!ATTRIBUTES.has(name)) element.removeAttribute(name);
  }
  return template.content;
}
