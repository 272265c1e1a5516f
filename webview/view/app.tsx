// The whole page.
import { useEffect } from 'preact/hooks';
import { t } from '../l10n.ts';
import { usePage, useSelect } from '../page.ts';
import { Announcer } from './announcer.tsx';
import { Composer } from './composer.tsx';
import { Conversation } from './conversation.tsx';
import { History } from './history.tsx';
import { Icon } from './icon.tsx';
import { Notices } from './notices.tsx';
import { PendingBar } from './pendingBar.tsx';
import { Queue } from './queue.tsx';
import { SignIn } from './signIn.tsx';
import { Todos } from './todos.tsx';
import { Welcome } from './welcome.tsx';

export function App() {
  const page = usePage();
  const view = useSelect((state) => state.view);
  const generation = useSelect((state) => state.generation);
  const empty = useSelect((state) => state.folded.items.length === 0);
  const account = useSelect((state) => state.account.state);
  const title = useSelect((state) => state.conversation?.title ?? '');
  const id = useSelect((state) => state.conversation?.id);

  // Escape stops the turn wherever the focus is, also when nothing has it.
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return;
      if (!page.state.peek().conversation?.running) return;
      event.preventDefault();
      page.post({ type: 'stop' });
    }
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [page]);

  return (
    <div class="app">
      {view === 'history' && <History />}
      {/* Hidden, not gone: what is being written stays. */}
      <main class="chat" hidden={view === 'history'} data-conversation={id}>
        <h1 class="hidden">{title === '' ? 'Assent' : title}</h1>
        <Notices />
        {empty ? <Welcome /> : <Conversation key={generation} />}
        <div class="dock">
          {!empty && account === 'none' && <SignIn brief />}
          <PendingBar />
          <Todos />
          <Queue />
          <Composer />
          {account === 'rehearsal' && (
            <div class="rehearsal" data-testid="rehearsal">
              <Icon name="beaker" /> {t('Rehearsal model — not a real model')}
            </div>
          )}
        </div>
      </main>
      <Announcer />
    </div>
  );
}
