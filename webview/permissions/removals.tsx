// What was removed just now, and the way back.
import { useEffect, useRef } from 'preact/hooks';
import { fileName } from '../format.ts';
import { t } from '../l10n.ts';
import { Code } from '../view/code.tsx';
import { Icon } from '../view/icon.tsx';
import { usePermissions } from './page.ts';

export function Removals() {
  const { post, state } = usePermissions();
  const { removed } = state.value;
  const undo = useRef<HTMLButtonElement>(null);
  const newest = removed[0]?.removal;
  // The row with the focus is gone: keys must not go nowhere, and the way back is what one may want next. Who has gone on
  // to another place meanwhile is not called back.
  const count = useRef(0);
  useEffect(() => {
    const before = count.current;
    count.current = removed.length;
    if (!document.hasFocus()) return;
    if (removed.length > before) undo.current?.focus();
    else if (removed.length < before && document.activeElement === document.body) {
      document.querySelector<HTMLElement>('[data-testid=rules]')?.focus();
    }
  }, [newest, removed.length]);
  return (
    <div role="status" class="removals">
      {removed.map((one, i) => (
        <div class="notice notice-info" key={one.removal} data-testid="removed">
          <Icon name="trash" />{' '}
          <div class="notice-text">
            <Code text={one.text} />{' '}
            {one.file === undefined
              ? t('was removed from the conversation.')
              : t('was removed from {file}.', { file: fileName(one.file) })}{' '}
            <button
              type="button"
              class="link-button"
              ref={i === 0 ? undo : null}
              data-testid="undo"
              onClick={() => post({ type: 'undo', removal: one.removal })}
            >
              {t('Undo')}
            </button>
          </div>
        </div>
      ))}
    </div>
  );
}
