// One item as a row. A row is drawn again only when its item is another object.
import { Component } from 'preact';
import type { Item } from '../items.ts';
import { CompactedRow, FinishRow, NoticeRow } from './noticeRows.tsx';
import { PromptRow } from './promptRow.tsx';
import { ReviewCard } from './reviewCard.tsx';
import { TextRow } from './textRow.tsx';
import { ThinkingRow } from './thinkingRow.tsx';
import { ToolRow } from './toolRow.tsx';

export class Row extends Component<{ item: Item }> {
  override shouldComponentUpdate(next: { item: Item }): boolean {
    return next.item !== this.props.item;
  }

  override render({ item }: { item: Item }) {
    switch (item.kind) {
      case 'prompt':
        return <PromptRow item={item} />;
      case 'text':
        return <TextRow item={item} />;
      case 'thinking':
        return <ThinkingRow item={item} />;
      case 'tool':
        return <ToolRow item={item} />;
      case 'review':
        return <ReviewCard item={item} />;
      case 'notice':
        return <NoticeRow item={item} />;
      case 'compacted':
        return <CompactedRow item={item} />;
      case 'finish':
        return <FinishRow item={item} />;
    }
  }
}
