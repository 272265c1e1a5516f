// The transcript: only the rows in view exist. Keeps the reader's place when something changes above, and follows the
// end while the reader is there.
import {
  defaultRangeExtractor,
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type Range,
  Virtualizer,
} from '@tanstack/virtual-core';
import { useCallback, useLayoutEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks';
import type { Item } from '../items.ts';
import { t } from '../l10n.ts';
import { usePage, useSelect } from '../page.ts';
import type { State } from '../state.ts';
import { Activity } from './activity.tsx';
import { Icon } from './icon.tsx';
import { Row } from './row.tsx';

type Place = { atEnd: boolean; seq: number; offset: number };
const AT_END_PX = 32;

export function Conversation() {
  const page = usePage();
  const items = useSelect((state) => state.folded.items);
  const first = useSelect((state) => state.folded.first);
  const pinned = useSelect(openRows);
  const scroller = useRef<HTMLDivElement>(null);
  const focused = useRef<number | undefined>(undefined);
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const [atEnd, setAtEnd] = useState(true);
  const place = page.kept.of<Place>('place', { atEnd: true, seq: 0, offset: 0 });

  const now = useRef({ items, first, pinned });
  now.current = { items, first, pinned };
  // The last row shows what goes on; it has no item.
  const count = items.length + 1;
  const getItemKey = useCallback(
    (index: number) => (index >= now.current.items.length ? 'activity' : index + first),
    [first],
  );
  const rangeExtractor = useCallback((range: Range) => withPinned(range, now.current, focused.current), []);
  const estimateSize = useCallback((index: number) => estimate(now.current.items[index]), []);

  const options = {
    count,
    getItemKey,
    rangeExtractor,
    estimateSize,
    getScrollElement: () => scroller.current,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: () => redraw(undefined),
    overscan: 4,
    paddingStart: 8,
    paddingEnd: 8,
    anchorTo: 'end' as const,
    followOnAppend: true,
    scrollEndThreshold: AT_END_PX,
  };
  const rows = useMemo(() => new Virtualizer<HTMLDivElement, HTMLDivElement>(options), []);
  rows.setOptions(options);
  useLayoutEffect(() => rows._didMount(), [rows]);
  useLayoutEffect(() => rows._willUpdate());
  useLayoutEffect(() => {
    const index = place.value.seq - now.current.first;
    if (place.value.atEnd || index < 0 || index >= now.current.items.length) rows.scrollToEnd();
    else rows.scrollToOffset((rows.getOffsetForIndex(index, 'start')?.[0] ?? 0) + place.value.offset);
  }, [rows]);

  // Rows grow by fractions and estimates; while the reader follows, the end is where the element itself has it.
  const follows = useRef(place.peek().atEnd);
  const last = useRef({ top: 0, height: 0 });
  // A question that is higher than the view is shown from its beginning, until the person goes on in it.
  const reading = useRef(false);
  if (pinned === '') reading.current = false;
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || !follows.current || reading.current) return;
    const end = element.scrollHeight - element.clientHeight;
    const top = pinned === '' ? end : Math.min(end, questionTop(element) ?? end);
    if (Math.abs(element.scrollTop - top) <= 1) return;
    last.current = { top, height: element.scrollHeight };
    element.scrollTop = top;
  });
  const readsOn = () => {
    reading.current = now.current.pinned !== '';
  };

  function onScroll(): void {
    const element = scroller.current;
    if (!element) return;
    const left = element.scrollHeight - element.scrollTop - element.clientHeight;
    const end = left <= AT_END_PX;
    // However little a reader scrolls up, it is meant. A list that became shorter moves up by itself, and so does one
    // whose view became higher, as when it is shown again: that one is at its end.
    const up = left > 1 && element.scrollTop < last.current.top - 0.5 && element.scrollHeight >= last.current.height;
    if (up) follows.current = false;
    else if (end) follows.current = true;
    last.current = { top: element.scrollTop, height: element.scrollHeight };
    setAtEnd(end || follows.current);
    const top = rows.getVirtualItemForOffset(element.scrollTop);
    place.value = {
      atEnd: follows.current,
      seq: (top?.index ?? 0) + first,
      offset: element.scrollTop - (top?.start ?? 0),
    };
  }

  function jumpToEnd(): void {
    follows.current = true;
    rows.scrollToEnd();
    redraw(undefined);
  }

  return (
    <div class="conversation-frame">
      <div
        class="conversation"
        ref={scroller}
        role="log"
        // Replies are announced once they are complete, by the page's own live region.
        aria-live="off"
        aria-label={t('Conversation')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
        tabIndex={0}
        data-testid="conversation"
        onScroll={onScroll}
        onWheel={readsOn}
        onPointerDown={readsOn}
        onKeyDown={readsOn}
        onFocusIn={(event) => {
          readsOn();
          focused.current = rowOf(event.target);
        }}
        onFocusOut={() => {
          focused.current = undefined;
        }}
      >
        <div class="rows" style={{ height: `${rows.getTotalSize()}px` }}>
          {rows.getVirtualItems().map((row) => (
            <div
              key={row.key}
              class="row"
              ref={rows.measureElement}
              data-index={row.index}
              data-seq={row.index + first}
              style={{ transform: `translateY(${row.start}px)` }}
            >
              {row.key === 'activity' ? <Activity /> : <RowAt item={items[row.index]} />}
            </div>
          ))}
        </div>
      </div>
      {!atEnd && (
        <button type="button" class="jump" onClick={jumpToEnd}>
          <Icon name="arrow-down" /> {t('Jump to latest')}
        </button>
      )}
    </div>
  );
}

function RowAt({ item }: { item: Item | undefined }) {
  return item ? <Row item={item} /> : null;
}

/** Where the first open question begins, a little above it. */
function questionTop(scroller: HTMLElement): number | undefined {
  const card = scroller.querySelector('.question-card');
  if (!card) return undefined;
  return card.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop - 8;
}

function rowOf(target: EventTarget | null): number | undefined {
  const row = target instanceof Element ? target.closest<HTMLElement>('[data-seq]') : null;
  return row ? Number(row.dataset['seq']) : undefined;
}

/** `seq` of every row with an open question, as text so that equal answers are equal values. */
function openRows(state: State): string {
  const questions = state.conversation?.questions ?? [];
  if (questions.length === 0) return '';
  const ids = new Set(questions.map((question) => question.id));
  return state.folded.items
    .flatMap((item) =>
      (item.kind === 'review' || item.kind === 'tool') && item.question && ids.has(item.question.id) ? [item.seq] : [],
    )
    .join(',');
}

/** Rows that must exist wherever the reader is: open questions, and the row with the focus. */
function withPinned(range: Range, now: { first: number; pinned: string }, focused: number | undefined): number[] {
  const indexes = defaultRangeExtractor(range);
  const wanted = now.pinned === '' ? [] : now.pinned.split(',').map(Number);
  if (focused !== undefined) wanted.push(focused);
  const missing = wanted.map((seq) => seq - now.first).filter((i) => i >= 0 && i < range.count && !indexes.includes(i));
  return missing.length === 0 ? indexes : [...new Set([...indexes, ...missing])].sort((a, b) => a - b);
}

/** A first guess of a row's height in pixels; measured as soon as it is drawn. */
function estimate(item: Item | undefined): number {
  switch (item?.kind) {
    case 'text':
      return 24 + 21 * (Math.ceil(item.text.length / 70) + item.text.split('\n', 400).length / 2);
    case 'prompt':
      return 52 + 20 * Math.ceil(item.prompt.text.length / 60);
    case 'review':
      return 320;
    case undefined:
      return 24;
    default:
      return 34;
  }
}
