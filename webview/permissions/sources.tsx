// The settings files that were looked at, the strongest first.
import type { SourceRow } from '../../src/permissionsProtocol.ts';
import { fromRoot } from '../format.ts';
import { t } from '../l10n.ts';
import { Icon } from '../view/icon.tsx';
import { scopeName } from '../view/permissionWords.ts';
import { usePermissions } from './page.ts';

const ICONS = { found: 'check', missing: 'circle-outline', fault: 'error' } as const;

export function Sources({ sources, root }: { sources: SourceRow[]; root: string }) {
  const { openFile } = usePermissions();
  return (
    <section aria-labelledby="sources-title">
      <h2 id="sources-title">
        <Icon name="settings-gear" /> {t('Settings files')}
      </h2>
      <p class="quiet">{t('Deny beats ask, and ask beats allow, whichever file they stand in.')}</p>
      <ul>
        {sources.map((source) => (
          <li class={`source source-${source.state}`} key={source.file} data-testid="source" data-state={source.state}>
            <Icon name={ICONS[source.state]} />
            {source.state === 'missing' ? (
              <span class="source-file quiet" dir="ltr">
                {fromRoot(source.file, root)}
              </span>
            ) : (
              <button
                type="button"
                class="link-button source-file"
                title={source.file}
                onClick={() => openFile(source.file)}
              >
                {fromRoot(source.file, root)}
              </button>
            )}
            <span class="quiet">
              {scopeName(source.scope)} · {stateName(source.state)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function stateName(state: SourceRow['state']): string {
  switch (state) {
    case 'found':
      return t('was read');
    case 'missing':
      return t('not there');
    case 'fault':
      return t('has a fault');
  }
}
