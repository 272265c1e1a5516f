// Lines between the messages: notices, how a turn ended, where the conversation was compacted.
import { Button } from '../components.ts';
import { short } from '../format.ts';
import type { CompactedItem, FinishItem, NoticeItem } from '../items.ts';
import { t } from '../l10n.ts';
import { usePage, useSelect } from '../page.ts';
import { say, sayFailure } from '../say.ts';
import { Icon } from './icon.tsx';
import { MarkdownView } from './markdownView.tsx';

const ICONS = { info: 'info', warning: 'warning', error: 'error' } as const;

export function NoticeRow({ item }: { item: NoticeItem }) {
  return (
    <div class={`notice notice-${item.severity}`} data-testid="notice" data-kind={item.severity}>
      <Icon name={ICONS[item.severity]} />
      <div class="notice-text">{say(item.because)}</div>
    </div>
  );
}

/** Failures whose cause a walk to the model can name. */
const OF_THE_WAY: ReadonlySet<string> = new Set(
  'network tls timeout noCredential authentication permission notFound malformedStream'.split(' '),
);

/** Failures that another model may not have. */
const OF_THE_MODEL: ReadonlySet<string> = new Set('modelExcluded notFound permission overloaded rateLimit'.split(' '));

export function FinishRow({ item }: { item: FinishItem }) {
  const { finish } = item;
  switch (finish.reason) {
    case 'failed':
      return <FailureCard item={item} failure={finish.failure} />;
    case 'cancelled':
      return <Ending icon="circle-slash" text={t('Stopped')} />;
    case 'declined':
      return <Ending icon="circle-slash" text={t('You said no, so the turn ended. Write what to do instead.')} />;
    case 'maxTokens':
      return <Warning text={t('The answer reached the longest length allowed. Send “continue” to go on.')} />;
    case 'refusal':
      return <Warning text={`${t('The model declined to answer.')} ${finish.detail ?? ''}`.trim()} />;
    case 'looping':
      return (
        <Warning
          text={t('Stopped: {tool} failed three times in the same way. Tell the model what to do differently.', {
            tool: finish.tool,
          })}
        />
      );
  }
}

function Ending({ icon, text }: { icon: string; text: string }) {
  return (
    <div class="ending">
      <Icon name={icon} /> {text}
    </div>
  );
}

function Warning({ text }: { text: string }) {
  return (
    <div class="notice notice-warning" data-testid="notice" data-kind="warning">
      <Icon name="warning" />
      <div class="notice-text">{text}</div>
    </div>
  );
}

function FailureCard({
  item,
  failure,
}: {
  item: FinishItem;
  failure: Extract<FinishItem['finish'], { reason: 'failed' }>['failure'];
}) {
  const page = usePage();
  // Only the last failure can be tried again: what came before is history.
  const last = useSelect(
    (state) => state.folded.items.at(-1)?.seq === item.seq && state.conversation?.running === false,
  );
  const signIn = failure.code === 'noCredential' || failure.code === 'authentication';
  return (
    <div class="notice notice-error" data-testid="notice" data-kind="error">
      <Icon name="error" />
      <div class="notice-text">
        <div>{sayFailure(failure)}</div>
        {failure.detail !== '' && (
          <div class="failure-detail" data-testid="failure-detail">
            <span class="quiet">{failure.status === undefined ? t('What was found:') : t('The service says:')}</span>{' '}
            {failure.detail}
          </div>
        )}
        {failure.requestId && <div class="quiet">{t('Request {id}', { id: failure.requestId })}</div>}
        {last && (
          <div class="notice-buttons">
            {signIn && (
              <Button kind="primary" onClick={() => page.post({ type: 'signIn' })}>
                {t('Sign in')}
              </Button>
            )}
            {failure.code === 'contextOverflow' && (
              <Button kind="primary" onClick={() => page.post({ type: 'compact' })}>
                {t('Compact')}
              </Button>
            )}
            {failure.code === 'capReached' && (
              <Button kind="primary" onClick={() => page.post({ type: 'command', command: 'assent.usage' })}>
                {t('Show usage')}
              </Button>
            )}
            {OF_THE_MODEL.has(failure.code) && (
              <Button
                kind={failure.code === 'modelExcluded' ? 'primary' : 'secondary'}
                onClick={() => page.post({ type: 'command', command: 'assent.selectModel' })}
              >
                {t('Choose a model')}
              </Button>
            )}
            {OF_THE_WAY.has(failure.code) && (
              <Button onClick={() => page.post({ type: 'command', command: 'assent.status' })}>
                {t('Check the connection')}
              </Button>
            )}
            <Button onClick={() => page.post({ type: 'retry' })}>{t('Try again')}</Button>
            <Button onClick={() => page.post({ type: 'command', command: 'assent.showLog' })}>{t('Show log')}</Button>
          </div>
        )}
      </div>
    </div>
  );
}

export function CompactedRow({ item }: { item: CompactedItem }) {
  const expanded = usePage().kept.of(`open:${item.seq}`, false);
  return (
    <div class="compacted">
      <button
        type="button"
        class="fold divider"
        aria-expanded={expanded.value}
        onClick={() => {
          expanded.value = !expanded.value;
        }}
      >
        <Icon name={expanded.value ? 'chevron-down' : 'chevron-right'} />
        {item.trigger === 'manual'
          ? t('Compacted from {tokens} tokens', { tokens: short(item.beforeTokens) })
          : t('Compacted automatically from {tokens} tokens', { tokens: short(item.beforeTokens) })}
      </button>
      {expanded.value && <MarkdownView text={item.summary} />}
    </div>
  );
}
