// What the model wrote.
import type { TextItem } from '../items.ts';
import { MarkdownView } from './markdownView.tsx';

export function TextRow({ item }: { item: TextItem }) {
  return (
    <div class="reply" data-testid="message" data-role="assistant" data-streaming={item.open ? 'true' : undefined}>
      <MarkdownView text={item.text} open={item.open} />
    </div>
  );
}
