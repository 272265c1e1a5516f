// A few words to go with an answer. Enter sends, Shift+Enter begins a line, Escape closes.
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { Button } from '../components.ts';
import { watchComposition } from '../ime.ts';
import { t } from '../l10n.ts';
import { usePage } from '../page.ts';

export function CommentBox(props: {
  /** Where the text is kept while rows come and go. */
  keep: string;
  label: string;
  send: string;
  testId: string;
  onSend: (text: string) => void;
  onCancel: () => void;
}) {
  const text = usePage().kept.of(`comment:${props.keep}`, '');
  const area = useRef<HTMLTextAreaElement>(null);
  const composition = useMemo(watchComposition, []);
  // Opened by the person's own key or click, so the focus is theirs to follow.
  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    element.value = text.value;
    element.focus();
  }, []);

  function send(): void {
    const words = area.current?.value.trim() ?? '';
    if (words === '') return;
    text.value = '';
    props.onSend(words);
  }

  return (
    <div class="comment-box">
      <textarea
        ref={area}
        rows={2}
        dir="auto"
        placeholder={props.label}
        aria-label={props.label}
        data-testid={`${props.testId}-text`}
        onInput={(event) => {
          text.value = event.currentTarget.value;
        }}
        onCompositionStart={() => composition.start()}
        onCompositionEnd={() => composition.end()}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (composition.owns(event)) return;
          if (event.key === 'Enter' && !event.shiftKey) {
            event.preventDefault();
            send();
          } else if (event.key === 'Escape') {
            event.preventDefault();
            props.onCancel();
          }
        }}
      />
      <div class="buttons">
        <Button kind="primary" data-testid={`${props.testId}-send`} onClick={send}>
          {props.send}
        </Button>
        <Button onClick={props.onCancel}>{t('Cancel')}</Button>
      </div>
    </div>
  );
}
