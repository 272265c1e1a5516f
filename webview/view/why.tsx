// The record of a decision: which rule decided, which nearly did, and the smallest change that would alter it.
import type { Decision, Rule, SettingsScope } from '../../src/contracts/permission.ts';
import { fileName } from '../format.ts';
import { t } from '../l10n.ts';
import { usePage } from '../page.ts';
import { say } from '../say.ts';

export function Why({ decision, keep }: { decision: Decision; keep: string }) {
  const open = usePage().kept.of(`why:${keep}`, false);
  const { record } = decision;
  const change = record.smallestChange;
  return (
    <details
      class="why"
      open={open.value}
      onToggle={(event) => {
        open.value = event.currentTarget.open;
      }}
    >
      <summary>{t('Why?')}</summary>
      <dl>
        {record.winner && (
          <Entry name={t('Decided by')}>
            <RuleText rule={record.winner} />
          </Entry>
        )}
        {record.safety.length > 0 && (
          <Entry name={t('Safety')}>
            {record.safety.map((one) => (
              <div key={`${one.action}:${one.because.code}`}>{say(one.because)}</div>
            ))}
          </Entry>
        )}
        {record.matches.length > (record.winner ? 1 : 0) && (
          <Entry name={t('Rules that match')}>
            {record.matches.map((match) => (
              <RuleText key={`${match.action}:${match.rule.scope}:${match.rule.text}`} rule={match.rule} />
            ))}
          </Entry>
        )}
        {record.nearest && (
          <Entry name={t('Nearly matched')}>
            <RuleText rule={record.nearest.rule} />
            <div class="quiet">
              {t('Same up to “{shared}”, different at “{parts}”', {
                shared: record.nearest.shared,
                parts: record.nearest.partsAt,
              })}
            </div>
          </Entry>
        )}
        <Entry name={t('What would change it')}>
          {change.kind === 'addRule' && (
            <>
              {t('An allow rule')} <code class="md-code">{change.rule}</code>
            </>
          )}
          {change.kind === 'removeRule' && (
            <>
              {t('Without the rule')} <RuleText rule={change.rule} />
            </>
          )}
          {change.kind === 'changeMode' && t('The mode “{mode}”', { mode: modeName(change.mode) })}
          {change.kind === 'none' && say(change.because)}
        </Entry>
        <Entry name={t('Mode')}>{modeName(record.mode)}</Entry>
      </dl>
    </details>
  );
}

function Entry({ name, children }: { name: string; children: preact.ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function RuleText({ rule }: { rule: Rule }) {
  const page = usePage();
  const { file, line } = rule;
  return (
    <div>
      {behaviorName(rule.behavior)} <code class="md-code">{rule.text}</code>{' '}
      {file ? (
        <button
          type="button"
          class="link-button"
          title={file}
          onClick={() => page.post({ type: 'openFile', path: file, ...(line === undefined ? {} : { line }) })}
        >
          {fileName(file)}
          {line === undefined ? '' : `:${line}`}
        </button>
      ) : (
        <span class="quiet">{scopeName(rule.scope)}</span>
      )}
    </div>
  );
}

function behaviorName(behavior: Rule['behavior']): string {
  return behavior === 'allow' ? t('allow') : behavior === 'ask' ? t('ask') : t('deny');
}

function scopeName(scope: SettingsScope): string {
  switch (scope) {
    case 'managed':
      return t('set by your organisation');
    case 'session':
      return t('this conversation');
    case 'local':
      return t('this project, only you');
    case 'project':
      return t('this project');
    case 'user':
      return t('all your projects');
    case 'builtin':
      return t('built in');
  }
}

export function modeName(mode: string): string {
  switch (mode) {
    case 'default':
      return t('Manual');
    case 'acceptEdits':
      return t('Edit automatically');
    case 'plan':
      return t('Plan');
    case 'dontAsk':
      return t("Don't ask");
    case 'bypassPermissions':
      return t('Bypass permissions');
    default:
      return mode;
  }
}
