// The live regions: what a screen reader is told.
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { announcements } from '../announce.ts';
import { usePage } from '../page.ts';

export function Announcer() {
  const page = usePage();
  const politely = useSignal('');
  const now = useSignal('');
  const before = useRef(page.state.peek());
  useEffect(
    () =>
      page.state.subscribe((state) => {
        const said = announcements(before.current, state);
        before.current = state;
        const polite = said.filter((one) => one.urgency === 'politely').map((one) => one.text);
        const urgent = said.filter((one) => one.urgency === 'now').map((one) => one.text);
        if (polite.length > 0) politely.value = polite.join('\n');
        if (urgent.length > 0) now.value = urgent.join('\n');
      }),
    [],
  );
  return (
    <>
      <div class="hidden" aria-live="polite" data-testid="announcer">
        {politely.value}
      </div>
      <div class="hidden" aria-live="assertive" data-testid="announcer-now">
        {now.value}
      </div>
    </>
  );
}
