// A tool call: one line that can be opened, its output, and the question about it while one waits.
import { isCommandTool } from '../../src/util/isCommandTool.ts';
import { useNow } from '../clock.ts';
import { duration, short } from '../format.ts';
import type { ToolItem, ToolStatus } from '../items.ts';
import { t } from '../l10n.ts';
import { usePage, useRoot, useSelect } from '../page.ts';
import { sayFrom } from '../say.ts';
import { isOpen } from '../state.ts';
import { inputText, toolText } from '../toolText.ts';
import { ChoiceCard } from './choiceCard.tsx';
import { ElicitCard } from './elicitCard.tsx';
import { Icon } from './icon.tsx';
import { PermissionCard } from './permissionCard.tsx';
import { PlanCard } from './planCard.tsx';
import { Said } from './reviewOutcome.tsx';
import { SampleCard } from './sampleCard.tsx';
import { ToolBody } from './toolBody.tsx';
import { Visible } from './visible.ts';
import { Why } from './why.tsx';

export function ToolRow({ item }: { item: ToolItem }) {
  if (item.question?.type === 'plan') return <PlanCard item={item} question={item.question} />;
  if (item.question?.type === 'choice') return <ChoiceCard item={item} question={item.question} />;
  if (item.question?.type === 'elicit')
    return (
      <>
        <ToolCard item={item} />
        <ElicitCard question={item.question} />
      </>
    );
  if (item.question?.type === 'sample')
    return (
      <>
        <ToolCard item={item} />
        <SampleCard question={item.question} />
      </>
    );
  return <ToolCard item={item} />;
}

function ToolCard({ item }: { item: ToolItem }) {
  const page = usePage();
  const root = useRoot();
  const { call, status, question } = item;
  const text = toolText(call, root);
  const asks = useSelect((state) => question?.type === 'permission' && isOpen(state, question.id)) && !item.answer;
  const choice = page.kept.of<boolean | undefined>(`tool:${call.id}`, undefined);
  const expanded = !asks && (choice.value ?? opensByItself(item));

  return (
    <div
      class={`tool status-${status}`}
      data-testid="tool"
      data-tool={call.name}
      data-call-id={call.id}
      data-status={status}
    >
      {!(asks && question?.type === 'permission') && (
        <button
          type="button"
          class="tool-head"
          aria-expanded={expanded}
          onClick={() => {
            choice.value = !expanded;
          }}
        >
          <span class="tool-state">
            <StatusIcon status={status} />
          </span>
          <Icon name={text.icon} />
          <span class="tool-name">{text.name}</span>
          {expanded && isCommandTool(call.name) ? (
            // The command stands below in full; here it would be there twice.
            <span class="tool-described" dir="auto">
              {inputText(call.input, 'description') ?? ''}
            </span>
          ) : (
            <span class="tool-subject" dir="ltr">
              {text.subject}
            </span>
          )}
          <span class="tool-note">
            <Note item={item} />
          </span>
        </button>
      )}
      {item.answer?.type === 'deny' && item.answer.feedback && <Said text={item.answer.feedback} />}
      {status === 'denied' && item.decision?.kind === 'deny' && (
        <div class="tool-reason">
          <Visible text={sayFrom(item.decision.because, root)} />
          <Why decision={item.decision} keep={call.id} call={call.id} />
        </div>
      )}
      {asks && question?.type === 'permission' && <PermissionCard question={question} />}
      {expanded && <ToolBody item={item} />}
      {expanded && item.decision && !(status === 'denied' && item.decision.kind === 'deny') && (
        <div class="tool-why">
          <Why decision={item.decision} keep={call.id} call={call.id} />
        </div>
      )}
    </div>
  );
}

/** What a person will want to see without asking: a command's output, a change, what is meant for them, a failure. */
function opensByItself(item: ToolItem): boolean {
  if (item.status === 'failed') return true;
  if (item.status === 'running') return item.progress !== '';
  const detail = item.output?.detail;
  return (
    detail?.type === 'command' ||
    (detail?.type === 'edit' && detail.changes.length > 0) ||
    (detail?.type === 'server' && detail.content.length > 0)
  );
}

function StatusIcon({ status }: { status: ToolStatus }) {
  switch (status) {
    case 'waiting':
      return <Named icon="circle-outline" name={t('waiting')} />;
    case 'running':
      return (
        <span role="img" aria-label={t('running')} class="state-running">
          <Icon name="loading" spin />
        </span>
      );
    case 'done':
      return <Named icon="check" name={t('done')} />;
    case 'failed':
      return <Named icon="error" name={t('failed')} />;
    case 'denied':
      return <Named icon="circle-slash" name={t('denied')} />;
    case 'cancelled':
      return <Named icon="circle-slash" name={t('cancelled')} />;
  }
}

function Named({ icon, name }: { icon: string; name: string }) {
  return (
    <span role="img" aria-label={name} title={name}>
      <Icon name={icon} />
    </span>
  );
}

function Note({ item }: { item: ToolItem }) {
  const now = useNow(item.status === 'running' && item.startedAtMs !== undefined);
  if (item.writing !== undefined && item.status === 'waiting') return <>{t('writing…')}</>;
  if (item.status === 'running' && item.startedAtMs !== undefined) {
    const ms = now - item.startedAtMs;
    return ms >= 1000 ? <span>{duration(Math.floor(ms / 1000) * 1000)}</span> : null;
  }
  if (item.status === 'denied') return <>{t('denied')}</>;
  if (item.status === 'cancelled') return <>{t('cancelled')}</>;
  const detail = item.output?.detail;
  if (detail?.type === 'command' && detail.exitCode !== undefined && detail.exitCode !== 0) {
    return <>{t('exit code {code}', { code: detail.exitCode })}</>;
  }
  if (detail?.type === 'file') return <>{t('{count} lines', { count: detail.lines })}</>;
  if (detail?.type === 'edit') return <EditCounts item={item} />;
  if (detail?.type === 'server' && detail.tokens !== undefined) {
    return <>{t('about {count} tokens', { count: short(detail.tokens) })}</>;
  }
  if (item.durationMs !== undefined && item.durationMs >= 1000) return <>{duration(item.durationMs)}</>;
  return null;
}

function EditCounts({ item }: { item: ToolItem }) {
  const detail = item.output?.detail;
  // Several edits of one file are written once, and shown where they are.
  if (detail?.type !== 'edit' || detail.changes.length === 0) return null;
  const hunks = detail.changes.flatMap((change) => change.hunks);
  return (
    <span class="counts">
      <span class="count-added">+{hunks.reduce((sum, hunk) => sum + hunk.afterCount, 0)}</span>{' '}
      <span class="count-removed">−{hunks.reduce((sum, hunk) => sum + hunk.beforeCount, 0)}</span>
    </span>
  );
}
