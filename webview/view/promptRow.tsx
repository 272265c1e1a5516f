// What the person sent.
import type { PromptItem } from '../items.ts';
import { t } from '../l10n.ts';
import { usePage } from '../page.ts';
import { AttachmentChips } from './attachments.tsx';
import { IconButton } from './icon.tsx';
import { ServedPrompt } from './servedPrompt.tsx';

/** A prompt this short is its own heading; a longer one is headed by its beginning, for screen readers alone. */
const HEADING = 160;

export function PromptRow({ item }: { item: PromptItem }) {
  const page = usePage();
  const { id, text, attachments, fromServer } = item.prompt;
  return (
    <div class="prompt" data-testid="message" data-role="user">
      {text.length > HEADING && <h2 class="hidden">{t('You: {text}…', { text: text.slice(0, HEADING / 2) })}</h2>}
      {attachments.length > 0 && <AttachmentChips attachments={attachments} />}
      {text.length > HEADING ? (
        <div class="prompt-text" dir="auto">
          {text}
        </div>
      ) : (
        <h2 class="prompt-text" dir="auto">
          {text}
        </h2>
      )}
      {fromServer && <ServedPrompt id={id} from={fromServer} />}
      <IconButton
        icon="discard"
        label={t('Rewind to before this prompt…')}
        class="prompt-rewind"
        testId="rewind"
        onClick={() => page.post({ type: 'rewind', prompt: id })}
      />
    </div>
  );
}
