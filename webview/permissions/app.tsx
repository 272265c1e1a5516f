// The whole permissions page of one folder.
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../l10n.ts';
import { say } from '../say.ts';
import { Icon } from '../view/icon.tsx';
import { ExplainBox } from './explain.tsx';
import { Findings } from './findings.tsx';
import { Header } from './header.tsx';
import { Loosenings } from './loosenings.tsx';
import { usePermissions } from './page.ts';
import { Past } from './past.tsx';
import { Removals } from './removals.tsx';
import { Rules } from './rules.tsx';
import { Sources } from './sources.tsx';

export function App() {
  const { page, failure, linted } = usePermissions().state.value;
  if (page === undefined) {
    return (
      <main class="permissions" aria-busy="true">
        <h1>{t('Permissions')}</h1>
        <p class="quiet">{t('Reading the settings…')}</p>
        {failure && <Failure text={say(failure)} />}
      </main>
    );
  }
  return (
    <main class="permissions" data-testid="permissions" data-root={page.root}>
      <Header page={page} />
      {failure && <Failure text={say(failure)} />}
      <ExplainBox />
      <Findings findings={[...page.findings, ...linted]} />
      <Loosenings loosening={page.loosening} trusted={page.trusted} />
      <Removals />
      <Rules rows={page.rules} />
      <Past />
      <Sources sources={page.sources} root={page.root} />
    </main>
  );
}

function Failure({ text }: { text: string }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.scrollIntoView({ block: 'nearest' }), [text]);
  return (
    <div class="notice notice-error" role="alert" ref={box} data-testid="failure">
      <Icon name="error" /> <div class="notice-text">{text}</div>
    </div>
  );
}
