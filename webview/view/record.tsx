// The record of a decision in words: what the call comes down to, which rule decided and by which step, which nearly did,
// and the smallest change that would alter it. The question card, the tool card and the permissions page show the same.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Decision, DecisionStep, NearMiss, Rule } from '../../src/contracts/permission.ts';
import { fileName } from '../format.ts';
import { t } from '../l10n.ts';
import { say } from '../say.ts';
import { Code } from './code.tsx';
import { behaviorName, modeName, scopeName } from './permissionWords.ts';
import { RecordPart } from './recordPart.tsx';
import { Visible } from './visible.ts';

export type OpenFile = (path: string, line?: number) => void;

/** Parts and rules drawn before "show all". */
const FEW = 8;

export function DecisionRecordList({ decision, openFile }: { decision: Decision; openFile: OpenFile }) {
  const { record } = decision;
  const change = record.smallestChange;
  const others = record.matches.filter((match, i) => {
    const first = record.matches.findIndex((one) => sameRule(one.rule, match.rule));
    return first === i && !(record.winner && sameRule(match.rule, record.winner));
  });
  return (
    <dl class="record" data-testid="record">
      {record.actions.length > 0 && (
        <Entry name={t('Understood as')}>
          <Few
            items={record.actions.map((action, i) => (
              <RecordPart key={`${i}:${action.kind}`} action={action} cwd={record.cwd} />
            ))}
          />
          {record.omitted !== undefined && (
            <div class="quiet">{t('and {count} more parts like these', { count: record.omitted })}</div>
          )}
        </Entry>
      )}
      {record.winner && (
        <Entry name={t('Decided by')}>
          <RuleText rule={record.winner} openFile={openFile} />
        </Entry>
      )}
      <Entry name={t('Step')}>{stepName(record.step)}</Entry>
      {record.safety.length > 0 && (
        <Entry name={t('Safety')}>
          {record.safety.map((one) => (
            <div key={`${one.action}:${one.because.code}`}>
              <Visible text={say(one.because)} />{' '}
              <span class="quiet">
                {one.class === 'critical' ? t('(in every mode)') : t('(in every mode but “Bypass permissions”)')}
              </span>
            </div>
          ))}
        </Entry>
      )}
      {others.length > 0 && (
        <Entry name={t('Rules that match too')}>
          <Few
            items={others.map(({ rule }) => (
              <RuleText key={`${rule.behavior}:${rule.scope}:${rule.text}`} rule={rule} openFile={openFile} />
            ))}
          />
        </Entry>
      )}
      {record.nearest && (
        <Entry name={t('Nearly matched')}>
          <RuleText rule={record.nearest.rule} openFile={openFile} />
          <div class="quiet">
            <Visible text={partingWords(record.nearest)} />
          </div>
        </Entry>
      )}
      <Entry name={t('What would change it')}>
        {change.kind === 'addRule' && (
          <>
            {t('An allow rule')} <Code text={change.rule} />
            {change.also?.map((rule) => (
              <span key={rule}>
                {' '}
                {t('and')} <Code text={rule} />
              </span>
            ))}
          </>
        )}
        {change.kind === 'removeRule' && (
          <>
            {t('Without the rule')} <RuleText rule={change.rule} openFile={openFile} />
          </>
        )}
        {change.kind === 'changeMode' && t('The mode “{mode}”', { mode: modeName(change.mode) })}
        {change.kind === 'none' && (
          <>
            <Visible text={say(change.because)} />
            {change.at !== undefined && <> {t('(character {at})', { at: change.at })}</>}
          </>
        )}
      </Entry>
      <Entry name={t('Mode')}>
        {modeName(record.mode)}
        {!record.trusted && <> · {t('folder not trusted')}</>}
      </Entry>
    </dl>
  );
}

function Entry({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Few({ items }: { items: ComponentChildren[] }) {
  const [all, setAll] = useState(false);
  return (
    <>
      {all ? items : items.slice(0, FEW)}
      {!all && items.length > FEW && (
        <button type="button" class="link-button" onClick={() => setAll(true)}>
          {t('Show all {count}', { count: items.length })}
        </button>
      )}
    </>
  );
}

export function RuleText({ rule, openFile }: { rule: Rule; openFile: OpenFile }) {
  return (
    <div class="record-rule">
      <span class={`behavior behavior-${rule.behavior}`}>{behaviorName(rule.behavior)}</span> <Code text={rule.text} />{' '}
      <RuleSource rule={rule} openFile={openFile} />
      {rule.file !== undefined && <span class="quiet"> {scopeName(rule.scope)}</span>}
    </div>
  );
}

/** Where a rule stands: a link to its line, or whose it is. */
export function RuleSource({ rule, openFile }: { rule: Rule; openFile: OpenFile }) {
  const { file, line } = rule;
  if (file === undefined) return <span class="quiet">{scopeName(rule.scope)}</span>;
  return (
    <button type="button" class="link-button" title={file} onClick={() => openFile(file, line)}>
      {fileName(file)}
      {line === undefined ? '' : `:${line}`}
    </button>
  );
}

function sameRule(a: Rule, b: Rule): boolean {
  return (
    a.behavior === b.behavior && a.text === b.text && a.scope === b.scope && a.file === b.file && a.line === b.line
  );
}

function partingWords({ shared, partsAt, rulePartsAt, because }: NearMiss): string {
  if (because) return say(because);
  const names = { shared, call: partsAt, rule: rulePartsAt };
  if (shared === '') {
    if (partsAt === '' || rulePartsAt === '') return t('The same tool, and nothing else the same');
    return t('Different from the start: the call has “{call}”, the rule “{rule}”', names);
  }
  if (partsAt === '') return t('Same up to “{shared}”; there the call ends and the rule goes on with “{rule}”', names);
  if (rulePartsAt === '')
    return t('Same up to “{shared}”; there the rule ends and the call goes on with “{call}”', names);
  return t('Same up to “{shared}”; then the call has “{call}”, the rule “{rule}”', names);
}

function stepName(step: DecisionStep): string {
  switch (step) {
    case 'deny':
      return t('deny rules');
    case 'trust':
      return t('trust in the folder');
    case 'ask':
      return t('ask rules');
    case 'critical':
      return t('checks that hold in every mode');
    case 'protected':
      return t('protected files');
    case 'notUnderstood':
      return t('not understood, so it asks');
    case 'builtin':
      return t('what needs no rule');
    case 'allow':
      return t('allow rules');
    case 'mode':
      return t('the permission mode');
  }
}
