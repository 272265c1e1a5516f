// Exactly what a person is asked about, with every character that could hide something made visible.
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { hasInvisible } from '../../src/util/invisible.ts';
import { t } from '../l10n.ts';
import { Visible } from './visible.ts';

export function Subject({ text }: { text: string }) {
  const box = useRef<HTMLPreElement>(null);
  const [cut, setCut] = useState(false);
  const [whole, setWhole] = useState(false);
  // A dangerous end must not hide below the edge: a long subject is shown from its end.
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || whole) return;
    setCut(element.scrollHeight > element.clientHeight + 1);
    element.scrollTop = element.scrollHeight;
  }, [text, whole]);
  const lines = text.split('\n').length;

  return (
    <div class="subject">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: text that scrolls must be reachable by keyboard. */}
      <pre ref={box} class={whole ? 'whole' : ''} tabIndex={cut ? 0 : -1} data-testid="permission-subject" dir="ltr">
        <Visible text={text} />
      </pre>
      {(cut || whole) && (
        <button type="button" class="link-button" aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {whole ? t('Show less') : t('Show all {lines} lines ({count} characters)', { lines, count: text.length })}
        </button>
      )}
      {hasInvisible(text) && (
        <div class="caution">
          {t('It contains characters that cannot be seen or pass for others. They are shown as ⟨U+…⟩.')}
        </div>
      )}
    </div>
  );
}
