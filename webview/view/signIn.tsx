// The ways to reach a model, while there is none: short, with one button each.
import type { SignInWay } from '../../src/protocol.ts';
import { Button } from '../components.ts';
import { t } from '../l10n.ts';
import { usePage, useSelect } from '../page.ts';
import { say } from '../say.ts';
import { Icon } from './icon.tsx';

/** `brief` where a conversation needs the room. */
export function SignIn({ brief = false }: { brief?: boolean }) {
  const page = usePage();
  const account = useSelect((state) => state.account);
  const trusted = useSelect((state) => state.config.trusted);
  if (account.state !== 'none') return null;
  const { because, host } = account;
  const ways = account.ways ?? ['key'];
  const [first] = ways;
  return (
    <section class="sign-in" data-testid="sign-in" aria-label={t('Sign in')}>
      {because === undefined ? (
        <p>
          <Icon name="key" /> {t('Assent needs a way to reach a model.')}
        </p>
      ) : (
        <p class="sign-in-reason">
          <Icon name="warning" /> {say(because)}
        </p>
      )}
      {host !== undefined && because === undefined && (
        <p class="quiet">{t('Your settings send requests to {host}.', { host })}</p>
      )}
      {brief && first !== undefined ? (
        <div class="notice-buttons">
          <Button kind="primary" onClick={() => page.post({ type: 'signIn', way: first })}>
            {labelOf(first)}
          </Button>
          {ways.length > 1 && <Button onClick={() => page.post({ type: 'signIn' })}>{t('Other ways…')}</Button>}
        </div>
      ) : (
        <ul class="ways">
          {ways.map((way, index) => (
            <li key={way} data-way={way}>
              <Button kind={index === 0 ? 'primary' : 'secondary'} onClick={() => page.post({ type: 'signIn', way })}>
                {labelOf(way)}
              </Button>
              <span class="quiet">{hintOf(way, trusted)}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function labelOf(way: SignInWay): string {
  switch (way) {
    case 'login':
      return t('Sign in with your team');
    case 'key':
      return t('Enter an API key');
    case 'gateway':
      return t('Use a gateway');
    case 'cloud':
      return t('Use a cloud');
    case 'team':
      return t('My team has set it up');
  }
}

function hintOf(way: SignInWay, trusted: boolean): string {
  switch (way) {
    case 'login':
      return t('In the browser, as your settings say.');
    case 'key':
      return t('From the Anthropic Console. It stays in the secret storage of VS Code.');
    case 'gateway':
      return t('The address and your token of an LLM gateway.');
    case 'cloud':
      return t('Amazon Bedrock, Google Vertex AI or Microsoft Foundry.');
    case 'team':
      return trusted
        ? t('This folder is trusted, but its settings name no way to a model yet. Shows what was found.')
        : t('What .claude/settings.json of the repository says is used once you trust this folder.');
  }
}
