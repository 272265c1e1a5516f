// Prompts that wait for the running turn to end.
import { t } from '../l10n.ts';
import { usePage, useSelect } from '../page.ts';
import { IconButton } from './icon.tsx';

export function Queue() {
  const page = usePage();
  const queue = useSelect((state) => state.conversation?.queue);
  if (!queue || queue.length === 0) return null;
  return (
    <ul class="queue" aria-label={t('Waiting to be sent')} data-testid="queue">
      {queue.map((prompt) => (
        <li class="queued" key={prompt.id} data-testid="queued">
          <span class="quiet">{t('Next:')}</span>
          <span class="queued-text" dir="auto">
            {prompt.text || t('(attachments only)')}
          </span>
          {/* The extension puts its text and attachments back into the composer. */}
          <IconButton
            icon="edit"
            label={t('Take back and change')}
            testId="queued-edit"
            onClick={() => page.post({ type: 'unqueue', id: prompt.id })}
          />
        </li>
      ))}
    </ul>
  );
}
