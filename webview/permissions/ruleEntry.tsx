// One rule: where it stands, when it was last used and on what, and the way to remove it.
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { Behavior } from '../../src/contracts/permission.ts';
import type { RuleRow, RuleUseRow } from '../../src/permissionsProtocol.ts';
import { ago } from '../ago.ts';
import { Button } from '../components.ts';
import { t } from '../l10n.ts';
import { say } from '../say.ts';
import { Icon, IconButton } from '../view/icon.tsx';
import { scopeName } from '../view/permissionWords.ts';
import { RuleSource } from '../view/record.tsx';
import { Visible } from '../view/visible.ts';
import { Organisation } from './organisation.tsx';
import { usePermissions } from './page.ts';
import { PastEntry } from './past.tsx';
import type { Removal } from './state.ts';

export function RuleEntry({ row }: { row: RuleRow }) {
  const { post, openFile, state } = usePermissions();
  const { uses, removal } = state.value;
  const [open, setOpen] = useState(false);
  const calls = useId();
  const remove = useRef<HTMLSpanElement>(null);
  const { rule } = row;
  const use = uses?.[row.id];
  const asked = removal?.rule === row.id ? removal : undefined;
  const wasAsked = useRef(false);
  useEffect(() => {
    // "Keep it" was chosen: back to where the question came from.
    if (wasAsked.current && !asked) remove.current?.querySelector('button')?.focus();
    wasAsked.current = asked !== undefined;
  }, [asked]);

  return (
    <li class="rule" data-testid="rule" data-rule={row.id} data-behavior={rule.behavior} data-scope={rule.scope}>
      <div class="rule-main">
        <code class="rule-text" dir="ltr" data-testid="rule-text">
          <Visible text={rule.text} />
        </code>
        <div class="rule-source">
          {rule.scope === 'managed' && <Organisation />} <RuleSource rule={rule} openFile={openFile} />
          {rule.file !== undefined && rule.scope !== 'managed' && <span class="quiet"> {scopeName(rule.scope)}</span>}
          {row.conversation !== undefined && row.conversation !== '' && (
            <span class="quiet" dir="auto">
              {' '}
              “{row.conversation}”
            </span>
          )}
        </div>
        <div class="rule-use quiet">
          {use === undefined || use.count === 0 ? (
            useWords(rule.behavior, use, uses === undefined)
          ) : (
            <button
              type="button"
              class="fold"
              aria-expanded={open}
              aria-controls={open ? calls : undefined}
              data-testid="rule-uses"
              onClick={() => setOpen(!open)}
            >
              <Icon name={open ? 'chevron-down' : 'chevron-right'} /> {useWords(rule.behavior, use, false)}
            </button>
          )}
        </div>
      </div>
      <span class="rule-remove" ref={remove}>
        {row.fixed === undefined ? (
          !asked && (
            <IconButton
              icon="trash"
              label={t('Remove the rule {rule}', { rule: rule.text })}
              testId="rule-remove"
              onClick={() => post({ type: 'askRemove', rule: row.id })}
            />
          )
        ) : (
          <span class="rule-fixed" role="img" aria-label={say(row.fixed)} title={say(row.fixed)}>
            <Icon name="lock" />
          </span>
        )}
      </span>
      {asked && <Confirm removal={asked} />}
      {open && use && (
        <ul class="rule-calls" id={calls}>
          {use.calls.map((call) => (
            <PastEntry key={call.id} past={call} />
          ))}
          {use.count > use.calls.length && (
            <li class="quiet">{t('and {count} earlier ones', { count: use.count - use.calls.length })}</li>
          )}
        </ul>
      )}
    </li>
  );
}

function Confirm({ removal }: { removal: Removal }) {
  const { post, keepRule } = usePermissions();
  const box = useRef<HTMLElement>(null);
  // Opened by the person's own key or click, so the focus is theirs to follow: to what is shown, not to the yes.
  useEffect(() => {
    box.current?.focus();
    box.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <section
      ref={box}
      class="rule-confirm"
      tabIndex={-1}
      aria-label={t('Remove this rule?')}
      data-testid="rule-confirm"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.isComposing) return;
        event.preventDefault();
        keepRule();
      }}
    >
      {removal.files.length === 0 && <p>{t('The rule goes from the memory of this conversation. No file changes.')}</p>}
      {removal.files.map((one) => (
        <div key={one.file}>
          <p>
            {t('Removes from')} <span class="rule-file">{one.file}</span>
          </p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines scroll, and must do so by keyboard too. */}
          <pre class="diff" tabIndex={0} dir="ltr">
            {one.removed.map((line) => (
              <Line key={line.line} sign="−" {...line} />
            ))}
            {one.added.map((line) => (
              <Line key={line.line} sign="+" {...line} />
            ))}
          </pre>
        </div>
      ))}
      {removal.elsewhere.length > 0 && (
        <p class="caution">
          {t('The same rule also stands in {files} and goes on to hold from there.', {
            files: removal.elsewhere.join(', '),
          })}
        </p>
      )}
      <div class="buttons">
        <Button
          kind="primary"
          data-testid="rule-remove-confirm"
          onClick={() => post({ type: 'remove', rule: removal.rule })}
        >
          {t('Remove')}
        </Button>
        <Button data-testid="rule-keep" onClick={keepRule}>
          {t('Keep it')}
        </Button>
      </div>
    </section>
  );
}

function Line({ sign, line, text }: { sign: '−' | '+'; line: number; text: string }) {
  return (
    <span class={`diff-line ${sign === '+' ? 'added' : 'removed'}`}>
      <span class="diff-number">{line}</span>
      <span class="diff-sign">{sign}</span>
      <span class="diff-text">
        <Visible text={text} />
      </span>
    </span>
  );
}

function useWords(behavior: Behavior, use: RuleUseRow | undefined, reading: boolean): string {
  if (reading) return t('Looking up its use…');
  if (use === undefined || use.count === 0) return t('No use on record');
  const when = ago(use.lastUsed ?? 0, Date.now(), document.documentElement.lang);
  const { count } = use;
  if (count === 1) return t('Met 1 call, {when}', { when });
  switch (behavior) {
    case 'allow':
      return t('Allowed {count} calls, the last {when}', { count, when });
    case 'ask':
      return t('Asked about {count} calls, the last {when}', { count, when });
    case 'deny':
      return t('Stopped {count} calls, the last {when}', { count, when });
  }
}
