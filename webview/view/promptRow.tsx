// What the person sent.
import type { PromptItem } from '../items.ts';
import { t } from '../l10n.ts';
import { AttachmentChips } from './attachments.tsx';

export function PromptRow({ item }: { item: PromptItem }) {
  const { text, attachments } = item.prompt;
  return (
    <div class="prompt" data-testid="message" data-role="user">
      <h2 class="hidden">{t('You: {text}', { text: text.slice(0, 80) })}</h2>
      {attachments.length > 0 && <AttachmentChips attachments={attachments} />}
      <div class="prompt-text" dir="auto">
        {text}
      </div>
    </div>
  );
}
