// Which folder, in which mode, trusted or not, and what the organisation has set.
import type { ComponentChildren } from 'preact';
import type { PermissionsState } from '../../src/permissionsProtocol.ts';
import { fileName } from '../format.ts';
import { t } from '../l10n.ts';
import { say } from '../say.ts';
import { Icon } from '../view/icon.tsx';
import { modeName } from '../view/permissionWords.ts';
import { Organisation } from './organisation.tsx';
import { usePermissions } from './page.ts';

export function Header({ page }: { page: PermissionsState }) {
  const { post } = usePermissions();
  return (
    <header class="permissions-head">
      <h1>
        {t('Permissions')} <span class="permissions-root">{fileName(page.root)}</span>
      </h1>
      <p class="quiet permissions-path" dir="ltr">
        {page.root}{' '}
        {page.several && (
          <button
            type="button"
            class="link-button"
            data-testid="choose-root"
            onClick={() => post({ type: 'chooseRoot' })}
          >
            {t('Another folder…')}
          </button>
        )}
      </p>
      <ul class="facts">
        <Fact icon="shield" testId="fact-mode">
          {page.conversation === undefined
            ? t('New conversations begin in the mode “{mode}”', { mode: modeName(page.mode) })
            : t('Mode “{mode}” in “{conversation}”', {
                mode: modeName(page.mode),
                conversation: page.conversation === '' ? t('New conversation') : page.conversation,
              })}
        </Fact>
        <Fact icon={page.trusted ? 'verified' : 'workspace-untrusted'} testId="fact-trust">
          {page.trusted
            ? t('You trust this folder')
            : t('This folder is not trusted: nothing runs, nothing is written, and its settings can only forbid')}{' '}
          <button
            type="button"
            class="link-button"
            data-testid="manage-trust"
            onClick={() => post({ type: 'manageTrust' })}
          >
            {t('Manage trust…')}
          </button>
        </Fact>
        <Fact icon={page.bypass === 'offered' ? 'unlock' : 'lock'} testId="fact-bypass">
          {bypassWords(page.bypass)}
        </Fact>
        {page.policySource !== undefined && (
          <Fact icon="organization" testId="fact-policy">
            <Organisation /> <span class="quiet">{page.policySource}</span>
            {page.managedRulesOnly && <> · {t('only the organisation’s allow rules count')}</>}
          </Fact>
        )}
      </ul>
      {page.blocked && (
        <div class="notice notice-error" role="alert">
          <Icon name="error" /> <div class="notice-text">{say(page.blocked)}</div>
        </div>
      )}
      {page.degraded && (
        <div class="notice notice-warning" role="status" data-testid="degraded">
          <Icon name="warning" />{' '}
          <div class="notice-text">
            {t(
              'A settings file has a fault. Until it is corrected, allow rules do not count and only reading needs no question.',
            )}
          </div>
        </div>
      )}
    </header>
  );
}

function Fact({ icon, testId, children }: { icon: string; testId: string; children: ComponentChildren }) {
  return (
    <li data-testid={testId}>
      <Icon name={icon} /> <span>{children}</span>
    </li>
  );
}

function bypassWords(bypass: PermissionsState['bypass']): string {
  switch (bypass) {
    case 'locked':
      return t('The mode “Bypass permissions” is locked by settings');
    case 'offered':
      return t('The mode “Bypass permissions” can be chosen');
    case 'off':
      return t('The mode “Bypass permissions” is off');
  }
}
