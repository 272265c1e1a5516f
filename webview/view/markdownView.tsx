// Markdown in the page: draws it as it grows, and passes clicks on links and copy buttons to the extension.
import { useLayoutEffect, useRef } from 'preact/hooks';
import { usePage } from '../page.ts';
import { type StreamedMarkdown, streamMarkdown } from '../streamedMarkdown.ts';

export function MarkdownView({ text, open = false }: { text: string; open?: boolean }) {
  const page = usePage();
  const element = useRef<HTMLDivElement>(null);
  const drawing = useRef<StreamedMarkdown | undefined>(undefined);

  useLayoutEffect(() => {
    if (!element.current) return;
    drawing.current ??= streamMarkdown(element.current);
    drawing.current.show(text, open);
  }, [text, open]);
  useLayoutEffect(() => () => drawing.current?.dispose(), []);

  function act(event: Event, target: EventTarget | null): void {
    if (!(target instanceof Element)) return;
    const link = target.closest<HTMLElement>('[data-href]');
    const copy = target.closest('.copy-code');
    if (link) page.post({ type: 'openLink', href: link.dataset['href'] ?? '' });
    else if (copy) page.post({ type: 'copy', text: copy.closest('.code')?.querySelector('code')?.textContent ?? '' });
    else return;
    event.preventDefault();
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only listens for the links and buttons inside.
    <div
      class="markdown"
      ref={element}
      onClick={(event) => act(event, event.target)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && !event.isComposing && event.target instanceof HTMLAnchorElement)
          act(event, event.target);
      }}
    />
  );
}
