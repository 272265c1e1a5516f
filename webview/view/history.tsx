// Earlier conversations: find one, go on with it, rename it, remove it.
import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { HistoryItem } from '../../src/protocol.ts';
import { TextField } from '../components.ts';
import { type Age, groupHistory, searchHistory } from '../historyGroups.ts';
import { watchComposition } from '../ime.ts';
import { t } from '../l10n.ts';
import { usePage, useSelect } from '../page.ts';
import { Icon, IconButton } from './icon.tsx';

export function History() {
  const page = usePage();
  const items = useSelect((state) => state.history);
  const search = useSignal('');
  const list = useRef<HTMLElement>(null);
  // What had the focus is hidden now, and hidden again afterwards: keys must not go nowhere.
  useEffect(() => {
    if (document.hasFocus()) list.current?.querySelector<HTMLElement>('.history-search')?.focus();
    return () => {
      if (document.hasFocus()) page.expect({ type: 'focusComposer' });
    };
  }, [page]);
  const groups = useMemo(
    () => groupHistory(searchHistory(items ?? [], search.value), Date.now()),
    [items, search.value],
  );

  return (
    <main class="history" data-testid="history" ref={list} onKeyDown={onKeyDown}>
      <div class="history-head">
        <h1>{t('Conversations')}</h1>
        <IconButton icon="add" label={t('New conversation')} onClick={() => page.post({ type: 'newConversation' })} />
        <IconButton
          icon="close"
          label={t('Back to the conversation')}
          testId="history-close"
          onClick={() => page.post({ type: 'closeHistory' })}
        />
      </div>
      <TextField
        class="history-search"
        data-testid="history-search"
        value={search.value}
        placeholder={t('Search')}
        aria-label={t('Search conversations')}
        onInput={(value) => {
          search.value = value;
        }}
      />
      <div class="history-list">
        {groups.map((group) => (
          <section key={group.age} aria-label={ageName(group.age)}>
            <h2>{ageName(group.age)}</h2>
            <ul>
              {group.items.map((item) => (
                <Entry key={item.id} item={item} />
              ))}
            </ul>
          </section>
        ))}
        {items === undefined && <p class="quiet history-empty">{t('Looking for conversations…')}</p>}
        {items !== undefined && groups.length === 0 && (
          <p class="quiet history-empty">
            {items.length === 0 ? t('There are no conversations in this folder yet.') : t('No title has these words.')}
          </p>
        )}
      </div>
    </main>
  );

  function onKeyDown(event: KeyboardEvent): void {
    if (event.isComposing || !(event.currentTarget instanceof HTMLElement)) return;
    if (event.key === 'Escape' && !event.defaultPrevented) {
      event.preventDefault();
      page.post({ type: 'closeHistory' });
      return;
    }
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return;
    const entries = [...event.currentTarget.querySelectorAll<HTMLElement>('.history-open')];
    const item = event.target instanceof Element ? event.target.closest('.history-item') : null;
    const at = item ? entries.findIndex((entry) => item.contains(entry)) : -1;
    const next = entries[at + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }
}

function Entry({ item }: { item: HistoryItem }) {
  const page = usePage();
  const renaming = useSignal(false);
  const removing = useSignal(false);
  const current = useSelect((state) => state.conversation?.id === item.id);
  const composition = useMemo(watchComposition, []);

  if (renaming.value) {
    const done = () => {
      renaming.value = false;
    };
    return (
      <li class="history-item" data-testid="history-item" data-session={item.id}>
        <input
          class="history-rename"
          aria-label={t('Title')}
          defaultValue={item.title}
          ref={(element) => element?.focus()}
          onCompositionStart={() => composition.start()}
          onCompositionEnd={() => composition.end()}
          onBlur={done}
          onKeyDown={(event) => {
            event.stopPropagation();
            if (composition.owns(event)) return;
            if (event.key === 'Escape') done();
            if (event.key !== 'Enter') return;
            const title = event.currentTarget.value.trim();
            if (title !== '') page.post({ type: 'renameSession', session: item.id, title });
            done();
          }}
        />
      </li>
    );
  }
  return (
    <li class={`history-item ${current ? 'current' : ''}`} data-testid="history-item" data-session={item.id}>
      <button
        type="button"
        class="history-open"
        aria-current={current ? 'true' : undefined}
        onClick={() => page.post({ type: 'resume', session: item.id })}
      >
        <span class="history-title" dir="auto">
          {item.title}
        </span>
        <span class="quiet">
          {when(item.updatedAtMs)} ·{' '}
          {item.messages === 1 ? t('1 message') : t('{count} messages', { count: item.messages })}
        </span>
      </button>
      {removing.value ? (
        <span class="history-actions always">
          <button
            type="button"
            class="text-button danger"
            data-testid="history-remove-confirm"
            ref={(element) => element?.focus()}
            onBlur={() => {
              removing.value = false;
            }}
            onClick={() => page.post({ type: 'removeSession', session: item.id })}
          >
            <Icon name="trash" /> {t('Move to trash')}
          </button>
        </span>
      ) : (
        <span class="history-actions">
          <IconButton
            icon="edit"
            label={t('Rename “{title}”', { title: item.title })}
            testId="history-rename"
            onClick={() => {
              renaming.value = true;
            }}
          />
          <IconButton
            icon="trash"
            label={t('Remove “{title}”', { title: item.title })}
            testId="history-remove"
            onClick={() => {
              removing.value = true;
            }}
          />
        </span>
      )}
    </li>
  );
}

function ageName(age: Age): string {
  switch (age) {
    case 'today':
      return t('Today');
    case 'yesterday':
      return t('Yesterday');
    case 'lastWeek':
      return t('Last 7 days');
    case 'older':
      return t('Older');
  }
}

function when(ms: number): string {
  const date = new Date(ms);
  const sameDay = date.toDateString() === new Date().toDateString();
  const language = document.documentElement.lang || undefined;
  return sameDay
    ? date.toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit' })
    : date.toLocaleDateString(language, { year: 'numeric', month: 'short', day: 'numeric' });
}
