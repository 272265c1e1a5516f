// Text of which a person must be able to see all: it scrolls, and is shown whole on wish.
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { t } from '../l10n.ts';

/** `children` is what is drawn of `text`. `from`: what is in sight at first, its end or the first `mark` of the class. */
export function LongText(props: {
  text: string;
  from: 'end' | { mark: string };
  testId: string;
  children: ComponentChildren;
}) {
  const { text, from, testId, children } = props;
  const box = useRef<HTMLPreElement>(null);
  const [cut, setCut] = useState(false);
  const [whole, setWhole] = useState(false);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || whole) return;
    setCut(element.scrollHeight > element.clientHeight + 1);
    const mark = from === 'end' ? undefined : element.querySelector<HTMLElement>(`mark.${from.mark}`);
    element.scrollTop = from === 'end' ? element.scrollHeight : (mark?.offsetTop ?? 0) - element.clientHeight / 3;
  }, [text, whole]);
  const lines = text.split('\n').length;
  return (
    <>
      <pre ref={box} class={whole ? 'whole' : ''} tabIndex={cut ? 0 : -1} data-testid={testId} dir="ltr">
        {children}
      </pre>
      {(cut || whole) && (
        <button type="button" class="link-button" aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {whole ? t('Show less') : t('Show all {lines} lines ({count} characters)', { lines, count: text.length })}
        </button>
      )}
    </>
  );
}
