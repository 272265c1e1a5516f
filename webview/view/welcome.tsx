// What an empty conversation shows: where one is, and how to begin.
import type { Account } from '../../src/protocol.ts';
import { fileName } from '../format.ts';
import { t } from '../l10n.ts';
import { useSelect } from '../page.ts';
import { say } from '../say.ts';
import { Icon } from './icon.tsx';
import { Mark } from './mark.tsx';
import { SignIn } from './signIn.tsx';

export function Welcome() {
  const root = useSelect((state) => state.conversation?.root);
  const account = useSelect((state) => state.account);
  const canSend = useSelect((state) => state.config.useCtrlEnterToSend);
  const trusted = useSelect((state) => state.config.trusted);
  if (root === undefined) return <div class="welcome" />;
  return (
    <div class="welcome">
      <Mark />
      <h2>{t('What should change?')}</h2>
      <p class="quiet">
        {root === '' ? t('No folder is open.') : t('Assent works in {folder}', { folder: fileName(root) })}
        {!trusted && ` · ${t('reading only, until you trust this folder')}`}
      </p>
      {account.state === 'ready' && account.name !== undefined && (
        <p class="quiet" data-testid="account">
          <Icon name="key" /> {accountLine(account)}
        </p>
      )}
      {account.state === 'none' ? (
        <SignIn />
      ) : (
        <ul class="hints">
          <li>
            <kbd>@</kbd> {t('mentions a file or a folder')}
          </li>
          <li>
            <kbd>/</kbd> {t('lists the commands')}
          </li>
          <li>
            <kbd>Shift+Tab</kbd> {t('changes what is asked about')}
          </li>
          <li>
            <kbd>{canSend ? 'Ctrl+Enter' : 'Enter'}</kbd> {t('sends')}
          </li>
        </ul>
      )}
    </div>
  );
}

/** What signs requests (a variable, a setting, or what the person called their key), and where they go. */
function accountLine({ source, vendor, name = '', host }: Extract<Account, { state: 'ready' }>): string {
  const cloud = vendor === 'anthropic' || vendor === 'editor' ? undefined : vendorName(vendor);
  const signs = source === 'login' ? t('Signed in with your team') : name;
  return [cloud, signs, host].filter((part) => part !== undefined).join(' · ');
}

function vendorName(vendor: string): string {
  return say({ code: `status.vendor.${vendor}`, args: {} });
}
