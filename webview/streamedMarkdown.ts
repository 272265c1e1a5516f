// Draws a text that grows. Blocks that are complete are drawn once and left alone; only the last one is drawn again,
// and a code block that is still open is only appended to.
import { highlight } from './highlight.ts';
import { t } from './l10n.ts';
import { renderMarkdown, renderStreamed } from './markdown.ts';
import { fragmentOf } from './safeHtml.ts';

export type StreamedMarkdown = {
  /** `open` while more may come. */
  show(text: string, open: boolean): void;
  dispose(): void;
};

/** When drawing takes longer than this, it happens less often, so that typing and scrolling stay smooth. */
const SLOW_MS = 6;
const REST = 4;
/** Open code is cut into blocks of about this size, so that adding a line does not lay out all of it. */
const PART_CHARACTERS = 2_000;

export function streamMarkdown(container: HTMLElement): StreamedMarkdown {
  let shown = '';
  let isOpen = false;
  let from = 0;
  let references: Record<string, unknown> = {};
  let tail: HTMLElement | undefined;
  let code: { part: Text; text: string } | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waiting: { text: string; open: boolean } | undefined;
  let restUntil = 0;

  function reset(): void {
    container.replaceChildren();
    shown = '';
    from = 0;
    references = {};
    tail = undefined;
    code = undefined;
  }

  function drawWhole(text: string): void {
    reset();
    const fragment = fragmentOf(renderMarkdown(text));
    finishCode(fragment);
    container.append(fragment);
  }

  function drawGrowing(text: string): void {
    if (!text.startsWith(shown)) reset();
    const added = text.slice(shown.length);
    // No fence can end without one of its signs: the rest of open code is plain text.
    if (code && !/[`~]/.test(added) && /^[`~]/.test(text.slice(from, from + 1))) {
      appendCode(added);
      return;
    }
    const result = renderStreamed(text, from, references);
    for (const html of result.closed) {
      const fragment = fragmentOf(html);
      finishCode(fragment);
      if (tail) tail.before(fragment);
      else container.append(fragment);
    }
    if (result.openAt !== from) code = undefined;
    from = result.openAt;
    if (!tail) {
      tail = document.createElement('div');
      tail.className = 'md-open';
      container.append(tail);
    }
    if (!result.code) {
      code = undefined;
      tail.replaceChildren(fragmentOf(result.open));
      return;
    }
    if (!code) startCode(tail, result.code.language);
    if (code && result.code.text.startsWith(code.text)) appendCode(result.code.text.slice(code.text.length));
    else {
      startCode(tail, result.code.language);
      appendCode(result.code.text);
    }
  }

  function startCode(into: HTMLElement, language: string): void {
    into.replaceChildren(fragmentOf(renderMarkdown(`\`\`\`${language}\n\`\`\``)));
    const element = into.querySelector('code');
    if (element) code = { part: startPart(element), text: '' };
  }

  function appendCode(added: string): void {
    if (!code || added === '') return;
    code.text += added;
    code.part.appendData(added);
    if (code.part.length < PART_CHARACTERS) return;
    const lineEnd = code.part.data.lastIndexOf('\n');
    const element = code.part.parentElement?.parentElement;
    if (lineEnd < 0 || !element) return;
    const rest = code.part.data.slice(lineEnd + 1);
    code.part.data = code.part.data.slice(0, lineEnd + 1);
    code.part = startPart(element);
    code.part.appendData(rest);
  }

  function draw(text: string, open: boolean): void {
    const started = performance.now();
    if (open) drawGrowing(text);
    else if (!isOpen || Object.keys(references).length > 0 || !text.startsWith(shown)) drawWhole(text);
    else {
      const last = fragmentOf(renderMarkdown(text.slice(from)));
      finishCode(last);
      tail?.remove();
      container.append(last);
      tail = undefined;
      code = undefined;
    }
    shown = text;
    isOpen = open;
    const cost = performance.now() - started;
    restUntil = cost > SLOW_MS ? performance.now() + cost * REST : 0;
  }

  return {
    show(text, open) {
      if (text === shown && open === isOpen && container.hasChildNodes()) return;
      const rest = open ? restUntil - performance.now() : 0;
      if (rest <= 0) {
        clearTimeout(timer);
        timer = undefined;
        waiting = undefined;
        draw(text, open);
        return;
      }
      waiting = { text, open };
      timer ??= setTimeout(() => {
        timer = undefined;
        if (waiting) draw(waiting.text, waiting.open);
        waiting = undefined;
      }, rest);
    },
    dispose() {
      clearTimeout(timer);
    },
  };
}

function startPart(element: Element): Text {
  const part = document.createElement('span');
  part.className = 'code-part';
  const text = document.createTextNode('');
  part.append(text);
  element.append(part);
  return text;
}

/** Gives complete code its copy button and, when they are loaded, its colours. */
function finishCode(root: ParentNode): void {
  for (const block of root.querySelectorAll<HTMLElement>('.code')) {
    const button = document.createElement('button');
    button.className = 'icon-button copy-code';
    button.type = 'button';
    button.title = t('Copy');
    button.setAttribute('aria-label', t('Copy code'));
    const icon = document.createElement('span');
    icon.className = 'codicon codicon-copy';
    icon.setAttribute('aria-hidden', 'true');
    button.append(icon);
    block.querySelector('.code-head')?.append(button);
    const element = block.querySelector('code');
    const language = block.dataset['language'];
    if (element && language) void colour(element, language);
  }
}

async function colour(element: HTMLElement, language: string): Promise<void> {
  const html = await highlight(element.textContent ?? '', language);
  if (html !== undefined) element.replaceChildren(fragmentOf(html));
}
